import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import process from 'node:process'
import type { Pack } from '../../main/core/model/pack.ts'
import { checkAll, readPack } from '../../main/core/pack/check.ts'
import type { PackTexts } from '../../main/core/pack/sources.ts'
import { type Seen, tryWhole } from '../../main/core/trial/try-whole.ts'
import { bundledPacksFolder, findPacks } from '../../main/packs/load.ts'
import { readPackTexts } from '../../main/packs/read-texts.ts'

/**
 * Tries every endpoint pack whole, as the tests do: `npx node build/scripts/check-packs.ts [vendor[/family] …] [--folder <packs>] [--update]`. `--update` writes
 * the expected files of the samples anew: read the difference. Ends with 1 when there is a problem.
 */
const args = process.argv.slice(2)
const folderAt = args.indexOf('--folder')
const root = folderAt === -1 ? bundledPacksFolder() : (args[folderAt + 1] ?? '')
const isUpdate = args.includes('--update')
const wanted = args.filter((arg, i) => !arg.startsWith('--') && (folderAt === -1 || i !== folderAt + 1))

/** Problems told of one pack: the rest often follows from them. */
const MOST = 15
const total: Record<string, number> = { packs: 0 }
let problems = 0
const tell = (text: string) => process.stdout.write(`${text}\n`)
const problem = (text: string) => {
  problems += 1
  tell(text)
}

type Member = { id: string; path: string; texts: PackTexts; pack: Pack }
const members: Member[] = []
const found = await findPacks(root)
for (const one of found.problems) problem(`${one.pack}: ${one.message}`)
for (const { name, path } of found.packs) {
  try {
    const texts = await readPackTexts(path, 'all')
    const read = readPack(texts)
    if (!read.ok) problem(`${name}: ${read.refusal.data.why ?? read.refusal.message}`)
    else if (read.value.id !== name && found.packs.length > 1)
      problem(`${name}/pack.yaml: the folder is ${name}, the pack says ${read.value.id}`)
    else members.push({ id: name, path, texts, pack: read.value })
  } catch (error) {
    problem(`${name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
const set = checkAll(members.map((one) => one.pack))
for (const one of set.problems) problem(`${one.pack}: ${one.message}`)

for (const member of members) {
  if (!set.packs.includes(member.pack)) continue
  if (wanted.length > 0 && !wanted.some((name) => member.id === name || member.id.startsWith(`${name}/`))) continue
  let trial = tryWhole(member.pack, set.packs, member.texts)
  if (isUpdate) {
    await update(member, trial.goldens)
    trial = tryWhole(member.pack, set.packs, await readPackTexts(member.path, 'all'))
  }
  for (const { file, line, why } of trial.problems.slice(0, MOST)) problem(`${member.id}/${file}${line == null ? '' : `:${line}`}: ${why}`)
  if (trial.problems.length > MOST) problem(`${member.id}: ${trial.problems.length - MOST} more`)
  add({ packs: 1, ...trial.seen })
}
tell(`${JSON.stringify(total)}, ${problems} problems`)
process.exitCode = problems === 0 && (total.packs ?? 0) > 0 ? 0 : 1

function add(seen: Seen & { packs: number }): void {
  for (const [name, count] of Object.entries(seen)) total[name] = (total[name] ?? 0) + count
}

async function update({ path, texts }: Member, goldens: ReadonlyMap<string, string>): Promise<void> {
  for (const name of Object.keys(texts)) {
    if (/^samples\/[^/]+\/out\//.test(name) && !goldens.has(name) && existsSync(join(path, name))) await rm(join(path, name))
  }
  for (const [name, text] of goldens) {
    await mkdir(dirname(join(path, name)), { recursive: true })
    await writeFile(join(path, name), text)
  }
}
