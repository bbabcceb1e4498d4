import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { REFUSALS } from '../../main/core/model/refusals.ts'
import { deviceStateSchema } from '../../main/core/model/view.ts'
import { refusalWords, wordsOf } from '../../renderer/words/refusals.ts'
import { stateWords } from '../../renderer/words/states.ts'

const SHORT = 18

describe('words', () => {
  test('every refusal of the program has words, and no words are left over', () => {
    expect(Object.keys(refusalWords).sort()).toEqual(Object.keys(REFUSALS).sort())
    for (const words of Object.values(refusalWords)) expect(words.title !== '' && words.next !== '').toBe(true)
  })

  test('every state has words', () => {
    expect(Object.keys(stateWords).sort()).toEqual([...deviceStateSchema.options].sort())
  })

  test('what can hold or fail a phone fits on its tile', () => {
    for (const code of holdingCodes())
      expect([code, wordsOf(code).short?.length ?? 0]).toEqual([code, expect.toSatisfy((length: number) => length > 0 && length <= SHORT)])
    for (const { word } of Object.values(stateWords)) expect(word.length).toBeLessThanOrEqual(SHORT)
  })

  test('a code of a newer bench still says something', () => {
    expect(wordsOf('NEVER_HEARD_OF').title).not.toBe('')
  })

  test('no refusal is named by its code, and no text breaks off', () => {
    for (const { next, title } of Object.values(refusalWords)) {
      expect(`${title} ${next}`).not.toMatch(/[A-Z]{3,}_[A-Z]/)
      expect(next).toMatch(/[.!?]$/)
      expect(title).not.toMatch(/[.!]$/)
    }
  })
})

/** Codes that the core writes as hold, failure or remark of a phone: `code: 'X', data:` is the shape of a reason. */
function holdingCodes(): Set<string> {
  const found = new Set<string>()
  const walk = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) walk(path)
      else if (entry.name.endsWith('.ts'))
        for (const [, code] of readFileSync(path, 'utf8').matchAll(/code: '([A-Z_]+)', data:/g)) found.add(code ?? '')
    }
  }
  walk(join(import.meta.dirname, '../../main/core'))
  return found
}
