import { connect } from 'node:tls'
import process from 'node:process'

/** Started by `many.test.ts`: fetches one path many times at once, keeps nothing, says how many bytes each got. */
const [port = '', count = '', path = ''] = process.argv.slice(2)

function read(): Promise<number> {
  return new Promise((resolve, reject) => {
    let bytes = 0
    const options = { port: Number(port), host: '127.0.0.1', rejectUnauthorized: false } // bytes are counted here; trust is tried elsewhere
    const socket = connect(options, () => socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`))
    socket.on('data', (chunk) => {
      bytes += chunk.length
    })
    socket.on('end', () => resolve(bytes))
    socket.on('error', reject)
  })
}

const all = await Promise.all(Array.from({ length: Number(count) }, read))
process.stdout.write(JSON.stringify(all))
