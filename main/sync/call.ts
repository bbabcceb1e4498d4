import type { z } from 'zod'

/** One try is given up after this; a central store on the same continent answers in well under a second. */
const TIMEOUT_MS = 15_000

/** Why a call did not work. `lasting` = the central store answered and said no: trying again at once is no use. */
export class CallError extends Error {
  readonly status: number | null
  readonly code: string | null
  constructor(message: string, status: number | null, code: string | null) {
    super(message)
    this.status = status
    this.code = code
  }
}

type Call<Reply> = { url: string; name: string; key: string | null; body: unknown; reply: z.ZodType<Reply>; signal: AbortSignal }

/** `POST <url>/api/<name>`. Throws CallError in words a person understands; never with the key or the body in them. */
export async function callCentral<Reply>({ body, key, name, reply, signal, url }: Call<Reply>): Promise<Reply> {
  const response = await send(new URL(`api/${name}`, url.endsWith('/') ? url : `${url}/`), key, body, signal)
  const json = await readJson(response)
  if (!response.ok) throw refused(response.status, json)
  const read = reply.safeParse(json)
  if (!read.success) throw new CallError('the answer is not that of a central store', response.status, null)
  return read.data
}

async function send(url: URL, key: string | null, body: unknown, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key === null ? {} : { authorization: `Bearer ${key}` }) },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    })
  } catch (error) {
    throw new CallError(words(error), null, null)
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch (error) {
    // A cut in the middle of the answer: nothing is known, so nothing counts as done.
    throw new CallError(`the answer broke off (${words(error)})`, response.ok ? null : response.status, null)
  }
}

function refused(status: number, json: unknown): CallError {
  const { code, message } = typeof json === 'object' && json !== null ? (json as { code?: unknown; message?: unknown }) : {}
  return new CallError(typeof message === 'string' ? message : `it answered ${status}`, status, typeof code === 'string' ? code : null)
}

/** `fetch failed` says nothing: the cause does. */
function words(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1000} s`
  const cause: unknown = error.cause
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : null
  if (code !== null) return KNOWN[code] ?? code
  return cause instanceof Error ? cause.message : error.message
}

const KNOWN: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing answers at that address',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ENOTFOUND: 'its name is not known here',
  EAI_AGAIN: 'its name cannot be looked up now',
  ENETUNREACH: 'there is no network to it',
  EHOSTUNREACH: 'there is no way to it',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not signed by a known authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not signed by a known authority',
}
