import { unwatchFile, watchFile } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Loop } from '../bench/loop.ts'
import type { Log } from '../bench/ports.ts'
import type { Result } from '../core/model/result.ts'
import { parseDhcpConfig } from '../core/dhcp/config.ts'
import { dhcpConfigChanged } from '../core/dhcp/config-changed.ts'

/** Looked at once a second, by its time: editors replace files, and some file systems tell nobody. */
const LOOK_MS = 1000

/**
 * What is written into the file of `--dhcp` while the bench runs holds from the next message of each phone on. A file that is not valid, or half written, changes
 * nothing and is told in the log. Returns the way to stop.
 */
export function followDhcpFile(
  path: string,
  { loop, log, onStatus, repool }: { loop: Loop; log: Log; onStatus(): void; repool(): Promise<Result<unknown>> },
): () => void {
  const read = async () => {
    const text = await readFile(path, 'utf8').catch(() => null)
    if (text === null) return log('warn', 'the file of --dhcp cannot be read: the settings stay as they are', { path })
    const config = parseDhcpConfig(text)
    if (!config.ok) return log('error', config.refusal.message, { code: config.refusal.code, hint: config.refusal.hint })
    const { isOtherPool } = await loop.ask((world, now) => dhcpConfigChanged(config.value, world, now))
    onStatus() // who is answered, and with what, stands there
    log('info', 'DHCP settings changed')
    const taken = isOtherPool ? await repool() : null
    if (taken?.ok === false) log('error', taken.refusal.message, { code: taken.refusal.code, hint: taken.refusal.hint })
  }
  const onChange = () => void read().catch((fault: unknown) => log('error', 'DHCP settings could not be kept', { fault: String(fault) }))
  watchFile(path, { interval: LOOK_MS, persistent: false }, onChange)
  return () => unwatchFile(path, onChange)
}
