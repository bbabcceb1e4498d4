import { certificatesHandlers } from '../../main/api/certificates.ts'
import type { ApiParts } from '../../main/api/parts.ts'
import { readAuthorities } from '../../main/net/tls/read-authorities.ts'
import type { FakeWorld } from './fake-settings.ts'

/** The true rules, with one authority of an invented maker's tree imported. */
export function fakeCertificates({ parts, world }: FakeWorld) {
  const id = 'Yealink 5A:C0:17'
  world.vendorAuthority.set(id, {
    ...{
      id,
      vendor: 'Yealink',
      subject: 'C=CN, O=Yealink, CN=Yealink Equipment Issuing CA',
      issuer: 'C=CN, O=Yealink, CN=Yealink Root CA',
    },
    ...{ fingerprint: Array.from({ length: 32 }, (_, i) => (i * 37 + 16).toString(16).slice(-2).toUpperCase()).join(':'), der: '' },
    ...{ startsAt: Date.UTC(2014, 2, 9), endsAt: Date.UTC(2044, 2, 9), addedAt: Date.UTC(2026, 10, 24) },
  })
  return certificatesHandlers({ ...parts, readAuthorities, stream: { onRevision: () => undefined } } as unknown as ApiParts) // it leans on these alone
}
