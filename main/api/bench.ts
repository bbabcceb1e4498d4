import { clockStepped } from '../core/dhcp/clock-step.ts'
import { clockTaken } from '../core/staging/clock-taken.ts'
import { iso } from '../core/staging/view.ts'
import { api } from './base.ts'
import type { ApiParts } from './parts.ts'
import { preflightHandler } from './preflight.ts'
import { unwrap } from './refused.ts'

export function benchHandlers(parts: ApiParts) {
  const { capture, loop, services, store } = parts
  return {
    status: api.bench.status.handler(() => services.status()),
    start: api.bench.start.handler(async ({ input }) => unwrap(await services.start(input))),
    preflight: preflightHandler(parts),
    stop: api.bench.stop.handler(() => services.stop()),
    takeTime: api.bench.takeTime.handler(async ({ context }) => {
      const byMs = parts.takeTime()
      if (byMs !== 0)
        await loop.ask((world, now) => clockTaken({ byMs, actor: context.actor, leases: clockStepped(byMs, world, now) }, world, now))
      return services.status()
    }),
    storage: api.bench.storage.handler(async () => {
      const { freeBytes, parts: found } = await parts.storage()
      const room = store.room?.()
      const { bytes, limitBytes, phones } = capture.used()
      const packets = {
        part: 'packets of phones',
        files: 0,
        bytes,
        limitBytes,
        keptDays: null,
        oldestAt: null,
        rule: `in memory alone, of ${phones} phones now; gone with the program`,
      }
      const logs = {
        part: 'logs',
        files: 0,
        bytes: 0,
        limitBytes: 0,
        keptDays: null,
        oldestAt: null,
        rule: 'written to standard error; whoever starts the program keeps them',
      }
      return {
        parts: [...found, packets, logs].map((one) => ({ ...one, oldestAt: one.oldestAt === null ? null : iso(one.oldestAt) })),
        journal: {
          bytes: room?.journalBytes ?? 0,
          takenBytes: room?.leftBytes ?? 0,
          mayGrow: room?.mayGrow ?? true,
          why: room?.why ?? null,
        },
        freeBytes,
      }
    }),
    interfaces: api.bench.interfaces.handler(async () => ({ interfaces: await services.interfaces() })),
  }
}
