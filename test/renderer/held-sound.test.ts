import { expect, test } from 'vitest'
import { keepSound, newlyHeld, readSound } from '../../renderer/parts/held-sound.ts'

const phone = (mac: string, state: string, code: string | null = null) => ({ mac, state, code })

test('rings for what is newly held, once, and again for another reason', () => {
  const first = newlyHeld(null, [phone('a', 'held', 'ACCESS_UNLISTED'), phone('b', 'online')])
  expect(first.fresh).toEqual([])
  const second = newlyHeld(first.now, [phone('a', 'held', 'ACCESS_UNLISTED'), phone('b', 'held', 'ACCESS_MAC_MISMATCH')])
  expect(second.fresh).toEqual(['b'])
  expect(newlyHeld(second.now, [phone('a', 'held', 'ACCESS_UNLISTED'), phone('b', 'held', 'ACCESS_MAC_MISMATCH')]).fresh).toEqual([])
  expect(newlyHeld(second.now, [phone('b', 'held', 'ACCESS_TOKEN_WRONG')]).fresh).toEqual(['b'])
  const freed = newlyHeld(second.now, [phone('a', 'online'), phone('b', 'failed', 'STAGING_NOT_BACK')])
  expect(freed.fresh).toEqual(['b'])
  expect(newlyHeld(freed.now, [phone('a', 'held', 'ACCESS_UNLISTED')]).fresh).toEqual(['a'])
})

test('the switch is remembered by the browser, on unless switched off, and a browser that keeps nothing harms nothing', () => {
  const kept = new Map<string, string>()
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) }
  expect(readSound(storage)).toBe(true)
  keepSound(storage, false)
  expect(readSound(storage)).toBe(false)
  keepSound(storage, true)
  expect(readSound(storage)).toBe(true)
  const forbidden = {
    getItem: () => {
      throw new Error('no')
    },
    setItem: () => {
      throw new Error('no')
    },
  }
  keepSound(forbidden, false)
  expect(readSound(forbidden)).toBe(true)
})
