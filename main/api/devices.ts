import { Buffer } from 'node:buffer'
import { revokeDevice } from '../core/files/revoke.ts'
import { askRotation } from '../core/files/rotate.ts'
import { identify } from '../core/identify/identify.ts'
import type { Device } from '../core/model/device.ts'
import { type Mac, parseMac } from '../core/model/mac.ts'
import { refusal } from '../core/model/refusals.ts'
import type { DeviceView } from '../core/model/view.ts'
import { addDevice, claimDevice, openWindow, scanLabel } from '../core/staging/commands.ts'
import { importRows } from '../core/staging/import-rows.ts'
import { removeDevice, updateDevice } from '../core/staging/update.ts'
import { deviceView, noteView } from '../bench/stream.ts'
import { api } from './base.ts'
import { errorView, readCsv } from './csv.ts'
import { askForWindows } from './long-window.ts'
import type { ApiParts } from './parts.ts'
import { phoneUploadsHandlers } from './phone-uploads.ts'
import { phoneDetailOf, phoneWireHandlers } from './phone-wire.ts'
import { toError, unwrap } from './refused.ts'
import { renderedFiles } from './rendered.ts'
import { settingViews } from './setting-views.ts'

const DEFAULT_LIMIT = 200
const TIMELINE_LIMIT = 500

export function devicesHandlers(parts: ApiParts) {
  const { loop, store } = parts
  const view = (device: Device): DeviceView => deviceView(store.world, device.mac) ?? fail(device.mac)
  const find = (text: string): Device => store.world.device.get(mac(text)) ?? fail(text)
  return {
    list: api.devices.list.handler(({ input }) => list(parts, input)),
    get: api.devices.get.handler(async ({ input }) => {
      const device = find(input.mac)
      const notes = await store.timeline(device.mac, TIMELINE_LIMIT)
      return {
        ...view(device),
        settings: settingViews(device, store.world),
        timeline: notes.map(noteView),
        ...phoneDetailOf(device, store.world, parts.now()),
      }
    }),
    add: api.devices.add.handler(async ({ context, input }) =>
      view(
        unwrap(
          await askForWindows(parts, { context, confirm: input.confirm }, (world, now) => addDevice(input, context.actor, world, now)),
        ),
      ),
    ),
    update: api.devices.update.handler(async ({ context, input }) =>
      view(unwrap(await loop.ask((world, now) => updateDevice(input, context.actor, world, now)))),
    ),
    remove: api.devices.remove.handler(async ({ context, input }) => {
      unwrap(await loop.ask((world, now) => removeDevice(input, context.actor, world, now)))
      return {}
    }),
    import: api.devices.import.handler(async ({ context, input }) => {
      const csv = readCsv(input.csv)
      if ('refusal' in csv) return { added: 0, updated: 0, errors: [errorView({ row: 1, column: csv.column, refusal: csv.refusal })] }
      const report = await askForWindows(parts, { context, confirm: input.confirm }, (world, now) =>
        importRows({ rows: csv.rows, order: input.order, dryRun: input.dryRun }, context.actor, world, now),
      )
      const errors = [...csv.errors, ...report.errors].sort((a, b) => a.row - b.row).map(errorView)
      return { added: report.added, updated: report.updated, errors }
    }),
    claim: api.devices.claim.handler(async ({ context, input }) =>
      view(unwrap(await loop.ask((world, now) => claimDevice(input, context.actor, world, now)))),
    ),
    scan: api.devices.scan.handler(async ({ context, input }) => {
      const { device, done } = unwrap(await loop.ask((world, now) => scanLabel(input, context.actor, world, now)))
      return { ...view(device), done }
    }),
    openWindow: api.devices.openWindow.handler(async ({ context, input }) =>
      view(
        unwrap(
          await askForWindows(parts, { context, confirm: input.confirm }, (world, now) => openWindow(input, context.actor, world, now)),
        ),
      ),
    ),
    revoke: api.devices.revoke.handler(async ({ context, input }) =>
      view(unwrap(await loop.ask((world, now) => revokeDevice(input, context.actor, world, now)))),
    ),
    rotate: api.devices.rotate.handler(async ({ context, input }) =>
      view(unwrap(await loop.ask((world, now) => askRotation(input, context.actor, world, now)))),
    ),
    render: api.devices.render.handler(({ input }) => ({ files: renderedFiles(find(input.mac), store.world, input.file) })),
    ...phoneWireHandlers(parts),
    ...phoneUploadsHandlers(parts),
    identify: api.devices.identify.handler(({ input }) => {
      const bytes = input.vendorClassBytes === undefined ? null : new Uint8Array(Buffer.from(input.vendorClassBytes, 'base64'))
      const isTftp = input.path === undefined && input.tftpPath !== undefined
      const found = identify(store.world.packs, {
        vendorClass: bytes ?? input.vendorClass ?? null,
        parameterRequestList: input.parameterRequestList ?? null,
        hostName: input.hostName ?? null,
        leaseMac: input.mac === undefined ? null : parseMac(input.mac),
        userAgent: input.userAgent ?? null,
        path: asPath(isTftp ? input.tftpPath : input.path),
        protocol: isTftp ? 'tftp' : null,
        tftpOptions: input.tftpOptions ?? null,
        certificate: input.certificate ?? null,
      })
      const { conflicts, doubts, evidence, family, firmware, grade, hardware, model, serial, vendor } = found
      return {
        ...{ vendor, family, model, firmware, mac: found.mac, serial, grade, hardware, pack: found.pack?.id ?? null },
        evidence: [...evidence],
        conflicts: [...conflicts],
        doubts: [...doubts],
      }
    }),
  }
}

