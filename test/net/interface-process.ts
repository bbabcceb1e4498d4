import process from 'node:process'
import { listInterfaces, watchInterface } from '../../main/net/interfaces.ts'

/** Lists the interfaces of the namespace it runs in, then watches one (first argument) until something is wrong with it. */
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)
const alive = setInterval(() => undefined, 1000)
say({ interfaces: await listInterfaces() })
watchInterface(process.argv[2] ?? '', (refusal) => {
  say({ problem: refusal.message })
  clearInterval(alive)
})
