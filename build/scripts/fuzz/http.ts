import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Duplex } from 'node:stream'
import { parseRange, isSameFile } from '../../../main/net/http/byte-range.ts'
import { precondition } from '../../../main/net/http/conditional.ts'
import { parseCredentials } from '../../../main/net/http/credentials.ts'
import { createNonces } from '../../../main/net/http/nonce.ts'
import { requestPath } from '../../../main/net/http/request-path.ts'
import { ascii } from './inputs.ts'
import type { Fuzzed } from './parsers.ts'

/** Node's own reader of heads, on a connection without a socket, and our readers of what stands in them: target, credentials, ranges, conditions. */
export async function fuzzHttp(): Promise<Fuzzed> {
  const nonces = createNonces(new Uint8Array(32).fill(9), () => 0)
  let became = ''
  const requested = (request: IncomingMessage, response: ServerResponse) => {
    const { authorization, range } = request.headers
    const target = request.url ?? ''
    const credentials = parseCredentials(authorization, target, nonces)
    const asked = parseRange(range, 70_000)
    const condition = precondition(request.headers, { etag: '"a"', lastModified: 'Tue, 24 Nov 2026 08:00:00 GMT' })
    isSameFile(request.headers['if-range']?.toString(), '"a"', null)
    became = requestPath(target) === null ? 'odd path' : (credentials?.scheme ?? (asked === null ? condition : 'range'))
    request.resume()
    response.end('x')
  }
  const server = createServer({ maxHeaderSize: 16 * 1024, insecureHTTPParser: false }, requested)
  server.on('clientError', (_, socket) => {
    became = became === '' ? 'refused' : became
    socket.destroy()
  })
  let open = 0
  return {
    samples: SAMPLES,
    async feed(bytes) {
      became = ''
      open += 1
      const phone = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done(), final: (done) => done(), emitClose: true })
      // What the server asks of a socket and a stream has not.
      Object.assign(phone, {
        setTimeout: () => phone,
        setNoDelay: () => phone,
        setKeepAlive: () => phone,
        ref: () => phone,
        unref: () => phone,
        destroySoon: () => phone.destroy(),
      })
      const closed = new Promise<void>((resolve) => phone.once('close', resolve))
      server.emit('connection', phone)
      phone.push(bytes)
      phone.push(null)
      await new Promise(setImmediate)
      phone.destroy()
      await closed
      open -= 1
      return became === '' ? 'half a head' : became
    },
    kept: () => open,
    most: 1,
    close: async () => void server.close(),
  }
}

function head(...lines: string[]): Uint8Array {
  return ascii(`${lines.join('\r\n')}\r\n\r\n`)
}

const SAMPLES = [
  head(
    'GET /805ec0123456.cfg HTTP/1.1',
    'Host: 10.66.0.1',
    'User-Agent: Yealink SIP-T46S 66.86.0.15 80:5e:c0:12:34:56',
    'Connection: keep-alive',
  ),
  head('GET /cfg%2f..%2fa HTTP/1.0', 'Authorization: Basic ODA1ZWMwMTIzNDU2OnNlY3JldA=='),
  head(
    'HEAD http://10.66.0.1/a.rom?x=1 HTTP/1.1',
    'Host: 10.66.0.1',
    'Range: bytes=0-1023',
    'If-Range: "a"',
    'If-None-Match: W/"a", "b"',
    'If-Modified-Since: Tue, 24 Nov 2026 08:00:00 GMT',
  ),
  head(
    'GET /a.xml HTTP/1.1',
    'Host: x',
    'Authorization: Digest username="805ec0123456", realm="option66", nonce="abc", uri="/a.xml", response="6629fae49393a05397450978507c4ef1", qop=auth, nc=00000001, cnonce="0a\\"4f"',
  ),
  ascii('PUT /805ec0123456-app.log HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello'),
  ascii('POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'),
]
