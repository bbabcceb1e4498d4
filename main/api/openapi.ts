import { OpenAPIGenerator } from '@orpc/openapi'
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4'

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

type Contract = Parameters<OpenAPIGenerator['generate']>[0]

/** What differs between the programs that serve a contract; `key` = which bearer key it takes, in words. */
export type Described = { title: string; version: string; description: string; key: string }

/** Every call of a contract as an OpenAPI 3.1 document, written from the contract itself. */
export async function describeContract(contract: Contract, { key, ...info }: Described): Promise<Record<string, unknown>> {
  const document = await new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] }).generate(contract, {
    info: { ...info, description: `${info.description} POST a JSON object; an error has code, message and a hint.` },
    servers: [{ url: '/api' }],
    security: [{ key: [] }],
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: key } },
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
