import type { Loop } from '../bench/loop.ts'
import type { BenchServices } from '../bench/services.ts'
import { revokeDevice } from '../core/files/revoke.ts'
import type { Listing } from '../core/staging/add.ts'
import { audit } from '../core/staging/audit.ts'
import { addDevice, openWindow } from '../core/staging/commands.ts'
import { removeDevice } from '../core/staging/update.ts'
import { iso } from '../core/staging/view.ts'
import { runDrill } from '../drill/run.ts'
import { type AttackResult, type DrillTarget, targetBy } from '../drill/target.ts'
import { api } from './base.ts'
import type { ApiParts } from './parts.ts'
import { unwrap } from './refused.ts'

type Report = { startedAt: string; endedAt: string; refused: number; notRefused: number; notRun: number; results: AttackResult[] }

/** One drill at a time: who asks while it runs gets that one's report. */
export type DrillDesk = { run(actor: string): Promise<Report>; last(): Report | null; isRunning(): boolean }

export function createDrillDesk({ loop, now, services }: ApiParts): DrillDesk {
  let running: Promise<Report> | null = null
  let last: Report | null = null
  const run = async (actor: string): Promise<Report> => {
    const startedAt = iso(now())
    const results = await runDrill(await targetBy(drillApi({ loop, services }, `drill of ${actor}`)))
    const count = (refused: boolean | null) => results.filter((one) => one.refused === refused).length
    const report = { startedAt, endedAt: iso(now()), refused: count(true), notRefused: count(false), notRun: count(null), results }
    const failed = results.filter((one) => one.refused === false).map((one) => one.attack)
    const detail = `${report.refused} refused, ${report.notRun} not run${failed.length === 0 ? '' : `, NOT REFUSED: ${failed.join(', ')}`}`
    await loop.ask((world, at) => ({
      reply: null,
      changes: [audit(world, { at, actor, action: 'drill.run', target: 'bench', detail })],
      effects: [],
    }))
    last = report
    return report
  }
  return {
    run(actor) {
      running ??= run(actor).finally(() => {
        running = null
      })
      return running
    },
    last: () => last,
    isRunning: () => running !== null,
  }
}

export function drillHandlers(desk: DrillDesk) {
  return {
    run: api.drill.run.handler(({ context }) => desk.run(context.actor)),
    last: api.drill.last.handler(() => ({ isRunning: desk.isRunning(), report: desk.last() })),
  }
}

/** The few calls a drill makes to set up its phone, answered by the same rules as everybody's, in its own name. */
export function drillApi({ loop, services }: { loop: Loop; services: BenchServices }, actor: string): DrillTarget['api'] {
  return async (name, body) => {
    const input = body as { mac: string; minutes: number; reason: string } & Listing // the drill's own calls, written beside this list
    switch (name) {
      case 'bench.status':
        return { ...services.status() }
      case 'devices.list':
        return {
          devices: await loop.ask((world) => ({ reply: [...world.device.keys()].map((mac) => ({ mac })), changes: [], effects: [] })),
        }
      case 'devices.add':
        return { mac: unwrap(await loop.ask((world, at) => addDevice(input, actor, world, at))).mac }
      case 'devices.openWindow':
        return { mac: unwrap(await loop.ask((world, at) => openWindow(input, actor, world, at))).mac }
      case 'devices.revoke':
        return { mac: unwrap(await loop.ask((world, at) => revokeDevice(input, actor, world, at))).mac }
      case 'devices.remove':
        unwrap(await loop.ask((world, at) => removeDevice(input, actor, world, at)))
        return {}
      default:
        throw new Error(`The drill calls ${name}, which it may not`)
    }
  }
}
