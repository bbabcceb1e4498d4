import type { Router } from '@orpc/server'
import { mayCall } from '../api/guard.ts'
import { told, toError, unwrap } from '../api/refused.ts'
import { settingViews } from '../api/setting-views.ts'
import { type Mac, parseMac } from '../core/model/mac.ts'
import { refusal } from '../core/model/refusals.ts'
import type { DeviceView } from '../core/model/view.ts'
import type { Device } from '../core/model/device.ts'
import { askRotation } from '../core/files/rotate.ts'
import { openWindow } from '../core/staging/commands.ts'
import { iso } from '../core/staging/view.ts'
import { viewEntry, viewVerdict } from '../api/audit.ts'
import { readAudit, verifyAudit } from './audit.ts'
import { loadCatalogueText } from './catalogue.ts'
import type { PeopleDesk } from '../people/desk.ts'
import { api } from './base.ts'
import type { Caller, CentralContract } from './contract.ts'
import { type Central, decide } from './decide.ts'
import { listDevices, readTimeline, viewOf } from './devices.ts'
import { createEnrolment, redeemEnrolment } from './enrolment.ts'
import { enrolByFile, takeExchange } from './exchange.ts'
import { loadDevices } from './load-world.ts'
import { centralPeopleHandlers, confirmLongWindow, isTheirs } from './people-api.ts'
import { CENTRAL_RIGHTS } from './rights.ts'
import { takePush } from './push.ts'
import { readStatus } from './status.ts'

export type CentralRouter = Router<CentralContract, Caller>

/** The contract, answered. What a caller may at all was settled at the door. */
export function createCentralRouter(
  central: Central,
  desk: PeopleDesk,
  facts: { version: string; provisioningUrl: string },
): CentralRouter {
  const guarding = api.middleware(({ context, next, path }) => {
    const call = path.join('.')
    // A code and a bench's key were judged at the door.
    if (context.caller !== undefined) mayCall(call, context.caller, CENTRAL_RIGHTS[call] ?? ['engineer'])
    return next()
  })
  return api.use(guarding).router({
    enrolment: {
      create: api.enrolment.create.handler(async ({ context, input }) => {
        const { code, expiresAt } = await createEnrolment(central, input, context.actor)
        return { code, expiresAt: iso(expiresAt) }
      }),
      redeem: api.enrolment.redeem.handler(async ({ input }) => unwrap(await redeemEnrolment(central, input))),
      file: api.enrolment.file.handler(async ({ context, input }) => {
        const { bytes, name } = await enrolByFile(central, input.bench, context.actor)
        return { name, file: bytes.toString('base64') }
      }),
    },
    sync: {
      push: api.sync.push.handler(async ({ context, input }) => {
        if (context.bench !== input.bench) throw toError(refusal('SYNC_NOT_ENROLLED'))
        const reply = await takePush(central, input)
        for (const { number, why } of reply.refused)
          central.log('error', 'a report of a bench cannot be read', { bench: input.bench, number, why })
        return reply
      }),
      import: api.sync.import.handler(async ({ context, input }) => {
        const { bytes, ...taken } = await told(takeExchange(central, Buffer.from(input.file, 'base64'), context.actor))
        return { ...taken, file: bytes.toString('base64') }
      }),
    },
    devices: {
      list: api.devices.list.handler(async ({ context, input }) => {
        const { devices, next } = await listDevices(central, input)
        return { devices: devices.filter((device) => isTheirs(device, context)), next }
      }),
      get: api.devices.get.handler(async ({ context, input }) => {
        const device = await getDevice(central, macOf(input.mac))
        // The same as for a phone that nobody has.
        return isTheirs(device, context) ? device : unknown(device.mac)
      }),
      openWindow: api.devices.openWindow.handler(async ({ context, input }) => {
        const mac = macOf(input.mac)
        const second = await confirmLongWindow(central, desk, context, input)
        const viewed = await decide(central, [mac], (world, now) => {
          const decision = openWindow({ ...input, mac }, context.actor, world, now)
          const entry = second === null || decision.changes.length === 0 ? [] : [second(mac, now)]
          return {
            ...decision,
            changes: [...decision.changes, ...entry],
            reply: { result: decision.reply, view: (device: Device) => viewOf(device, world) },
          }
        })
        return viewed.view(unwrap(viewed.result)) ?? unknown(mac)
      }),
      rotate: api.devices.rotate.handler(async ({ context, input }) => {
        const mac = macOf(input.mac)
        const viewed = await decide(central, [mac], (world, now) => {
          const decision = askRotation({ mac }, context.actor, world, now)
          return { ...decision, reply: { result: decision.reply, view: (device: Device) => viewOf(device, world) } }
        })
        return viewed.view(unwrap(viewed.result)) ?? unknown(mac)
      }),
    },
    catalogue: {
      load: api.catalogue.load.handler(async ({ context, input }) => unwrap(await loadCatalogueText(central, input.text, context.actor))),
    },
    audit: {
      list: api.audit.list.handler(async ({ input }) => ({
        entries: (await readAudit(central, input.since === undefined ? 0 : Date.parse(input.since))).map(viewEntry),
      })),
      verify: api.audit.verify.handler(async () => viewVerdict(await verifyAudit(central))),
    },
    people: centralPeopleHandlers(central, desk),
    status: api.status.handler(() => readStatus(central, facts)),
  })
}

function getDevice(central: Central, mac: Mac) {
  return central.database.transaction(async (tx) => {
    const { world } = await loadDevices(tx, [mac], central, true)
    const device = world.device.get(mac)
    const view: DeviceView | null = viewOf(device, world)
    if (device === undefined || view === null) return unknown(mac)
    return { ...view, settings: settingViews(device, world), timeline: await readTimeline(tx, mac) }
  })
}

function macOf(text: string): Mac {
  const mac = parseMac(text)
  if (mac === null) throw toError(refusal('MAC_INVALID', { text }))
  return mac
}

function unknown(mac: Mac): never {
  throw toError(refusal('DEVICE_UNKNOWN', { mac }))
}
