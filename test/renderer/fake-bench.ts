import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { extname, join, normalize } from 'node:path'
import { createRouterClient, implement, ORPCError, withEventMeta } from '@orpc/server'
import { RPCHandler } from '@orpc/server/ws'
import { WebSocketServer } from 'ws'
import { catalogueHandlers } from '../../main/api/catalogue.ts'
import { departmentsHandlers, groupsHandlers } from '../../main/api/groups.ts'
import { guarding } from '../../main/api/guarding.ts'
import { linesHandlers } from '../../main/api/lines.ts'
import { askForWindows } from '../../main/api/long-window.ts'
import { packsHandlers } from '../../main/api/packs.ts'
import { peopleHandlers } from '../../main/api/people.ts'
import { profilesHandlers } from '../../main/api/profiles.ts'
import type { ApiContext, ApiParts } from '../../main/api/parts.ts'
import { openWindow } from '../../main/core/staging/commands.ts'
import { createPeopleDesk, type PeopleDesk } from '../../main/people/desk.ts'
import { scryptPasswords } from '../../main/people/passwords.ts'
import type { PageChange, StreamMessage } from '../../preload/contract/events.ts'
import { contract } from '../../preload/contract/index.ts'
import type { DeviceView, InterfaceView, NoteView } from '../../preload/contract/view.ts'
import { fakeBackup } from './fake-backup.ts'
import { fakeCertificates } from './fake-certificates.ts'
import { fakeNetwork } from './fake-network.ts'
import { fakeOrders } from './fake-orders.ts'
import { fakePreflight } from './fake-preflight.ts'
import { fakeStorage } from './fake-storage.ts'
import { fakePackets } from './fake-packets.ts'
import { fakeSettings, makeFakeWorld } from './fake-settings.ts'
import { device, iso, type Scene } from './scenes.ts'

/** Serves the built pages over the real contract, with invented phones behind it: for looking, and for tests of the pages alone. */
export type FakeBench = {
  url: string
  key: string
  /** Accounts and sessions of the invented bench. */
  desk: PeopleDesk
  /** How often each call was made; the page must not poll. */
  calls: Map<string, number>
  /** `lastEventId` of every subscription, in order. */
  subscriptions: (string | undefined)[]
  set(changes: PageChange[]): void
  note(note: NoteView): void
  /** Cuts every connection; `refuseMs` = new ones are refused for so long. */
  cut(refuseMs?: number): void
  close(): Promise<void>
}

