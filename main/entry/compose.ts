import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRouter, type Router } from '../api/router.ts'
import { createLoop, type Loop } from '../bench/loop.ts'
import { createPackDesk } from '../bench/pack-desk.ts'
import { keepUsedPacks, settlePacks } from '../bench/settle-packs.ts'
import { type ChosenPool, type NetworkStart, toldUrl } from '../bench/network.ts'
import { createCapture } from '../bench/capture.ts'
import type { Log, SyncLink } from '../bench/ports.ts'
import { type BenchServices, createServices, type Warning } from '../bench/services.ts'
import { createPageStream } from '../bench/stream.ts'
import { chainOld } from '../core/audit/chain.ts'
import { storeMended } from '../core/staging/store-mended.ts'
import { parseDhcpConfig } from '../core/dhcp/config.ts'
import { leasesRecovered } from '../core/dhcp/leases-recovered.ts'
import { guessNotices } from '../core/files/guess.ts'
import { silence } from '../core/model/decision.ts'
import type { Quotas } from '../core/model/services.ts'
import { type Change, dhcpConfig, type MutableWorld, serviceConfig, type World } from '../core/model/world.ts'
import { createRedaction } from '../core/redact/redact.ts'
import { loadCatalogue } from '../core/settings/catalogue.ts'
import { catalogueTaken } from '../core/staging/listed-by-catalogue.ts'
import { iso } from '../core/staging/view.ts'
import { tick } from '../core/tick.ts'
import { awaitInterface, listInterfaces, watchInterface } from '../net/interfaces.ts'
import { readAuthorities } from '../net/tls/read-authorities.ts'
import { openPackLibrary } from '../packs/library.ts'
import { bundledPacksFolder } from '../packs/load.ts'
import { createPeopleDesk, type PeopleDesk } from '../people/desk.ts'
import { scryptPasswords } from '../people/passwords.ts'
import type { KeySealer } from '../store/data-key.ts'
import { authorityFile } from '../store/authority-file.ts'
import { openBackups } from '../store/backups.ts'
import { openImages } from '../store/images.ts'
import { openIncoming } from '../store/incoming.ts'
import { CHECKPOINT_BYTES, openStore } from '../store/open.ts'
import { freeBytes, measureFolder } from '../store/storage.ts'
import { openPhoneUploads, PHONE_UPLOAD_LIMITS } from '../store/phone-uploads.ts'
import { createExchange } from '../sync/exchange.ts'
import { startSync } from '../sync/loop.ts'
import { followDhcpFile } from './dhcp-file.ts'
import { followFirmwareFolder } from './firmware-folder.ts'
import { redactWith } from './log.ts'
import { openMachineClock } from './machine-clock.ts'
import { createNotifier } from './notifier.ts'
import { machineNotices, watchMachine } from './machine-notices.ts'
import { createPreflight } from './preflight.ts'
import { type ChosenServices, chosenServices, type SaidServices } from './chosen-services.ts'
import { createPhoneHttps, oldTlsWarning } from './phone-https.ts'
import { phoneServices, type SipLink } from './phone-services.ts'
import { VERSION } from './version.ts'

/** Everything one bench is made of, from options to a running program; desktop and headless differ only in the window around it. */
export type BenchOptions = SaidServices & {
  data: string
  interface: string | null
  allowDefaultRoute: string | null
  address: string | null
  pool: { from: string; to: string } | null
  dhcpFile: string | null
  catalogueFile: string | null
  packs: readonly string[]
  firmware: string | null
  central: string | null
  enrol: string | null
  /** Bearer key of this program, by which its owner signs in to the pages; absent: nobody does. */
  key?: string
}

export type Bench = { people: PeopleDesk; router: Router; services: BenchServices; loop: Loop; close(): Promise<void> }

/** A mistake in a file the person gave: reported in one line, the program does not start half. */
export class StartError extends Error {
  readonly hint: string
  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}

const TICK_MS = 1000

