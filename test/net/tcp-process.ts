import { createServer } from 'node:http'
import process from 'node:process'
import { listenTcpOnInterface } from '../../main/net/tcp-on-interface.ts'
import { ServiceError } from '../../main/net/service-error.ts'

/** A web server tied to an interface: `node tcp-process.ts INTERFACE ADDRESS PORT` */
const [name = '', address = '', port = '0'] = process.argv.slice(2)
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)
const server = createServer((_, response) => response.end('hello'))
try {
  await listenTcpOnInterface(server, { interface: name, address, port: Number(port) })
  say({ ready: address })
} catch (error) {
  say({ refused: error instanceof ServiceError ? error.refusal.message : String(error) })
}