const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' }
/** As strict as pages can be served; the pages have to live with it. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
const KEPT = 400

export const interfaces: InterfaceView[] = [
  {
    name: 'eno1',
    address: '192.168.1.20',
    prefixLength: 24,
    mac: '3C:52:82:00:00:01',
    up: true,
    defaultRoute: true,
    problem: {
      code: 'BENCH_DEFAULT_ROUTE',
      message: 'The interface eno1 carries the default route: it looks like the office LAN',
      hint: 'Choose the lab interface, or allow this one by name: --allow-default-route eno1',
    },
  },
  {
    name: 'enx00e04c',
    address: null,
    prefixLength: null,
    mac: '00:E0:4C:00:00:01',
    up: true,
    defaultRoute: false,
    problem: {
      code: 'BENCH_NO_ADDRESS',
      message: 'The interface enx00e04c has no IPv4 address',
      hint: 'Give it one: sudo ip address add 10.66.0.1/24 dev enx00e04c',
    },
  },
  { name: 'lab0', address: '10.66.0.1', prefixLength: 24, mac: '00:E0:4C:00:00:02', up: true, defaultRoute: false, problem: null },
]

export async function startFakeBench({ pages, scene }: { pages: string; scene: Scene }): Promise<FakeBench> {
  const devices = new Map(scene.devices.map((one) => [one.mac, one]))
  let status = scene.status
  const run = `r${Math.random().toString(36).slice(2, 8)}`
  const kept: StreamMessage[] = []
  const followers = new Set<() => void>()
  const calls = new Map<string, number>()
  const subscriptions: (string | undefined)[] = []
  let seq = 0
  let refusesUntil = 0

  const emit = (changes: PageChange[]) => {
    kept.push({ run, seq: ++seq, snapshot: false, changes })
    if (kept.length > KEPT) kept.shift()
    for (const wake of followers) wake()
  }
  const set = (changes: PageChange[]) => {
    for (const change of changes) {
      if (change.entity === 'status') status = change.value
      else if (change.entity === 'device' && change.value !== null) devices.set(change.id, change.value)
      else if (change.entity === 'device') devices.delete(change.id)
    }
    emit(changes)
  }
  const put = (value: DeviceView) => {
    set([{ entity: 'device', id: value.mac, value }])
    return value
  }
  const find = (mac: string) =>
    devices.get(mac.toLowerCase().replace(/[^0-9a-f]/g, '')) ??
    refuse('DEVICE_UNKNOWN', 404, `No phone with the MAC ${mac}`, 'Add it first.')
  const nextSlot = () => Math.max(0, ...[...devices.values()].map((one) => one.slot)) + 1
  const opened = (one: DeviceView): DeviceView => ({
    ...one,
    state: one.state === 'held' ? 'online' : one.state,
    reason: null,
    windowStart: iso(Date.now()),
    windowEnd: iso(Date.now() + 3_600_000),
    updatedAt: iso(Date.now()),
  })
  const list = (mac: string) =>
    device(nextSlot(), 'expected', Date.now(), { mac, model: null, expectedModel: null, line: null, displayName: null })

  const fake = await makeFakeWorld(scene.devices, (changes) => {
    if (changes.some(({ entity }) => entity === 'layer')) emit([{ entity: 'revision', id: 'settings', value: seq + 1 }])
  })
  const phonesOf = (pack: string) => [...fake.world.device.values()].filter((one) => one.listed && one.pack === pack).length
  const os = implement(contract).$context<ApiContext>()
  const key = 'bench-key'
  const desk = createPeopleDesk({ ask: fake.parts.loop.ask, key, now: Date.now, passwords: scryptPasswords({ N: 2 ** 10, r: 8, p: 1 }) })
  const counted = <T>(name: string, value: T): T => {
    calls.set(name, (calls.get(name) ?? 0) + 1)
    return value
  }
  const router = os.use(guarding({ store: fake.parts.store, now: Date.now })).router({
    bench: {
      status: os.bench.status.handler(() => counted('bench.status', status)),
      start: os.bench.start.handler(({ input }) => {
        counted('bench.start', null)
        if (input.interface === undefined)
          return refuse('BENCH_NO_INTERFACE', 409, 'No interface is chosen', 'Choose the interface of the lab LAN.')
        const one = interfaces.find(({ name }) => name === input.interface)
        set([
          {
            entity: 'status',
            id: 'bench',
            value: {
              ...status,
              running: true,
              interface: input.interface,
              address: one?.address ?? null,
              services: { dhcp: `${one?.address}:67 on ${input.interface}`, http: `http://${one?.address}/`, tftp: 'off' },
              pool: { size: 100, leased: 0 },
            },
          },
        ])
        return status
      }),
      stop: os.bench.stop.handler(() => {
        set([
          {
            entity: 'status',
            id: 'bench',
            value: { ...status, running: false, interface: null, address: null, services: { dhcp: 'off', http: 'off' } },
          },
        ])
        return counted('bench.stop', status)
      }),
      preflight: os.bench.preflight.handler(() => counted('bench.preflight', fakePreflight(scene.lacks === true))),
      interfaces: os.bench.interfaces.handler(() => counted('bench.interfaces', { interfaces })),
      takeTime: os.bench.takeTime.handler(() => status),
      storage: os.bench.storage.handler(() => fakeStorage()),
    },
    devices: {
      list: os.devices.list.handler(() => counted('devices.list', { devices: [...devices.values()], next: null })),
      get: os.devices.get.handler(({ input }) =>
        counted('devices.get', {
          ...find(input.mac),
          settings: SETTINGS,
          timeline: timelineOf(find(input.mac)),
          registrations: [],
          tells: ['resync' as const],
        }),
      ),
      add: os.devices.add.handler(({ input }) => {
        const mac = macOf(input.mac)
        if (devices.get(mac)?.listed) return refuse('DEVICE_EXISTS', 409, `The phone ${mac} is already listed`, 'Open it on the board.')
        return counted(
          'devices.add',
          put({
            ...list(mac),
            line: input.line ?? null,
            expectedModel: input.model ?? null,
            windowStart: input.windowStart ?? null,
            windowEnd: input.windowEnd ?? null,
          }),
        )
      }),
      import: os.devices.import.handler(({ input }) =>
        counted(
          input.dryRun ? 'devices.import dry' : 'devices.import',
          importCsv(input.csv, input.dryRun === true, (mac) => put(list(mac))),
        ),
      ),
      claim: os.devices.claim.handler(({ input }) =>
        counted('devices.claim', put({ ...opened(find(input.mac)), listed: true, slot: nextSlot() })),
      ),
      scan: os.devices.scan.handler(({ input }) => {
        counted('devices.scan', null)
        if (/^\d{1,4}$/.test(input.text))
          for (const one of devices.values()) if (one.slot === Number(input.text)) return { ...one, done: 'found' as const }
        const mac = macOf(input.text)
        const known = devices.get(mac)
        if (known === undefined) return { ...put({ ...opened(list(mac)), state: 'expected' }), done: 'added' as const }
        if (!known.listed) return { ...put({ ...opened(known), listed: true, slot: nextSlot() }), done: 'claimed' as const }
        return known.state === 'held' ? { ...put(opened(known)), done: 'opened' as const } : { ...known, done: 'found' as const }
      }),
      openWindow: os.devices.openWindow.handler(async ({ context, input }) => {
        // The rule of the second person is the program's own.
        const parts = { loop: fake.parts.loop, store: fake.parts.store, people: desk }
        await askForWindows(parts, { context, confirm: input.confirm }, (world, now) => openWindow(input, context.actor, world, now))
        return counted('devices.openWindow', put(opened(find(input.mac))))
      }),
      update: os.devices.update.handler(({ input: { group, line, mac, model, profile } }) => {
        const one = find(mac)
        return counted(
          'devices.update',
          put({
            ...one,
            ...(model === undefined ? {} : { expectedModel: model }),
            ...(line === undefined ? {} : { line, displayName: line === '4201' ? 'A. Brandt' : one.displayName }),
            ...(group === undefined ? {} : { group, groupName: group === null ? null : 'Nordwind Logistics, Hamburg' }),
            ...(profile === undefined ? {} : { profile: profile ?? 'deployment', profileName: profile === 'lab' ? 'Lab' : 'Deployment' }),
          }),
        )
      }),
      remove: os.devices.remove.handler(({ input }) => {
        set([{ entity: 'device', id: find(input.mac).mac, value: null }])
        return counted('devices.remove', {})
      }),
      rotate: os.devices.rotate.handler(({ input }) => counted('devices.rotate', find(input.mac))),
      revoke: os.devices.revoke.handler(({ input }) =>
        counted('devices.revoke', put({ ...find(input.mac), token: 'revoked', windowStart: null, windowEnd: null })),
      ),
      render: os.devices.render.handler(() => counted('devices.render', { files: FILES })),
      uploads: os.devices.uploads.handler(() => counted('devices.uploads', { uploads: [], maxFiles: 32, maxBytes: 25_165_824 })),
      upload: os.devices.upload.handler(({ input }) =>
        refuse('PHONE_UPLOAD_UNKNOWN', 404, `The phone sent no ${input.name}`, 'Look at the list again.'),
      ),
      notify: os.devices.notify.handler(() => counted('devices.notify', { sentTo: '10.66.0.113:5060' })),
      packets: os.devices.packets.handler(() => counted('devices.packets', { packets: fakePackets(Date.now()), dropped: 0 })),
      followPackets: os.devices.followPackets.handler(async function* ({ signal }) {
        counted('devices.followPackets', null)
        const [first] = fakePackets(Date.now())
        if (first !== undefined) yield { packets: [{ ...first, id: 999, summary: 'DISCOVER that came later' }] }
        await new Promise((resolve) => signal?.addEventListener('abort', resolve))
      }),
      capture: os.devices.capture.handler(() => counted('devices.capture', { name: 'a.pcapng', base64: 'Cg0NCg==', packets: 10 })),
      identify: os.devices.identify.handler(() => ({
        vendor: null,
        family: null,
        model: null,
        firmware: null,
        mac: null,
        serial: null,
        grade: null,
        evidence: [],
        conflicts: [],
        doubts: [],
      })),
    },
    settings: fakeSettings(fake),
    catalogue: catalogueHandlers(fake.parts as ApiParts), // they lean on loop and store alone
    profiles: profilesHandlers(fake.parts as ApiParts),
    groups: groupsHandlers(fake.parts as ApiParts),
    departments: departmentsHandlers(fake.parts as ApiParts),
    lines: linesHandlers(fake.parts as ApiParts),
    packs: packsHandlers({
      ...fake.parts,
      packs: {
        versions: () => fake.world.packs.map((pack) => ({ pack, origin: 'given' })),
        problems: () => [{ pack: 'acme/vp', message: 'pack.yaml line 14: files[2].stages: no template departure.cfg' }],
      },
      packDesk: {
        users: (id: string) => new Map(fake.world.packs.filter((pack) => pack.id === id).map(({ revision }) => [revision, phonesOf(id)])),
      },
    } as unknown as ApiParts), // listing leans on the store and the list of versions alone
    firmware: {
      list: os.firmware.list.handler(() => ({
        images: [
          {
            id: 'a'.repeat(64),
            sha256: '5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8',
            name: 'T46U(T43U,T46U,T41U,T48U,T42U)-108.87.0.5.rom',
            pack: 'yealink/t4x-t5x',
            models: ['T41U', 'T42U', 'T43U', 'T46U', 'T48U'],
            version: '108.87.0.5',
            sizeBytes: 48_120_000,
            addedAt: iso(Date.now()),
          },
        ],
      })),
      add: os.firmware.add.handler(() => refuse('FIRMWARE_FILE_UNREADABLE', 400, 'no', 'no')),
      remove: os.firmware.remove.handler(() => ({})),
      uploadBegin: os.firmware.uploadBegin.handler(() => ({ upload: 'u', partBytes: 1_000_000 })),
      uploadPart: os.firmware.uploadPart.handler(({ input }) => ({ receivedBytes: input.offset })),
      uploadEnd: os.firmware.uploadEnd.handler(() => refuse('FIRMWARE_FILE_UNREADABLE', 400, 'no', 'no')),
      uploadCancel: os.firmware.uploadCancel.handler(() => ({})),
    },
    backup: fakeBackup(fake),
    certificates: fakeCertificates(fake),
    network: fakeNetwork(fake, () => status),
    orders: fakeOrders(fake, scene.devices, drillReport),
    sync: {
      now: os.sync.now.handler(() => ({ sent: 0, acknowledged: 0, pending: status.central.pending })),
      export: os.sync.export.handler(() => ({ name: 'b-1.reports.o66', file: btoa('sealed'), entries: status.central.pending })),
      import: os.sync.import.handler(() => ({ acknowledged: 2, refused: 0, pending: 0 })),
      enrol: os.sync.enrol.handler(() => ({ bench: 'b-1' })),
    },
    audit: {
      list: os.audit.list.handler(() => ({ entries: [] })),
      verify: os.audit.verify.handler(() => ({ ok: true, entries: 0, last: null, faults: [] })),
    },
    drill: { run: os.drill.run.handler(() => drillReport), last: os.drill.last.handler(() => ({ isRunning: false, report: drillReport })) },
    people: peopleHandlers({ people: desk, store: fake.parts.store }),
    events: os.events.handler(async function* ({ lastEventId, signal }) {
      subscriptions.push(lastEventId)
      let at = resumeAt(lastEventId, run, kept, seq)
      if (at === null) {
        at = seq
        const changes: PageChange[] = [...devices.values()].map((value) => ({ entity: 'device', id: value.mac, value }))
        yield withEventMeta(
          { run, seq, snapshot: true, changes: [...changes, { entity: 'status', id: 'bench', value: status }] },
          { id: `${run}:${seq}` },
        )
      }
      while (!signal?.aborted) {
        const next = kept.find((message) => message.seq === (at ?? 0) + 1)
        if (next === undefined) await waitFor(followers, signal)
        else {
          at = next.seq
          yield withEventMeta(next, { id: `${run}:${next.seq}` })
        }
      }
    }),
  })

  const callerOf = (request: IncomingMessage) => desk.callerOf(/session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '')
  const server = createServer((request, response) => void answer(request, response).catch(() => response.writeHead(404).end()))
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? '/', 'http://x').pathname
    if (path === '/login' && request.method === 'POST') {
      const given = JSON.parse(await bodyOf(request)) as { key?: string; name?: string; password?: string }
      const address = '127.0.0.1'
      const done =
        given.key === undefined
          ? await desk.signIn({ name: given.name ?? '', password: given.password ?? '', address })
          : await desk.signInByKey({ key: given.key, address })
      if (!done.ok)
        return void response.writeHead(done.refusal.status).end(JSON.stringify({ ...done.refusal, data: { hint: done.refusal.hint } }))
      const cookie = `session=${done.value.token}; HttpOnly; SameSite=Strict; Path=/`
      return void response.writeHead(204, { 'set-cookie': cookie }).end()
    }
    if (path === '/login')
      return void response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ by: fake.world.account.size > 0 ? 'name' : 'key', refused: null }))
    if (path === '/logout') {
      await desk.signOut(/session=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '')
      return void response.writeHead(204, { 'set-cookie': 'session=; Max-Age=0; Path=/' }).end()
    }
    if (path === '/api/people.me' || path === '/api/people.changePassword') {
      const caller = await callerOf(request)
      if (caller === null) return void response.writeHead(401).end('{}')
      const call = createRouterClient(router, { context: { actor: caller.account ?? 'owner', caller } }).people
      const given = JSON.parse(await bodyOf(request)) as { current: string; password: string }
      const answered = await (path === '/api/people.me' ? call.me({}) : call.changePassword(given)).then(
        (value) => ({ status: 200, value: value as unknown }),
        (error: ORPCError<string, unknown>) => ({ status: error.status, value: error.toJSON() as unknown }),
      )
      return void response.writeHead(answered.status, { 'content-type': 'application/json' }).end(JSON.stringify(answered.value))
    }
    if (path.startsWith('/api/')) return void response.writeHead((await callerOf(request)) === null ? 401 : 200).end('{}')
    const file = join(pages, normalize(path === '/' ? '/index.html' : path))
    response
      .writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'content-security-policy': POLICY })
      .end(await readFile(file))
  }
  const sockets = new WebSocketServer({ noServer: true })
  const rpc = new RPCHandler(router)
  const onUpgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const caller = await callerOf(request)
    if (caller === null || Date.now() < refusesUntil) return void socket.destroy()
    sockets.handleUpgrade(request, socket, head, (peer) => {
      void rpc.upgrade(peer, { context: { actor: caller.account ?? 'owner', caller } })
      desk.onEnded((ended) => (caller.session !== null && ended.includes(caller.session) ? peer.terminate() : undefined))
    })
  }
  server.on('upgrade', (request, socket, head) => void onUpgrade(request, socket, head))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key,
    desk,
    calls,
    subscriptions,
    set,
    note: (value) => emit([{ entity: 'note', id: `${run}:${seq}`, value }]),
    cut(refuseMs = 0) {
      refusesUntil = Date.now() + refuseMs
      for (const peer of sockets.clients) peer.terminate()
    },
    async close() {
      for (const peer of sockets.clients) peer.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function refuse(code: string, statusCode: number, message: string, hint: string): never {
  throw new ORPCError(code, { status: statusCode, message, data: { hint } })
}

function macOf(text: string): string {
  const mac = text.toLowerCase().replace(/[^0-9a-f]/g, '')
  return mac.length === 12
    ? mac
    : refuse(
        'MAC_INVALID',
        400,
        `"${text}" is not a MAC address`,
        'Twelve hex digits, with or without separators, as printed on the label.',
      )
}

function resumeAt(lastEventId: string | undefined, run: string, kept: readonly StreamMessage[], seq: number): number | null {
  const [theirs, text] = lastEventId?.split(':') ?? []
  const last = Number(text)
  return theirs === run && last >= (kept[0]?.seq ?? seq + 1) - 1 ? last : null
}

function waitFor(followers: Set<() => void>, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      followers.delete(wake)
      resolve()
    }
    followers.add(wake)
    signal?.addEventListener('abort', wake, { once: true })
  })
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

function importCsv(csv: string, isDry: boolean, add: (mac: string) => void) {
  const errors: { row: number; column: string | null; code: string; message: string; hint: string }[] = []
  const seen = new Map<string, number>()
  let added = 0
  csv
    .trim()
    .split('\n')
    .slice(1)
    .forEach((line, index) => {
      const row = index + 2
      const [text = '', model = ''] = line.split(',')
      const mac = text.toLowerCase().replace(/[^0-9a-f]/g, '')
      if (mac.length !== 12)
        errors.push({
          row,
          column: 'mac',
          code: 'MAC_INVALID',
          message: `"${text}" is not a MAC address`,
          hint: 'Twelve hex digits, with or without separators, as printed on the label.',
        })
      else if (seen.has(mac))
        errors.push({
          row,
          column: 'mac',
          code: 'MAC_DUPLICATE',
          message: `The MAC ${text} stands in row ${seen.get(mac)} already`,
          hint: 'Remove one of the two rows.',
        })
      else if (model === 'T99')
        errors.push({
          row,
          column: 'model',
          code: 'DEVICE_MODEL_UNKNOWN',
          message: 'No endpoint pack has the model T99',
          hint: 'Leave the model empty to let the endpoint pack identify it. Nearest: T42U, T46U, T54W',
        })
      else {
        seen.set(mac, row)
        added += 1
        if (!isDry) add(mac)
      }
    })
  return { added, updated: 0, errors }
}

const TIMELINE = [
  ['phone.started', 'Started, address 10.66.0.113', 'info'],
  ['dhcp.ack', 'Has the address 10.66.0.113 for 1 h', 'info'],
  ['phone.identified', 'Identified: Poly VVX 450, firmware 5.9.7', 'info'],
  ['config.first', 'First-stage config, with a fresh token', 'info'],
  ['config.first.delivered', 'First-stage config delivered whole', 'info'],
  ['firmware.started', 'Takes firmware 6.4.7', 'info'],
  ['firmware.ended', 'Took the whole image, 20 MB in 41 s', 'info'],
  ['phone.not-back', 'Has not come back in time', 'warn'],
] as const

function timelineOf({ mac, sinceAt }: DeviceView): NoteView[] {
  const end = Date.parse(sinceAt ?? iso(Date.now()))
  return TIMELINE.map(([kind, text, level], i) => ({ at: iso(end - (TIMELINE.length - 1 - i) * 17_300), mac, level, kind, text }))
}

const SETTINGS = [
  {
    key: 'sip.registrar.host',
    label: 'Registrar',
    value: 'sip.nordwind.example',
    layer: 'group' as const,
    hidden: [{ layer: 'profile' as const, value: 'sip.carrier.example' }],
    lockedBy: null,
    secret: false,
  },
  {
    key: 'sip.transport',
    label: 'Transport',
    value: 'tls',
    layer: 'profile' as const,
    hidden: [{ layer: 'pack' as const, value: 'udp' }],
    lockedBy: 'profile' as const,
    secret: false,
  },
  { key: 'web.password', label: 'Admin password', value: '••••••••', layer: 'profile' as const, hidden: [], lockedBy: null, secret: true },
  {
    key: 'display.language',
    label: 'Language',
    value: 'German',
    layer: 'device' as const,
    hidden: [{ layer: 'group' as const, value: 'English' }],
    lockedBy: null,
    secret: false,
  },
  { key: 'network.vlan', label: 'VLAN', value: null, layer: null, hidden: [], lockedBy: null, secret: false },
]

const FILES = [
  {
    name: '64167f00000e.cfg',
    text: '<?xml version="1.0" encoding="UTF-8"?>\n<PHONE_CONFIG>\n  <ALL\n    device.set="1"\n    device.prov.user="64167f00000e"\n    device.prov.password="••••••••"\n    reg.1.address="4213"\n    reg.1.server.1.address="sip.nordwind.example"\n  />\n</PHONE_CONFIG>',
  },
]

const drillReport = {
  startedAt: '2026-11-24T08:00:00.000Z',
  endedAt: '2026-11-24T08:00:12.000Z',
  refused: 1,
  notRefused: 1,
  notRun: 1,
  results: [
    { attack: 'late MAC', refused: true, evidence: ['805ec0b8aaf8, window closed, from its own lease: 401'] },
    { attack: 'stolen URL', refused: false, evidence: ['token as password: 200'] },
    { attack: 'forged NOTIFY', refused: null, evidence: ['SIP is off on this bench'] },
  ],
}