/** `sealer` = of the data folder, with what was found wrong with its keys. */
export async function composeBench(options: BenchOptions, sealer: KeySealer, log: Log): Promise<Bench> {
  const store = await openStore({ folder: options.data, sealer, log })
  const world: MutableWorld = store.world
  const chosen = chosenServices(options, world)
  const warnings = [...sealer.warnings.map(keysRestored), ...store.warnings.map(storeRestored)]
  for (const { message } of warnings) log('warn', message)
  const packs = await openPackLibrary({ folder: join(options.data, 'packs'), given: options.packs, log })
  packs.apply(world)
  for (const problem of packs.problems()) log('error', 'an endpoint pack was refused', problem)
  const images = await openImages({ folder: options.firmware ?? join(options.data, 'firmware'), log })
  const incoming = await openIncoming(join(options.data, 'incoming'))
  const clock = await openMachineClock(options.data, log)
  const uploads = await openPhoneUploads({
    folder: join(options.data, 'phone-uploads'),
    sealer,
    log,
    now: clock.now,
    limits: () => uploadLimits(serviceConfig(world).quotas),
  })
  const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) }

  let sync: SyncLink | null = null
  const sip: SipLink = { server: null }
  const stream = createPageStream({ run: randomBytes(6).toString('hex'), world, status: () => services.status() })
  const capture = createCapture({ world, now: clock.now, log })
  const redaction = createRedaction(world, [options.key ?? ''])
  redactWith(redaction.log)
  const loop = createLoop({
    store,
    redaction,
    clock,
    log,
    onCommitted: [stream.onCommitted, capture.onCommitted],
    perform: (effect) => {
      if (effect.do === 'syncSoon') sync?.soon()
      else if (effect.do === 'notify') notify({ mac: effect.mac, do: effect.act, by: null }).catch(lostNotify)
    },
  })
  const notify = createNotifier({ loop, random, sip })
  const lostNotify = (fault: unknown) => log('error', 'a phone could not be told by SIP', { fault: String(fault) })
  const scanImages = async () => loop.ask(replaceImages(await images.scan(world.packs)))
  const packDesk = createPackDesk({
    loop,
    world,
    packs,
    apply: () => packs.apply(world),
    // An image in the library may be one that only the new pack knows by its name.
    activeChanged: async () => void (await scanImages()),
  })
  const https = createPhoneHttps({
    choice: () => chosen.https,
    file: authorityFile(options.data),
    sealer,
    world,
    loop,
    now: clock.now,
    warn: (warning) => {
      warnings.push(warning)
      stream.onStatus()
    },
    log,
  })
  const services = createServices({
    choice: {
      interface: options.interface,
      allowDefaultRoute: options.allowDefaultRoute,
      address: options.address,
      get httpPort() {
        const { httpPort, port, scheme } = chosen.https
        return scheme === 'http' ? httpPort : port
      },
      get scheme() {
        return chosen.https.scheme
      },
    },
    pool: () => chosenPool(options, world),
    open: phoneServices({
      ports: () => chosen.ports,
      world,
      loop,
      imageFile: images.file,
      uploads,
      https,
      now: clock.now,
      random,
      log,
      onStatus: stream.onStatus,
      sip,
      tap: capture.seen,
    }),
    listInterfaces,
    watch: watchInterface,
    awaitReturn: awaitInterface,
    setNetwork: (network) => {
      world.network = network
    },
    counts: () => counts(world, clock.now()),
    sync: () => sync,
    warnings,
    notices: () => [
      ...machineNotices(store.room(), clock.heldMs()),
      ...guessNotices(world, clock.now()),
      ...[oldTlsWarning(chosen.https) ?? []].flat(),
    ],
    version: VERSION,
    onChanged: stream.onStatus,
    log,
  })

  const packParts = { loop, world, packs, apply: () => packs.apply(world), log }
  await settlePacks(packParts)
  await chainOlderAudit(loop, log)
  if (store.warnings.length > 0) await loop.ask((known, now) => storeMended(store.warnings, known, now))
  const preflight = createPreflight({
    world,
    services,
    ports: () => chosen.ports,
    choice: {
      interface: options.interface,
      allowDefaultRoute: options.allowDefaultRoute,
      address: options.address,
      get httpPort() {
        return chosen.ports.http
      },
    },
    folder: options.firmware ?? join(options.data, 'firmware'),
    central: () => sync?.status().url ?? null,
    certificate: https.validity,
    now: clock.now,
    log,
  })

  const people = createPeopleDesk({ ask: loop.ask, key: options.key ?? '', now: clock.now, passwords: scryptPasswords() })
  const firmwareAtStart = await images.look()
  await scanImages()
  if (store.lostLeases.length > 0) await loop.ask((known, now) => leasesRecovered(store.lostLeases, known, now))
  await loadFiles(options, loop, world, log)
  await keepUsedPacks(packParts)
  const leaveFirmware = followFirmwareFolder({ taken: firmwareAtStart, look: images.look, scan: scanImages, log })
  const unfollow =
    options.dhcpFile === null ? null : followDhcpFile(options.dhcpFile, { loop, log, onStatus: stream.onStatus, repool: services.repool })
  sync = startSync({ store, ask: loop.ask, url: options.central, enrolCode: options.enrol, clock, log, onStatus: stream.onStatus })
  const uploadBytes = () => ({ ...PHONE_UPLOAD_LIMITS, ...uploadLimits(serviceConfig(world).quotas) }).totalBytes
  const router = createRouter({
    exchange: createExchange({ store, ask: loop.ask, clock }),
    storage: async () => ({
      parts: await measureFolder(options.data, {
        firmware: options.firmware ?? join(options.data, 'firmware'),
        uploadBytes: uploadBytes(),
        checkpointBytes: CHECKPOINT_BYTES,
      }),
      freeBytes: await freeBytes(options.data),
    }),
    takeTime: clock.take,
    loop,
    store,
    services,
    stream,
    images,
    incoming,
    sync,
    packs,
    packDesk,
    uploads,
    notify,
    capture,
    readAuthorities,
    backups: openBackups({
      folder: options.data,
      firmwareFolder: options.firmware ?? join(options.data, 'firmware'),
      world,
      sealer,
      program: VERSION,
      now: clock.now,
      flush: () => store.timeline(null, 1),
      log,
    }),
    people,
    preflight,
    network: networkStart(options, chosen),
    now: clock.now,
    log,
  })
  const look = watchMachine(store, clock, stream.onStatus)
  const timer = setInterval(() => {
    look()
    loop.ask(tick).catch((fault: unknown) => log('error', 'the clock tick failed', { fault: String(fault) }))
  }, TICK_MS)
  timer.unref()

  return {
    people,
    router,
    services,
    loop,
    async close() {
      clearInterval(timer)
      unfollow?.()
      leaveFirmware()
      await services.stop()
      stream.close()
      capture.close()
      await sync?.close()
      await incoming.close()
      await keepUsedPacks(packParts)
      await clock.close()
      await store.close()
    },
  }
}

