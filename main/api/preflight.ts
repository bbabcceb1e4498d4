import { api } from './base.ts'
import type { ApiParts } from './parts.ts'

export function preflightHandler({ preflight }: ApiParts) {
  return api.bench.preflight.handler(({ input }) => preflight(input))
}
