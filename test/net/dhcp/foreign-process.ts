import process from 'node:process'
import { decodePacket } from '../../../main/core/dhcp/decode.ts'
import { encodePacket } from '../../../main/core/dhcp/encode.ts'
import { openUdpOnInterface } from '../../../main/net/interface.ts'
import { memoryBench } from './memory-bench.ts'

/** Somebody's router on the lab LAN: gives addresses to everybody and looks at nothing. `node foreign-process.ts INTERFACE ADDRESS` */
const [name = '', address = ''] = process.argv.slice(2)
const bench = memoryBench(
  { interface: name, address, prefixLength: 24, pool: { from: '10.66.0.240', to: '10.66.0.250' }, httpUrl: 'http://router/' },
  { conflictCheck: false },
)
const socket = await openUdpOnInterface({ interface: name, address, port: 67 })
socket.on('message', async (bytes) => {
  const decoded = decodePacket(bytes)
  const reply = 'packet' in decoded ? await bench.ask({ packet: decoded.packet }) : null
  if (reply !== null) socket.send(encodePacket(reply.packet).bytes, 68, '255.255.255.255')
})
process.stdout.write(`${JSON.stringify({ ready: address })}\n`)