function storeRestored(message: string): Warning {
  return { code: 'STORE_RESTORED', message, hint: 'Look at the phones staged last; the damaged file is kept aside.' }
}

function keysRestored(message: string): Warning {
  return { code: 'STORE_KEYS_RESTORED', message, hint: 'Copy the data folder now: two files that hold its keys are all that opens it.' }
}

/** A pool in the file given now beats `--pool`; one remembered from an earlier start does not beat what is said now. */
function chosenPool({ dhcpFile, pool }: BenchOptions, world: World): ChosenPool | null {
  const kept = dhcpConfig(world).pool
  const fromDhcp: ChosenPool | null = kept === null ? null : { ...kept, said: 'dhcp' }
  const fromOption: ChosenPool | null = pool === null ? null : { ...pool, said: 'option' }
  return dhcpFile === null ? (fromOption ?? fromDhcp) : (fromDhcp ?? fromOption)
}

function counts(world: World, now: number): { leased: number; pending: number; lastSyncAt: string | null } {
  let leased = 0
  for (const lease of world.lease.values()) if (lease.releasedAt === null && lease.expiresAt > now) leased += 1
  const state = world.sync.get('bench')
  return { leased, pending: world.outbox.size, lastSyncAt: state?.lastSyncAt == null ? null : iso(state.lastSyncAt) }
}

