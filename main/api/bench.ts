import { api } from './base.ts'
import type { ApiParts } from './parts.ts'
import { preflightHandler } from './preflight.ts'
import { unwrap } from './refused.ts'

export function benchHandlers(parts: ApiParts) {
  const { services } = parts
  return {
    status: api.bench.status.handler(() => services.status()),
    start: api.bench.start.handler(async ({ input }) => unwrap(await services.start(input))),
    preflight: preflightHandler(parts),
    stop: api.bench.stop.handler(() => services.stop()),
    interfaces: api.bench.interfaces.handler(async () => ({ interfaces: await services.interfaces() })),
  }
}
