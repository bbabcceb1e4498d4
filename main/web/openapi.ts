import { OpenAPIGenerator } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { contract } from '../../preload/contract/index.ts'

const errorSchema = {
  type: 'object' as const,
  description: 'A refusal: expected, with what to do about it. `code` never changes its meaning.',
  required: ['code', 'message', 'data'],
  properties: {
    code: { type: 'string' as const },
    status: { type: 'integer' as const },
    message: { type: 'string' as const },
    data: { type: 'object' as const, required: ['hint'], properties: { hint: { type: 'string' as const } }, additionalProperties: true },
  },
}

/** Every call of the contract as an OpenAPI 3.1 document, written from the contract itself. */
export async function describeApi(version: string): Promise<Record<string, unknown>> {
  const document = await new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] }).generate(contract, {
    info: {
      title: 'Option66 bench',
      version,
      description: 'Calls of one bench. POST a JSON object; an error has code, message and a hint.',
    },
    servers: [{ url: '/api' }],
    security: [{ key: [] }],
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'The key that the bench prints at its start' } },
      schemas: { Refusal: errorSchema },
    },
  })
  const refusal = { description: 'Refused', content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal' } } } }
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of [path?.post, path?.get])
      if (operation !== undefined) operation.responses = { ...operation.responses, default: refusal }
  }
  return { ...document }
}
