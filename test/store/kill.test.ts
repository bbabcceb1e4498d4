import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { dice } from '../support/dice.ts'
import { nameAt, names, newFolder, open } from './folder.ts'

const WRITER = fileURLToPath(new URL('./writer.ts', import.meta.url))
const ROUNDS = 36
const SLOTS = 40

/** Numbers acknowledged until it was killed, some time after it was ready. */
async function killedWriter(folder: string, from: number, afterMs: number): Promise<number[]> {
  const child = spawn(process.execPath, [WRITER, folder, String(from)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (said === '') setTimeout(() => child.kill('SIGKILL'), afterMs)
    said += text
  })
  await once(child, 'close')
  // The last line may have been cut by the kill.
  return said.slice(0, said.lastIndexOf('\n')).split('\n').map(Number)
}

test(`killed ${ROUNDS} times: always readable, nothing acknowledged is lost, nothing is half there`, async () => {
  const folder = await newFolder()
  const newest = new Map<number, number>()
  const roll = dice('kills of the store')
  let last = 0
  let acknowledged = 0
  for (let round = 0; round < ROUNDS; round++) {
    const numbers = await killedWriter(folder, last + 100, 2 + Math.floor(roll() * 120))
    for (const number of numbers) if (number > 0) newest.set(number % SLOTS, Math.max(number, newest.get(number % SLOTS) ?? 0))
    acknowledged += numbers.length - 1
    last = Math.max(last + 100, ...numbers)
    const store = await open(folder)
    expect(store.warnings).toEqual([])
    for (const [slot, number] of newest) expect(Number(nameAt(store, slot))).toBeGreaterThanOrEqual(number)
    await store.close()
  }
  expect(acknowledged).toBeGreaterThan(ROUNDS * 10)
  expect(await names(folder, /\.tmp|damaged/)).toEqual([])
}, 180_000)
