import { OpenAPIGenerator } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'
import { contract } from './contract.ts'

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

/** Every call as an OpenAPI 3.1 document, written from the contract itself. */
export async function describeCentral(version: string): Promise<Record<string, unknown>> {
  const document = await new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] }).generate(contract, {
    info: {
      title: 'Option66 central store',
      version,
      description: 'Calls of the central store. POST a JSON object; an error has code, message and a hint.',
    },
    servers: [{ url: '/api' }],
    security: [{ key: [] }],
    components: {
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          description: 'The key that the store prints at its start; for sync.push the key of the bench; enrolment.redeem needs none',
        },
      },
      schemas: { Refusal: errorSchema },
    },
  })
  const refused = { description: 'Refused', content: { 'application/json': { schema: { $ref: '#/components/schemas/Refusal' } } } }
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of [path?.post, path?.get])
      if (operation !== undefined) operation.responses = { ...operation.responses, default: refused }
  }
  return { ...document }
}