/** Entries of a program that kept no chain. */
async function chainOlderAudit(loop: Loop, log: Log): Promise<void> {
  const count = await loop.ask((world, now) => {
    const { changes, count } = chainOld(world, now)
    return { reply: count, changes, effects: [] }
  })
  if (count > 0) log('warn', 'older entries of the audit log were chained: nothing vouches for them before now', { entries: count })
}

/** The library on disk is the truth about images: what was removed there goes, what was added comes. */
function replaceImages(found: readonly { id: string }[]) {
  return (world: World): { reply: null; changes: Change[]; effects: [] } => {
    const here = new Set(found.map((image) => image.id))
    const gone: Change[] = [...world.image.keys()].filter((id) => !here.has(id)).map((id) => ({ entity: 'image', id, value: null }))
    const added = found
      .filter((image) => !world.image.has(image.id))
      .map((image) => ({ entity: 'image', id: image.id, value: image }) as Change) // scan() gives FirmwareImage
    return { reply: null, changes: [...gone, ...added], effects: [] }
  }
}

async function loadFiles(options: BenchOptions, loop: Loop, world: World, log: Log): Promise<void> {
  if (options.dhcpFile !== null) {
    const config = parseDhcpConfig(await readGiven(options.dhcpFile, '--dhcp'))
    if (!config.ok) throw new StartError(config.refusal.message, config.refusal.hint)
    if (config.value.pool !== null && options.pool !== null) log('warn', '--pool is not used: the file of --dhcp has a pool')
    await loop.ask(() => ({ reply: null, changes: [{ entity: 'dhcpConfig', id: 'bench', value: config.value }], effects: [] }))
  }
  const isFirstStart = world.profile.size === 0
  const file = options.catalogueFile ?? (isFirstStart ? join(bundledPacksFolder(), 'sample-catalogue.yaml') : null)
  if (file === null) return
  const text = await readGiven(file, '--catalogue')
  const loaded = await loop.ask((known, now) => {
    const result = loadCatalogue(text, known, now)
    return result.ok ? catalogueTaken(result.value, 'start', known, now) : silence(result)
  })
  if (!loaded.ok) throw new StartError(loaded.refusal.message, loaded.refusal.hint)
}

async function readGiven(file: string, option: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new StartError(`${option}: ${file} cannot be read (${error instanceof Error ? error.message : String(error)})`, 'Check the path.')
  }
}

/** What was said at the start, by the field of the settings page that it beats; and the rest of it, to be read there. */
function networkStart(options: BenchOptions, chosen: ChosenServices): NetworkStart {
  const said = new Map(chosen.said)
  if (options.dhcpFile !== null) said.set('dhcp', `--dhcp ${options.dhcpFile}`)
  else if (options.pool !== null) said.set('dhcp.pool', '--pool')
  const started = [
    ['--interface', options.interface],
    ['--allow-default-route', options.allowDefaultRoute],
    ['--address', options.address],
    ['--data', options.data],
    ['--dhcp', options.dhcpFile],
    ['--catalogue', options.catalogueFile],
    ['--packs', options.packs.length === 0 ? null : options.packs.join(', ')],
    ['--firmware', options.firmware],
    ['--central', options.central],
  ] as const
  return {
    said,
    started: started.flatMap(([option, value]) => (value === null ? [] : [{ option, value }])),
    ports: () => chosen.ports,
    toldUrl: (address) => {
      const { httpPort, port, scheme } = chosen.https
      return toldUrl(address, { scheme, httpPort: scheme === 'http' ? httpPort : port })
    },
  }
}

function uploadLimits({ uploadFileBytes, uploadFiles, uploadPhoneBytes, uploadTotalBytes }: Quotas) {
  return { fileBytes: uploadFileBytes, files: uploadFiles, deviceBytes: uploadPhoneBytes, totalBytes: uploadTotalBytes }
}
