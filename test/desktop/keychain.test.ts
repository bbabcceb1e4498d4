import { describe, expect, test } from 'vitest'
import { openKeychain } from '../../main/desktop/keychain.ts'

type Backend = 'basic_text' | 'gnome_libsecret' | 'kwallet6' | 'unknown'

/** Reverses the text: enough to see that it went through. */
function storage(backend: Backend, isAvailable = true) {
  const turn = (text: string) => [...text].reverse().join('')
  return {
    getSelectedStorageBackend: () => backend,
    isAsyncEncryptionAvailable: async () => isAvailable,
    encryptStringAsync: async (text: string) => Buffer.from(turn(text)),
    decryptStringAsync: async (sealed: Buffer) => ({ result: turn(sealed.toString()), shouldReEncrypt: false }),
  }
}

describe('the keychain', () => {
  test.each<[string, Backend, boolean, string | null]>([
    ['linux', 'gnome_libsecret', true, null],
    ['linux', 'kwallet6', true, null],
    ['linux', 'basic_text', true, 'no secret service (GNOME Keyring, KWallet) runs in this session'],
    ['linux', 'unknown', true, 'no secret service (GNOME Keyring, KWallet) runs in this session'],
    ['linux', 'gnome_libsecret', false, 'the keychain of the system is locked or not available'],
    ['darwin', 'unknown', true, null],
    ['darwin', 'unknown', false, 'the keychain of the system is locked or not available'],
    ['win32', 'unknown', true, null],
  ])('on %s with %s (available: %s)', async (platform, backend, isAvailable, missing) => {
    const found = await openKeychain(storage(backend, isAvailable), platform)
    expect('missing' in found ? found.missing : null).toBe(missing)
    if ('keychain' in found) expect(await found.keychain.unwrap(await found.keychain.wrap('the data key'))).toBe('the data key')
  })
})
