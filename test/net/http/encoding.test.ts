import { expect, it } from 'vitest'
import type { FileAnswer } from '../../../main/core/model/files.ts'
import { CONFIG, curl, openDoor } from './door.ts'

const TEXT: Extract<FileAnswer, { kind: 'text' }> = { ...(CONFIG as Extract<FileAnswer, { kind: 'text' }>), body: 'name = Zoë ÿ\n' }

it.each([
  ['latin-1', '6e616d65203d205a6feb20ff0a'],
  ['utf-8', '6e616d65203d205a6fc3ab20c3bf0a'],
] as const)('a config in %s is those bytes on the wire, and its length is theirs', async (encoding, hex) => {
  const door = await openDoor({ answer: async () => ({ ...TEXT, encoding }) })
  const { out } = await curl(door.url('/a.cfg'))
  expect(out.toString('hex')).toBe(hex)
  const head = await curl('-I', door.url('/a.cfg'))
  expect(head.text).toMatch(new RegExp(`content-length: ${hex.length / 2}`, 'i'))
})
