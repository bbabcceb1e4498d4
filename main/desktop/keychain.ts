import type { SafeStorage } from 'electron'

/** The system's keychain, as far as the sealing key needs it: text in, text out, readable by this user of this machine alone. */
export type Keychain = { wrap(secret: string): Promise<string>; unwrap(wrapped: string): Promise<string> }

type Storage = Pick<SafeStorage, 'isAsyncEncryptionAvailable' | 'getSelectedStorageBackend' | 'encryptStringAsync' | 'decryptStringAsync'>

/**
 * Opens the keychain, or says why there is none. On Linux without a secret service Electron would "encrypt" with a password that stands in its source
 * (`basic_text`): that is no keychain, and taking it for one would be a silent fallback.
 */
export async function openKeychain(storage: Storage, platform: string): Promise<{ keychain: Keychain } | { missing: string }> {
  const backend = platform === 'linux' ? storage.getSelectedStorageBackend() : 'system'
  if (backend === 'basic_text' || backend === 'unknown')
    return { missing: 'no secret service (GNOME Keyring, KWallet) runs in this session' }
  if (!(await storage.isAsyncEncryptionAvailable())) return { missing: 'the keychain of the system is locked or not available' }
  return {
    keychain: {
      wrap: async (secret) => (await storage.encryptStringAsync(secret)).toString('base64'),
      unwrap: async (wrapped) => (await storage.decryptStringAsync(Buffer.from(wrapped, 'base64'))).result,
    },
  }
}
