import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Credentials, FileAnswer, FileRequest, Upload } from '../../core/model/files.ts'
import { createClientCertificates } from '../tls/client-certificate.ts'
import { createImageShelf } from '../image-bytes.ts'
import { challenges, faultText, sendPage, sendText, sendWords } from './answers.ts'
import { bodyOf, discardBody, statedBytes } from './body.ts'
import { type Connection, watchConnection } from './connection.ts'
import { createCoverage } from './coverage.ts'
import { parseCredentials } from './credentials.ts'
import { createNonces } from './nonce.ts'
import type { PhoneHttpLimits, PhoneHttpOptions } from './options.ts'
import { peerOf } from './peer.ts'
import { requestPath } from './request-path.ts'
import { sendImage } from './send-image.ts'

const RETRY_AFTER_SECONDS = 10

export type Door = {
  connected(socket: Socket): void
  requested(request: IncomingMessage, response: ServerResponse): void
  continued(request: IncomingMessage, response: ServerResponse): void
  /** Resolves when nothing is under way any more and every delivery has its end. */
  settled(): Promise<void>
}

/** One request after the other, whatever carries them. */
export function createDoor(options: PhoneHttpOptions, limits: PhoneHttpLimits): Door {
  const connections = new Map<Socket, Connection>()
  const underWay = new Set<Promise<void>>()
  const nonces = createNonces(options.random.bytes(32), Date.now)
  const images = { shelf: createImageShelf(), coverage: createCoverage(), underWay: new Set<object>(), progress: options.progress }
  const certificates =
    options.tls === undefined ? null : createClientCertificates({ authorities: options.tls.authorities, now: options.tls.now })
  /** Requests whose phone sends its body only when told to (RFC 9110 section 10.1.1): it is told once we know that we want it. */
  const waiting = new WeakSet<IncomingMessage>()

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const connection = connections.get(request.socket)
    if (connection === undefined) return
    connection.requested()
    // It crossed our half-close on the wire: the phone sends it again on a new connection.
    if (request.socket.writableEnded) {
      request.socket.destroy()
      return
    }
    const method = methodOf(request)
    if (method === null) return sendWords(response, 405, 'Method not allowed', { Allow: 'GET, HEAD, PUT, POST' })
    if (isSent(method) && statedBytes(request) > limits.bodyBytes) return refuseBody(request, response)
    // RFC 9110 section 14.4: a part of a file must not be taken for the whole of it.
    if (isSent(method) && request.headers['content-range'] !== undefined) return refusePart(request, response)
    const path = requestPath(request.url ?? '')
    const page = path === null || isSent(method) ? null : await options.page?.(path)
    if (page != null) return sendPage(request, response, page)
    if (path === null) return answerWith({ kind: 'missing' }, { request, response, connection, credentials: null })
    const credentials = parseCredentials(request.headers.authorization, request.url ?? '', nonces)
    const answer = await options.answer(fileRequest(request, method, path, credentials))
    await answerWith(answer, { request, response, connection, credentials })
  }

  const fileRequest = (
    request: IncomingMessage,
    method: FileRequest['method'],
    path: string,
    credentials: Credentials | null,
  ): FileRequest => ({
    via: options.tls === undefined ? 'http' : 'https',
    method,
    path,
    userAgent: request.headers['user-agent'] ?? null,
    peer: peerOf(request.socket),
    credentials,
    fresh: options.random.bytes(32),
    ...(certificates === null ? {} : { certificate: certificates.of(request.socket) }),
  })

  type Asked = { request: IncomingMessage; response: ServerResponse; connection: Connection; credentials: Credentials | null }

  const answerWith = async (answer: FileAnswer, { connection, credentials, request, response }: Asked): Promise<void> => {
    if (answer.kind === 'accepted' && answer.upload != null && options.keep !== undefined)
      return takeUpload(request, response, options.keep, answer.upload)
    if (!(await isReadOver(request, response, answer.kind === 'accepted'))) return
    switch (answer.kind) {
      case 'text':
        return sendText(request, response, connection, answer, options)
      case 'image': {
        const { image, isOnlyOne = false, mac } = answer
        const order = { image, mac, path: pathOf(image, options), isOnlyOne }
        return sendImage(request, response, connection, order, images)
      }
      case 'unauthorized': {
        const isStale = credentials?.scheme === 'digest' && !credentials.nonceValid
        return sendWords(response, 401, 'Unauthorized', { 'WWW-Authenticate': challenges(answer.digest, nonces.issue(), isStale) })
      }
      case 'missing':
        return sendWords(response, 404, 'Not found')
      case 'accepted':
        return sendWords(response, createdOrOk(request), 'OK')
    }
  }

  /**
   * A phone that sends without asking hears an answer only once it has sent all; nothing of it is kept. One that asked first and is not welcome sends nothing:
   * what comes next on that connection would be taken for its body, so it ends there.
   */
  const isReadOver = async (request: IncomingMessage, response: ServerResponse, isWelcome: boolean): Promise<boolean> => {
    if (!isSent(request.method)) return true
    if (waiting.has(request) && !isWelcome) {
      response.setHeader('Connection', 'close')
      return true
    }
    letContinue(request, response)
    if (await discardBody(request, limits.bodyBytes)) return true
    if (!response.destroyed) refuseBody(request, response)
    return false
  }

  const letContinue = (request: IncomingMessage, response: ServerResponse): void => {
    if (waiting.delete(request)) response.writeContinue()
  }

  const takeUpload = async (
    request: IncomingMessage,
    response: ServerResponse,
    keep: NonNullable<PhoneHttpOptions['keep']>,
    upload: Upload,
  ): Promise<void> => {
    letContinue(request, response)
    const end = await keep(upload, bodyOf(request))
    if (end.kept) return sendWords(response, createdOrOk(request), 'OK')
    if (end.why === 'too-long') return refuseBody(request, response)
    request.resume()
    if (end.why === 'too-many') sendWords(response, 503, 'Try again', { 'Retry-After': String(RETRY_AFTER_SECONDS), Connection: 'close' })
    else response.destroy()
  }

  const requested = (request: IncomingMessage, response: ServerResponse): void => {
    response.on('error', (error) => options.log('debug', 'an answer broke off', { fault: String(error) }))
    const handled = handle(request, response)
      .catch((fault: unknown) => {
        // Never "not found", which a phone may take for "no configuration". Paths stay out of the log: some carry a token.
        options.log('error', 'a request of a phone failed', {
          peer: peerOf(request.socket),
          method: request.method,
          fault: faultText(fault),
        })
        if (response.headersSent) response.destroy()
        else {
          // A body that was not read to its end would be taken for the next request.
          if (!request.complete) response.setHeader('Connection', 'close')
          request.resume()
          sendWords(response, 503, 'Try again', { 'Retry-After': String(RETRY_AFTER_SECONDS) })
        }
      })
      .finally(() => underWay.delete(handled))
    underWay.add(handled)
  }

  return {
    connected(socket) {
      if (socket.destroyed) return
      connections.set(socket, watchConnection(socket, limits))
      socket.once('close', () => connections.delete(socket))
    },
    requested,
    continued(request, response) {
      waiting.add(request)
      requested(request, response)
    },
    async settled() {
      await Promise.all([...connections.keys()].map((socket) => new Promise((resolve) => socket.once('close', resolve))))
      await Promise.all(underWay)
    },
  }
}

function methodOf({ method }: IncomingMessage): FileRequest['method'] | null {
  return method === 'GET' || method === 'HEAD' || method === 'PUT' || method === 'POST' ? method : null
}

function isSent(method: string | undefined): boolean {
  return method === 'PUT' || method === 'POST'
}

/** What was sent never is what can be fetched: each PUT makes something new. */
function createdOrOk({ method }: IncomingMessage): number {
  return method === 'PUT' ? 201 : 200
}

function refuseBody(request: IncomingMessage, response: ServerResponse): void {
  request.resume()
  sendWords(response, 413, 'Too large', { Connection: 'close' })
}

function refusePart(request: IncomingMessage, response: ServerResponse): void {
  request.resume()
  sendWords(response, 400, 'Send the whole file', { Connection: 'close' })
}

function pathOf(image: string, options: PhoneHttpOptions): string {
  const path = options.imageFile(image)
  if (path === null) throw new Error(`the bytes of image ${image.slice(0, 12)} are not in the library`)
  return path
}
