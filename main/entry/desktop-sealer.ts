import type { Keychain } from '../desktop/keychain.ts'
import { type KeySealer, type KeyWay, openSealer } from '../store/data-key.ts'
import { fileSealer, keyFileWay } from '../store/key-file.ts'

/**
 * The sealer of a folder that the desktop app opens. With a keychain a new folder is sealed by it alone: a key file beside the data would protect nothing.
 * A folder that the headless bench made keeps its key file, so that both open it, and gets the keychain besides.
 */
export async function desktopSealer(folder: string, keychain: Keychain | null): Promise<KeySealer> {
  if (keychain === null) return fileSealer(folder)
  const way = keychainWay(keychain)
  const sealer = await openSealer(folder, [way, keyFileWay(folder)])
  if (!sealer.kinds().includes(way.kind)) await sealer.addWrap(way.kind, way.wrap)
  return sealer
}

function keychainWay({ unwrap, wrap }: Keychain): KeyWay {
  return {
    kind: 'keychain',
    wrap: (key) => wrap(Buffer.from(key).toString('base64')),
    unwrap: async (text) => Buffer.from(await unwrap(text), 'base64'),
  }
}