/** With one leading slash and without query, as the doors hand it in. */
function asPath(text: string | undefined): string | null {
  return text === undefined ? null : `/${text.replace(/^\/+/, '').replace(/\?.*$/s, '')}`
}

function mac(text: string): Mac {
  const found = parseMac(text)
  if (found === null) throw toError(refusal('MAC_INVALID', { text }))
  return found
}

function fail(text: string): never {
  throw toError(refusal('DEVICE_UNKNOWN', { mac: text }))
}

type ListInput = {
  state?: string | undefined
  order?: string | undefined
  search?: string | undefined
  limit?: number | undefined
  cursor?: string | undefined
}

/** In the order of slots, strangers last; the cursor is the last key of the page before. */
function list({ store }: ApiParts, input: ListInput): { devices: DeviceView[]; next: string | null } {
  const { world } = store
  const key = (device: Device) => `${String(device.slot === 0 ? 999_999 : device.slot).padStart(6, '0')}:${device.mac}`
  const wanted = [...world.device.values()].filter((device) => matches(device, input)).sort((a, b) => key(a).localeCompare(key(b)))
  const limit = input.limit ?? DEFAULT_LIMIT
  const page: DeviceView[] = []
  let last: Device | null = null
  for (const device of wanted) {
    if (input.cursor !== undefined && key(device) <= input.cursor) continue
    const view = deviceView(world, device.mac)
    if (view === null || (input.state !== undefined && view.state !== input.state)) continue
    if (page.length === limit) return { devices: page, next: last === null ? null : key(last) }
    page.push(view)
    last = device
  }
  return { devices: page, next: null }
}

function matches(device: Device, input: ListInput): boolean {
  if (input.order !== undefined && device.order !== input.order) return false
  if (input.search === undefined) return true
  const text = input.search.toLowerCase()
  const bare = text.replace(/[:\-. ]/g, '')
  const fields = [device.model, device.expectedModel, device.group, device.order, device.address, ...device.lines]
  return (bare !== '' && device.mac.includes(bare)) || fields.some((field) => field?.toLowerCase().includes(text) === true)
}
