import { Buffer } from 'node:buffer'
import type { CertificateList } from '../../preload/contract/certificates.ts'
import { certificatePolicy } from '../core/files/certificate.ts'
import { authoritiesImported, authorityRemoved } from '../core/files/authorities.ts'
import { iso } from '../core/staging/view.ts'
import type { World } from '../core/model/world.ts'
import { api } from './base.ts'
import type { ApiParts } from './parts.ts'
import { unwrap } from './refused.ts'

export function certificatesHandlers({ loop, now, readAuthorities, store, stream }: ApiParts) {
  return {
    list: api.certificates.list.handler(() => listOf(store.world)),
    import: api.certificates.import.handler(async ({ context, input }) => {
      const read = unwrap(readAuthorities(Buffer.from(input.file, 'base64')))
      const command = { vendor: input.vendor, read }
      if (input.dryRun === true)
        return { ...listOf(store.world), imported: unwrap(authoritiesImported(command, context.actor, store.world, now()).reply) }
      const imported = unwrap(await loop.ask((world, at) => authoritiesImported(command, context.actor, world, at)))
      stream.onRevision('catalogue')
      return { ...listOf(store.world), imported }
    }),
    remove: api.certificates.remove.handler(async ({ context, input }) => {
      unwrap(await loop.ask((world, at) => authorityRemoved(input.id, context.actor, world, at)))
      stream.onRevision('catalogue')
      return listOf(store.world)
    }),
  }
}

function listOf(world: World): CertificateList {
  const authorities = [...world.vendorAuthority.values()].sort(
    (a, b) => a.vendor.localeCompare(b.vendor) || a.subject.localeCompare(b.subject),
  )
  const packs = [...world.packs].sort((a, b) => (a.id < b.id ? -1 : 1))
  return {
    authorities: authorities.map(({ addedAt, der: _, endsAt, startsAt, ...rest }) => ({
      ...rest,
      startsAt: iso(startsAt),
      endsAt: iso(endsAt),
      addedAt: iso(addedAt),
    })),
    packs: packs.map((pack) => ({
      pack: pack.id,
      vendor: pack.vendor,
      name: pack.name,
      reads: pack.match.certificate !== null,
      policy: certificatePolicy(null, pack, world),
    })),
  }
}
