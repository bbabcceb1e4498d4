import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Keychain } from '../desktop/keychain.ts'
import { type KeySealer, type KeyWay, openSealer } from '../store/data-key.ts'
import { fileSealer, keyFileWay } from '../store/key-file.ts'
import { StoreUnreadable } from '../store/errors.ts'

/**
 * The sealer of a folder that the desktop app opens: by the keychain and by the key file (mode 600), so that desktop and headless open the same folder.
 *
 * What that means: with the key file beside the data, whoever can read this user's files (another program of the same user, an administrator, a thief of
 * an unencrypted disk, a backup of the whole folder) can open the secrets; the keychain adds nothing against them, the key file only protects copies
 * made without it. What the keychain is good for is a lost key file, and a person who says `--keychain-only yes` (`only` true): then the key file and its
 * wrap go, the folder opens for this user of this machine alone, and a broken keychain or a new machine means its secrets are lost: tokens that phones
 * hold and no central store has yet. The default is the other way round because on a bench the phones are what must not be lost. The choice is kept
 * with the keys; null leaves it as it was, false brings the key file back.
 */
export async function desktopSealer(folder: string, keychain: Keychain | null, only: boolean | null = null): Promise<KeySealer> {
  if (keychain === null) return withoutKeychain(folder, only)
  const [way, fileWay] = [keychainWay(keychain), keyFileWay(folder)]
  const sealer = await openSealer(folder, [way, fileWay])
  if (!sealer.kinds().includes(way.kind)) await sealer.addWrap(way.kind, way.wrap)
  if (only ?? sealer.only() === way.kind) {
    await sealer.keepOnly(way.kind)
    await rm(join(folder, 'key'), { force: true })
    return sealer
  }
  if (sealer.only() !== null) await sealer.keepOnly(null)
  if (!sealer.kinds().includes(fileWay.kind)) await sealer.addWrap(fileWay.kind, fileWay.wrap)
  return sealer
}

/** "Keychain only" without a keychain would be a promise nobody keeps. */
async function withoutKeychain(folder: string, only: boolean | null): Promise<KeySealer> {
  if (only === true)
    throw new StoreUnreadable(
      'The keychain of the system cannot be had, and --keychain-only yes asks for it',
      'Unlock it (on Linux: GNOME Keyring or KWallet), or start without --keychain-only.',
    )
  return fileSealer(folder)
}

function keychainWay({ unwrap, wrap }: Keychain): KeyWay {
  return {
    kind: 'keychain',
    wrap: (key) => wrap(Buffer.from(key).toString('base64')),
    unwrap: async (text) => Buffer.from(await unwrap(text), 'base64'),
  }
}
