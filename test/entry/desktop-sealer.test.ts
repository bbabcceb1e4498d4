import { existsSync } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Keychain } from '../../main/desktop/keychain.ts'
import { desktopSealer } from '../../main/entry/desktop-sealer.ts'
import { fileSealer } from '../../main/store/key-file.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'option66-sealer-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** A keychain of one machine: what it wrapped, no other unwraps. */
function keychainOf(machine: string): Keychain {
  return {
    wrap: async (secret) => `${machine}:${secret}`,
    async unwrap(wrapped) {
      if (!wrapped.startsWith(`${machine}:`)) throw new Error('another machine sealed this')
      return wrapped.slice(machine.length + 1)
    },
  }
}

test('a new folder is opened by the keychain and by the key file, which is for its owner alone', async () => {
  const sealed = (await desktopSealer(folder, keychainOf('a'))).seal('secret')
  const again = await desktopSealer(folder, keychainOf('a'))
  expect([again.open(sealed), again.kinds()]).toEqual(['secret', ['keychain', 'key-file']])
  expect((await fileSealer(folder)).open(sealed)).toBe('secret')
  if (process.platform !== 'win32') expect((await stat(join(folder, 'key'))).mode & 0o777).toBe(0o600)
})

test('a person who asks for the keychain alone gets it, until told otherwise', async () => {
  const sealed = (await desktopSealer(folder, keychainOf('a'))).seal('secret')
  for (const only of [true, null]) {
    const sealer = await desktopSealer(folder, keychainOf('a'), only)
    expect([sealer.open(sealed), sealer.kinds(), existsSync(join(folder, 'key'))]).toEqual(['secret', ['keychain'], false])
  }
  await expect(fileSealer(folder)).rejects.toMatchObject({ hint: expect.stringMatching(/sealed by: keychain\. .*--keychain-only no/) })
  await expect(desktopSealer(folder, null, true)).rejects.toMatchObject({ hint: expect.stringContaining('Unlock it') })
  await desktopSealer(folder, keychainOf('a'), false)
  expect((await fileSealer(folder)).open(sealed)).toBe('secret')
})

test('a folder of the headless bench is opened by both from then on', async () => {
  const sealed = (await fileSealer(folder)).seal('secret')
  const desktop = await desktopSealer(folder, keychainOf('a'))
  expect([desktop.open(sealed), desktop.kinds()]).toEqual(['secret', ['key-file', 'keychain']])
  expect((await fileSealer(folder)).open(sealed)).toBe('secret')
  expect((await desktopSealer(folder, keychainOf('a'))).open(sealed)).toBe('secret')
})

test('without a keychain it is the key file', async () => {
  const sealer = await desktopSealer(folder, null)
  expect([sealer.kinds(), existsSync(join(folder, 'key'))]).toEqual([['key-file'], true])
})

test('a folder carried to another machine opens by its key file, or says what is missing', async () => {
  const both = await desktopSealer(folder, null)
  const sealed = both.seal('secret')
  await desktopSealer(folder, keychainOf('a'))
  expect((await desktopSealer(folder, keychainOf('b'))).open(sealed)).toBe('secret')
  await rm(join(folder, 'key'))
  await expect(desktopSealer(folder, keychainOf('b'))).rejects.toThrow(/another machine sealed this/)
})
