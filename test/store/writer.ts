import process from 'node:process'
import { fileSealer } from '../../main/store/key-file.ts'
import { openStore } from '../../main/store/open.ts'

/**
 * Started by `kill.test.ts` to be killed: commits without end, in several lines of work, and says on standard output what was acknowledged.
 * Every decision writes the same number into two records of one of 40 slots.
 */
const SLOTS = 40
const [folder = '', from = '0'] = process.argv.slice(2)
const store = await openStore({ folder, sealer: await fileSealer(folder), log: () => undefined, checkpointBytes: 30_000 })
let next = Number(from)

async function work(): Promise<void> {
  for (;;) {
    next += 1
    const number = next
    const slot = number % SLOTS
    const name = String(number)
    await store.commit([
      { entity: 'group', id: `g${slot}`, value: { id: `g${slot}`, name, profile: 'lab' } },
      { entity: 'department', id: `d${slot}`, value: { id: `d${slot}`, name, group: `g${slot}` } },
    ])
    process.stdout.write(`${number}\n`)
  }
}

process.stdout.write('0\n')
await Promise.all(Array.from({ length: 8 }, work))
