import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import type { Log, Sealer } from '../../main/bench/ports.ts'
import type { Pack } from '../../main/core/model/pack.ts'
import type { Database } from '../../main/central/database/database.ts'
import { type CentralOptions, type CentralServer, serveCentral } from '../../main/central/serve.ts'
import { bundledPacks } from './pack-world.ts'

export const CENTRAL_KEY = 'test-key-of-the-central-store'

/** Real sealing under a key of the test's own. */
export function testSealer(secret = 'test'): Sealer {
  const key = createHash('sha256').update(secret).digest()
  return {
    seal(text) {
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64')
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
      decipher.setAuthTag(bytes.subarray(12, 28))
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
    },
  }
}

export type LogLine = { level: string; message: string; detail: Record<string, unknown> }

/** A log that keeps its lines, for tests that look into them. */
export function keptLog(): { log: Log; lines: LogLine[] } {
  const lines: LogLine[] = []
  return { lines, log: (level, message, detail) => lines.push({ level, message, detail: detail ?? {} }) }
}

export const quiet: Log = () => undefined

export type TestCentral = CentralServer & { clock: { at: number; now(): number } }

/** A central store inside the test, on a free port of loopback, over a given database; its clock is the test's. */
export async function startCentral(
  database: Database,
  over: { packs?: readonly Pack[]; log?: Log; port?: number; now?: number; publicUrl?: string } & Pick<
    Partial<CentralOptions>,
    'tls' | 'phoneAuthorities'
  > = {},
): Promise<TestCentral> {
  const clock = {
    at: over.now ?? Date.now(),
    now() {
      return this.at
    },
  }
  const server = await serveCentral({
    host: '127.0.0.1',
    port: over.port ?? 0,
    tls: over.tls ?? null,
    phoneAuthorities: over.phoneAuthorities ?? [],
    publicUrl: over.publicUrl ?? null,
    key: CENTRAL_KEY,
    database,
    sealer: testSealer(),
    packs: over.packs ?? (await bundledPacks()),
    version: '0.0.0',
    clock,
    log: over.log ?? quiet,
  })
  return { ...server, clock }
}

export type Answer<T = Record<string, unknown>> = { status: number; body: T }

/** `POST /api/<name>`; status and JSON as they come. */
export async function callApi<T = Record<string, unknown>>(
  url: string,
  name: string,
  body: unknown,
  key: string | null = CENTRAL_KEY,
): Promise<Answer<T>> {
  const response = await fetch(new URL(`api/${name}`, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return { status: response.status, body: (await response.json()) as T } // the test says what it expects
}

export async function enrolBench(url: string, name = 'bench'): Promise<{ benchId: string; key: string }> {
  const { body: made } = await callApi<{ code: string }>(url, 'enrolment.create', { bench: name })
  const { body } = await callApi<{ benchId: string; key: string }>(url, 'enrolment.redeem', { code: made.code, bench: name }, null)
  return body
}
