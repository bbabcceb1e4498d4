import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { VendorAuthority } from '../core/model/certificate.ts'
import { readAuthorities } from '../net/tls/read-authorities.ts'
import { UsageError } from './options.ts'

const KINDS = new Set(['.pem', '.crt', '.cer', '.der', '.p7b', '.p7c'])

/** Makers' certificate authorities for a central store: a folder with a file for each maker, named as the endpoint packs write it: `Yealink.pem`. Throws UsageError. */
export async function readPhoneAuthorities(folder: string | null, vendors: readonly string[], now: number): Promise<VendorAuthority[]> {
  if (folder === null) return []
  const names = await readdir(folder).catch((error: unknown) => {
    throw new UsageError(`--phone-authorities: ${folder} cannot be read (${error instanceof Error ? error.message : String(error)})`)
  })
  const found: VendorAuthority[] = []
  for (const name of names.sort()) {
    if (!KINDS.has(extname(name).toLowerCase())) continue
    const given = name.slice(0, -extname(name).length)
    const vendor = vendors.find((one) => one.toLowerCase() === given.toLowerCase())
    if (vendor === undefined)
      throw new UsageError(`--phone-authorities: no endpoint pack is of ${given} (${name}); known: ${vendors.join(', ')}`)
    const read = readAuthorities(await readFile(join(folder, name)))
    if (!read.ok) throw new UsageError(`--phone-authorities: ${name}: ${read.refusal.message}`)
    found.push(...read.value.map((one) => ({ ...one, id: `${vendor} ${one.fingerprint}`, vendor, addedAt: now })))
  }
  return found
}
