import process from 'node:process'
import type { BenchNetwork, DhcpConfig } from '../../../main/core/model/dhcp.ts'
import { ServiceError } from '../../../main/net/service-error.ts'
import { serveDhcp } from '../../../main/net/dhcp/serve.ts'
import { memoryBench } from './memory-bench.ts'

/** A DHCP server alone, for namespaces: `node server-process.ts JSON`, one line of JSON when it is ready, one for each note. */
const { network, config } = JSON.parse(process.argv[2] ?? '{}') as { network: BenchNetwork; config: Partial<DhcpConfig> }
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)
const bench = memoryBench(network, config)
bench.notes.push = (...notes) => {
  for (const note of notes) say({ note: note.kind, text: note.text })
  return 0
}
try {
  const { where } = await serveDhcp({
    interface: network.interface,
    address: network.address,
    port: 67,
    ask: bench.ask,
    log: (level, message, detail) => say({ level, message, ...detail }),
    onForeign: (server) => say({ foreign: server }),
    onStray: (server) => say({ stray: server }),
  })
  say({ ready: where })
} catch (error) {
  say(error instanceof ServiceError ? { refused: error.refusal.code, message: error.refusal.message } : { fault: String(error) })
  process.exitCode = 1
}
