import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import type { Log, Sealer } from '../bench/ports.ts'
import { isCatalogueEmpty, loadCatalogueText } from '../central/catalogue.ts'
import type { Database } from '../central/database/database.ts'
import { openEmbedded } from '../central/database/embedded.ts'
import { openPostgres } from '../central/database/postgres.ts'
import type { Central } from '../central/decide.ts'
import { serveCentral } from '../central/serve.ts'
import { bundledPacksFolder, loadPacks } from '../packs/load.ts'
import { apiKey } from '../store/api-key.ts'
import { fileSealer } from '../store/key-file.ts'
import { makeUsableFolder } from '../store/make-folder.ts'
import { takeOwnership } from '../store/owner.ts'
import { CENTRAL_OPTIONS, type CentralProgram, centralOptions } from './central-options.ts'
import { createLog } from './log.ts'
import { helpText, readOptions } from './options.ts'
import { steadyMachineClock } from './machine-clock.ts'
import { readPhoneAuthorities } from './phone-authorities.ts'
import { runProgram } from './run-program.ts'
import { VERSION } from './version.ts'

const log = createLog('central')

/** The provider's server: benches report to it, shipped phones fetch from it. */
runProgram(log, async () => {
  const given = readOptions(CENTRAL_OPTIONS, process.argv.slice(2), process.env)
  if (given.flag('help')) {
    process.stdout.write(helpText('central', 'keeps the tokens of staged phones and serves the phones for life', CENTRAL_OPTIONS))
    return null
  }
  const options = centralOptions(given)
  await makeUsableFolder(options.data)
  // Two nodes on one PostgreSQL have a data folder each; two programs in one data folder are a mistake.
  const ownership = await takeOwnership(options.data)
  const [key, sealer, tls] = [await apiKey(options.data, options.key), await openKeys(options.data), await readTls(options.tls)]
  const catalogue =
    options.catalogueFile === null ? null : { file: options.catalogueFile, text: await readGiven(options.catalogueFile, '--catalogue') }
  const { packs, problems } = await loadPacks([bundledPacksFolder(), ...options.packs])
  for (const problem of problems) log('error', 'an endpoint pack was refused', problem)
  const vendors = [...new Set(packs.map((pack) => pack.vendor))].sort()
  const phoneAuthorities = await readPhoneAuthorities(options.phoneAuthorities, vendors, Date.now())
  const database = await openDatabase(options, log)
  try {
    const server = await serveCentral({
      ...options.listen,
      tls,
      phoneAuthorities,
      publicUrl: options.publicUrl,
      plainSignIn: options.plainSignIn,
      key,
      database,
      sealer,
      packs,
      version: VERSION,
      clock: steadyMachineClock(log),
      log,
      beforeListen: (central) => loadGivenCatalogue(central, catalogue),
    })
    process.stdout.write(
      `${JSON.stringify({ ready: true, program: 'central', url: server.url, provisioning: server.provisioningUrl, key, database: database.kind })}\n`,
    )
    return {
      async close() {
        await server.close()
        await database.close()
        await ownership.release()
      },
    }
  } catch (error) {
    await database.close()
    throw error
  }
})

/** A mistake of the person who starts it: one line, and what to do. */
class StartError extends Error {
  readonly hint: string
  constructor(message: string, hint: string, cause?: unknown) {
    super(message, { cause })
    this.hint = hint
  }
}

async function openKeys(folder: string): Promise<Sealer> {
  const sealer = await fileSealer(folder)
  for (const warning of sealer.warnings) log('warn', warning)
  return sealer
}

async function openDatabase({ data, database }: CentralProgram, to: Log): Promise<Database> {
  if (database === null) return openOwn(join(data, 'database'), to)
  try {
    return await openPostgres(database, to)
  } catch (error) {
    throw new StartError(
      `The database cannot be used (${words(error)})`,
      'Check that PostgreSQL runs, and user, password and name in --database.',
      error,
    )
  }
}

async function openOwn(folder: string, to: Log): Promise<Database> {
  try {
    return await openEmbedded(folder, to)
  } catch (error) {
    throw new StartError(
      `The database in ${folder} cannot be opened (${words(error)})`,
      'Keep the folder: its snapshot and journal files hold everything. Free disk space, or start with another --data.',
      error,
    )
  }
}

type GivenCatalogue = { file: string; text: string }

async function loadGivenCatalogue(central: Central, given: GivenCatalogue | null): Promise<void> {
  const sample = join(bundledPacksFolder(), 'sample-catalogue.yaml')
  const catalogue = given ?? ((await isCatalogueEmpty(central)) ? { file: sample, text: await readGiven(sample, '--catalogue') } : null)
  if (catalogue === null) return
  const loaded = await loadCatalogueText(central, catalogue.text, 'start')
  if (!loaded.ok) throw new StartError(loaded.refusal.message, loaded.refusal.hint)
  central.log('info', 'catalogue loaded', { file: catalogue.file, ...loaded.value })
}

async function readTls(tls: CentralProgram['tls']): Promise<{ cert: string; key: string } | null> {
  return tls === null ? null : { cert: await readGiven(tls.certFile, '--tls-cert'), key: await readGiven(tls.keyFile, '--tls-key') }
}

async function readGiven(file: string, option: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new StartError(`${option}: ${file} cannot be read (${words(error)})`, 'Check the path.', error)
  }
}

function words(error: unknown): string {
  // Several addresses of one host (::1 and 127.0.0.1) fail as one error without words of its own.
  if (error instanceof AggregateError) return error.errors.map(words).join('; ')
  if (error instanceof Error && error.message === '' && error.cause !== undefined) return words(error.cause)
  return error instanceof Error ? error.message : String(error)
}
