import type { KeySealer } from '../store/data-key.ts'
import { openSealer } from '../store/data-key.ts'
import { fileSealer, keyFileWay } from '../store/key-file.ts'
import { passphraseWay } from '../store/passphrase.ts'
import { readPassphrase } from './read-passphrase.ts'

/**
 * The sealer of a folder without a desktop: by the key file in it, or, where `--passphrase-file` says one, by the passphrase, with the key file as the second way. A new
 * folder that is begun with a passphrase has no key file at all.
 */
export async function benchSealer(folder: string, passphraseFile: string | null): Promise<KeySealer> {
  if (passphraseFile === null) return fileSealer(folder)
  const passphrase = await readPassphrase(passphraseFile, {}, [])
  return openSealer(folder, [passphraseWay(passphrase), keyFileWay(folder)])
}
