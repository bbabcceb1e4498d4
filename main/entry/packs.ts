import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import type { PackList } from '../../preload/contract/packs.ts'
import { createLoop } from '../bench/loop.ts'
import { createPackDesk, type PackDesk } from '../bench/pack-desk.ts'
import type { ImportedPack } from '../bench/ports.ts'
import type { Refusal } from '../core/model/refusals.ts'
import type { Result } from '../core/model/result.ts'
import { emptyWorld, type MutableWorld } from '../core/model/world.ts'
import { openPackLibrary, type PackLibrary } from '../packs/library.ts'
import { ZIP_LIMITS } from '../packs/unzip.ts'
import { apiKey } from '../store/api-key.ts'
import { StoreRefused } from '../store/errors.ts'
import { fileSealer } from '../store/key-file.ts'
import { openStore } from '../store/open.ts'
import { troubleOf } from '../store/trouble.ts'
import { call } from './demo/call.ts'
import { createLog } from './log.ts'
import { helpText, UsageError } from './options.ts'
import { PACKS_OPTIONS, PACKS_USAGE, packsProgram, type PacksProgram } from './packs-options.ts'

const ACTOR = 'command line'
const log = createLog('packs')

/** Endpoint packs on the command line: in the data folder itself, or, when a bench runs with it, through that bench. */
async function main(): Promise<void> {
  const program = packsProgram(process.argv.slice(2), process.env)
  const { command } = program
  if (command === null)
    return say(`${PACKS_USAGE}\n${helpText('packs', 'endpoint packs of a bench', PACKS_OPTIONS).split('\n').slice(2).join('\n')}`)
  switch (command.do) {
    case 'check': {
      const world = emptyWorld('bench')
      const packs = await library(program)
      packs.apply(world)
      return tell(unwrap(await packs.take(await readZip(command.file), world, false)), 'would be taken')
    }
    case 'import': {
      const zip = await readZip(command.file)
      return withBench(
        program,
        async (desk) => {
          const imported = unwrap(await desk.take(zip, { dryRun: false, actor: ACTOR }))
          tell(imported, 'taken')
          for (const { pack, version } of program.activate ? imported : [])
            tellKept(pack, version, unwrap(await desk.activate({ pack, version }, HOW)))
        },
        async (target) => {
          const body = { zip: Buffer.from(zip).toString('base64') }
          const { imported } = await call<{ imported: ImportedPack[] }>(target, 'packs.import', body)
          tell(imported, 'taken by the bench that runs')
          for (const { pack, version } of program.activate ? imported : [])
            tellKept(pack, version, await call(target, 'packs.activate', { pack, version }))
        },
      )
    }
    case 'activate': {
      const { pack, version } = command
      return withBench(
        program,
        async (desk) => tellKept(pack, version, unwrap(await desk.activate({ pack, version }, HOW))),
        async (target) => tellKept(pack, version, await call(target, 'packs.activate', { pack, version })),
      )
    }
    case 'list':
      return withBench(
        program,
        async (desk, packs, world) => list(desk, packs, world),
        async (target) => listed(await call<PackList>(target, 'packs.list', {})),
      )
  }
}

const HOW = { dryRun: false, actor: ACTOR }

function library({ data, packs }: PacksProgram): Promise<PackLibrary> {
  return openPackLibrary({ folder: join(data, 'packs'), given: packs, log })
}

type Target = { url: string; key: string }

/** The data folder belongs to one program at a time. */
async function withBench(
  program: PacksProgram,
  own: (desk: PackDesk, packs: PackLibrary, world: MutableWorld) => Promise<void> | void,
  running: (target: Target) => Promise<void>,
): Promise<void> {
  const sealer = await fileSealer(program.data)
  const store = await openStore({ folder: program.data, sealer, log }).catch((error: unknown) => {
    if (error instanceof StoreRefused && error.refusal.code === 'STORE_IN_USE') return null
    throw error
  })
  if (store === null) {
    const target = { url: program.bench, key: await apiKey(program.data, program.key) }
    return running(target).catch((error: unknown) => {
      throw Object.assign(new Error(`The data folder is in use, and the bench at ${program.bench} says: ${words(error)}`), {
        hint: 'Name the bench that runs with it: --bench URL, and its key where it was started with one: --key KEY. Or stop it.',
      })
    })
  }
  try {
    for (const warning of store.warnings) log('warn', warning)
    const packs = await library(program)
    packs.apply(store.world)
    const loop = createLoop({ store, clock: { now: () => Date.now() }, log, onCommitted: [], perform: () => {} })
    const desk = createPackDesk({ loop, world: store.world, packs, apply: () => packs.apply(store.world) })
    await own(desk, packs, store.world)
  } finally {
    await store.close()
  }
}

async function readZip(file: string): Promise<Uint8Array> {
  try {
    if ((await stat(file)).size > ZIP_LIMITS.zipBytes) throw new Error(`it is larger than ${ZIP_LIMITS.zipBytes} bytes`)
    return await readFile(file)
  } catch (error) {
    throw Object.assign(new Error(`${file} cannot be read (${words(error)})`), { hint: 'Check the path.' })
  }
}

class RefusedCommand extends Error {
  readonly hint: string
  constructor({ hint, message }: Refusal) {
    super(message)
    this.hint = hint
  }
}

function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw new RefusedCommand(result.refusal)
  return result.value
}

function tell(imported: readonly ImportedPack[], what: string): void {
  for (const { goldens, identified, isNew, models, pack, rendered, version, warnings } of imported) {
    say(
      `${pack} version ${version}: ${isNew ? what : 'was here before'}; ${models.length} models, ${rendered} files rendered, ${identified} samples recognised, ${goldens} expected files compared`,
    )
    for (const warning of warnings) say(`  lacks: ${warning}`)
  }
}

function tellKept(pack: string, version: number, { kept }: { kept: number }): void {
  say(`${pack} version ${version} is active: new phones get it${kept === 0 ? '' : `; ${kept} phones keep theirs until they are moved`}`)
}

function list(desk: PackDesk, packs: PackLibrary, world: MutableWorld): void {
  listed({
    packs: world.packs.map((pack) => ({
      id: pack.id,
      versions: packs
        .versions()
        .filter((one) => one.pack.id === pack.id)
        .map((one) => ({
          version: one.pack.revision,
          active: one.pack === pack,
          origin: one.origin,
          phones: desk.users(pack.id).get(one.pack.revision) ?? 0,
        })),
      models: Object.keys(pack.models),
    })),
    problems: [...packs.problems()],
  })
}

type Listed = { packs: Pick<PackList['packs'][number], 'id' | 'versions' | 'models'>[]; problems: PackList['problems'] }

function listed({ packs, problems }: Listed): void {
  for (const { id, models, versions } of [...packs].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const all = [...versions].sort((a, b) => a.version - b.version)
    const texts = all.map(
      ({ active, origin, phones, version }) =>
        `${version}${active ? ' (active)' : ''}${origin === 'imported' ? ' imported' : ''}, ${phones} phones`,
    )
    say(`${id.padEnd(24)} ${String(models.length).padStart(3)} models   ${texts.join('; ')}`)
  }
  for (const { message, pack } of problems) say(`not taken: ${pack}: ${message}`)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

main().catch((thrown: unknown) => {
  const error = troubleOf(thrown) ?? thrown
  const hint = error instanceof Error && 'hint' in error ? ` ${String(error.hint)}` : ''
  process.stderr.write(`${words(error).replace(/\.$/, '')}.${hint}\n`)
  process.exit(error instanceof UsageError ? 2 : 1)
})
