import { implement, withEventMeta } from '@orpc/server'
import { viewMe } from '../../main/api/people.ts'
import { toError } from '../../main/api/refused.ts'
import type { ApiContext } from '../../main/api/parts.ts'
import { createPageStream } from '../../main/bench/stream.ts'
import { KEY_CALLER } from '../../main/core/model/account.ts'
import type { Note } from '../../main/core/model/decision.ts'
import { refusal } from '../../main/core/model/refusals.ts'
import type { BenchStatus, DeviceView } from '../../main/core/model/view.ts'
import { emptyWorld } from '../../main/core/model/world.ts'
import { contract } from '../../preload/contract/index.ts'
import { NOW } from './builders.ts'

const STATUS: BenchStatus = {
  running: false,
  starting: false,
  interface: null,
  address: null,
  services: { dhcp: 'off', http: 'off' },
  pool: { size: 0, leased: 0 },
  central: { state: 'none', url: null, pending: 0, lastSyncAt: null, error: null },
  problems: [],
  version: '0',
}

/** The contract answered without a bench, to test doors: the true stream of changes, one refusal, one fault, and who called. */
export function createSmallRouter() {
  const stream = createPageStream({ run: 'test', world: emptyWorld('bench'), status: () => STATUS })
  const os = implement(contract).$context<ApiContext>()
  const seen = { actors: [] as string[], streams: 0 }
  const notServed = () => {
    throw new Error('the small router does not serve this: a fault')
  }
  const router = os.router({
    bench: {
      status: os.bench.status.handler(({ context }) => {
        seen.actors.push(context.actor)
        return STATUS
      }),
      start: os.bench.start.handler(() => {
        throw toError(refusal('BENCH_PORT_IN_USE', { port: '67', by: ' by dnsmasq', option: '--dhcp-port' }))
      }),
      stop: os.bench.stop.handler(notServed),
      preflight: os.bench.preflight.handler(() => ({ lines: [], stops: 0, warnings: 0 })),
      interfaces: os.bench.interfaces.handler(() => ({ interfaces: [] })),
      takeTime: os.bench.takeTime.handler(notServed),
      storage: os.bench.storage.handler(notServed),
    },
    devices: {
      list: os.devices.list.handler(({ input }) => ({ devices: [], next: input.search ?? null })),
      get: os.devices.get.handler(({ input }) => {
        throw toError(refusal('DEVICE_UNKNOWN', { mac: input.mac }))
      }),
      add: os.devices.add.handler(notServed),
      import: os.devices.import.handler(({ input }) => ({ added: input.csv.length, updated: 0, errors: [] })),
      update: os.devices.update.handler(notServed),
      remove: os.devices.remove.handler(notServed),
      claim: os.devices.claim.handler(() => ({ mac: 'this is no phone' }) as unknown as DeviceView), // output that breaks the contract
      scan: os.devices.scan.handler(notServed),
      openWindow: os.devices.openWindow.handler(notServed),
      revoke: os.devices.revoke.handler(notServed),
      rotate: os.devices.rotate.handler(notServed),
      render: os.devices.render.handler(notServed),
      identify: os.devices.identify.handler(notServed),
      notify: os.devices.notify.handler(notServed),
      packets: os.devices.packets.handler(() => ({ packets: [], dropped: 0 })),
      followPackets: os.devices.followPackets.handler(notServed),
      capture: os.devices.capture.handler(notServed),
      uploads: os.devices.uploads.handler(notServed),
      upload: os.devices.upload.handler(notServed),
    },
    settings: {
      set: os.settings.set.handler(() => ({})),
      clear: os.settings.clear.handler(() => ({})),
      lock: os.settings.lock.handler(() => ({})),
      unlock: os.settings.unlock.handler(() => ({})),
      change: os.settings.change.handler(() => ({})),
      view: os.settings.view.handler(notServed),
      preview: os.settings.preview.handler(notServed),
      files: os.settings.files.handler(notServed),
      import: os.settings.import.handler(() => ({ phones: 0, errors: [] })),
      compareProfiles: os.settings.compareProfiles.handler(notServed),
      compareDevice: os.settings.compareDevice.handler(notServed),
    },
    catalogue: {
      load: os.catalogue.load.handler(notServed),
      list: os.catalogue.list.handler(() => ({ profiles: [], groups: [], departments: [], lines: [] })),
    },
    profiles: { list: os.profiles.list.handler(() => ({ profiles: [] })), save: os.profiles.save.handler(notServed) },
    groups: { list: os.groups.list.handler(() => ({ groups: [] })), save: os.groups.save.handler(notServed) },
    departments: { save: os.departments.save.handler(notServed) },
    lines: { list: os.lines.list.handler(() => ({ lines: [], next: null })), save: os.lines.save.handler(notServed) },
    packs: {
      list: os.packs.list.handler(() => ({ packs: [], problems: [] })),
      import: os.packs.import.handler(notServed),
      activate: os.packs.activate.handler(notServed),
      move: os.packs.move.handler(notServed),
      remove: os.packs.remove.handler(notServed),
    },
    firmware: {
      list: os.firmware.list.handler(() => ({ images: [] })),
      add: os.firmware.add.handler(notServed),
      remove: os.firmware.remove.handler(notServed),
      uploadBegin: os.firmware.uploadBegin.handler(notServed),
      uploadPart: os.firmware.uploadPart.handler(notServed),
      uploadEnd: os.firmware.uploadEnd.handler(notServed),
      uploadCancel: os.firmware.uploadCancel.handler(notServed),
    },
    certificates: {
      list: os.certificates.list.handler(() => ({ authorities: [], packs: [] })),
      import: os.certificates.import.handler(notServed),
      remove: os.certificates.remove.handler(notServed),
    },
    network: { get: os.network.get.handler(notServed), save: os.network.save.handler(notServed) },
    orders: {
      create: os.orders.create.handler(notServed),
      list: os.orders.list.handler(() => ({ orders: [] })),
      get: os.orders.get.handler(notServed),
      check: os.orders.check.handler(notServed),
      report: os.orders.report.handler(notServed),
      close: os.orders.close.handler(notServed),
    },
    sync: {
      now: os.sync.now.handler(() => ({ sent: 0, acknowledged: 0, pending: 0 })),
      export: os.sync.export.handler(notServed),
      import: os.sync.import.handler(notServed),
      enrol: os.sync.enrol.handler(notServed),
    },
    audit: { list: os.audit.list.handler(() => ({ entries: [] })), verify: os.audit.verify.handler(notServed) },
    backup: {
      list: os.backup.list.handler(() => ({ folder: '', backups: [] })),
      create: os.backup.create.handler(notServed),
      part: os.backup.part.handler(notServed),
      remove: os.backup.remove.handler(notServed),
    },
    drill: { run: os.drill.run.handler(notServed), last: os.drill.last.handler(notServed) },
    people: {
      me: os.people.me.handler(({ context }) => viewMe(context.caller ?? KEY_CALLER, { account: new Map() }, context.actor)),
      list: os.people.list.handler(() => ({ people: [] })),
      add: os.people.add.handler(notServed),
      update: os.people.update.handler(notServed),
      remove: os.people.remove.handler(() => ({})),
      resetPassword: os.people.resetPassword.handler(notServed),
      changePassword: os.people.changePassword.handler(() => ({})),
      signOutElsewhere: os.people.signOutElsewhere.handler(() => ({ ended: 0 })),
    },
    events: os.events.handler(async function* ({ lastEventId, signal }) {
      seen.streams += 1
      try {
        for await (const { id, message } of stream.follow(lastEventId, signal)) yield withEventMeta(message, { id })
      } finally {
        seen.streams -= 1
      }
    }),
  })
  let count = 0
  return {
    router,
    seen,
    /** Says the next number on the stream. */
    say(): number {
      count += 1
      const note: Note = { at: NOW, mac: null, level: 'info', kind: 'test', text: String(count) }
      stream.onCommitted({ changes: [], notes: [note], at: NOW })
      return count
    },
    close: () => stream.close(),
  }
}
