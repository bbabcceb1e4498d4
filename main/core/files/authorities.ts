import type { VendorAuthority } from '../model/certificate.ts'
import { type Decision, note, silence } from '../model/decision.ts'
import { refusal } from '../model/refusals.ts'
import { ok, refuse, type Result } from '../model/result.ts'
import type { Change, World } from '../model/world.ts'
import { audit } from '../staging/audit.ts'

/** What was read from a file that a person gave. */
export type ReadAuthority = Omit<VendorAuthority, 'id' | 'vendor' | 'addedAt'>

export type ImportedAuthority = { id: string; subject: string; isNew: boolean }

/** A person trusts these authorities for the phones of one maker, and of no other. */
export function authoritiesImported(
  { read, vendor: given }: { vendor: string; read: readonly ReadAuthority[] },
  actor: string,
  world: World,
  now: number,
): Decision<Result<ImportedAuthority[]>> {
  const vendors = [...new Set(world.packs.map((pack) => pack.vendor))].sort()
  const vendor = vendors.find((one) => one.toLowerCase() === given.trim().toLowerCase())
  if (vendor === undefined) return silence(refuse(refusal('AUTHORITY_VENDOR', { vendor: given, known: vendors.join(', ') })))
  const all = read.map((one): VendorAuthority => ({ ...one, id: `${vendor} ${one.fingerprint}`, vendor, addedAt: now }))
  const fresh = all.filter((one) => !world.vendorAuthority.has(one.id))
  const reply = ok(all.map(({ id, subject }) => ({ id, subject, isNew: fresh.some((one) => one.id === id) })))
  if (fresh.length === 0) return silence(reply)
  const names = fresh.map((one) => one.subject).join('; ')
  return {
    reply,
    changes: [
      ...fresh.map((value): Change => ({ entity: 'vendorAuthority', id: value.id, value })),
      audit(world, { at: now, actor, action: 'certificates.import', target: vendor, detail: names.slice(0, 500) }),
    ],
    effects: [note(now, null, 'certificates.imported', `${vendor}: trusted for factory certificates from now on: ${names}`)],
  }
}

export function authorityRemoved(id: string, actor: string, world: World, now: number): Decision<Result<null>> {
  const known = world.vendorAuthority.get(id)
  if (known === undefined) return silence(refuse(refusal('AUTHORITY_UNKNOWN', { id })))
  return {
    reply: ok(null),
    changes: [
      { entity: 'vendorAuthority', id, value: null },
      audit(world, { at: now, actor, action: 'certificates.remove', target: known.vendor, detail: known.subject }),
    ],
    effects: [note(now, null, 'certificates.removed', `${known.vendor}: not trusted any more: ${known.subject}`, 'warn')],
  }
}
