import { createHash } from 'node:crypto'
import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { SettingValue } from '../../../main/core/model/catalogue.ts'
import { blankDevice, NEW_STAGING } from '../../../main/core/model/device.ts'
import type { Change } from '../../../main/core/model/world.ts'
import { fileSealer } from '../../../main/store/key-file.ts'
import { openStore } from '../../../main/store/open.ts'
import { FAMILY, writeFamily } from './family.ts'
import { phoneAddress } from './lab.ts'

/** A phone that came to the bench before: its line, its token, and (the first ones) its lease. */
export type PreparedPhone = { mac: string; address: string; user: string; secret: string }

export type Prepared = { data: string; packs: string; firmware: string; image: string; phones: readonly PreparedPhone[] }

const DAY_MS = 86_400_000
const BATCH = 500

/** A data folder as a bench leaves it, with so many phones of which the first `leased` hold their address. Nothing of it goes over the wire. */
export async function prepareBench(folder: string, plan: { phones: number; leased: number; imageBytes: number }): Promise<Prepared> {
  const places = { data: join(folder, 'data'), packs: join(folder, 'packs'), firmware: join(folder, 'firmware') }
  await mkdir(places.firmware, { recursive: true })
  await writeFamily(places.packs)
  const image = join(places.firmware, FAMILY.imageName)
  await writeImage(image, plan.imageBytes)
  const phones = Array.from({ length: plan.phones }, (_, n) => phone(n))
  const store = await openStore({ folder: places.data, sealer: await fileSealer(places.data), log: () => undefined })
  const now = Date.now()
  await store.commit(catalogue())
  for (let at = 0; at < phones.length; at += BATCH)
    await store.commit(phones.slice(at, at + BATCH).flatMap((one, i) => recordsOf(one, at + i, at + i < plan.leased, now)))
  await store.close()
  return { ...places, image, phones }
}

function phone(n: number): PreparedPhone {
  const mac = `02ac66${n.toString(16).padStart(6, '0')}`
  return { mac, address: phoneAddress(n), user: mac, secret: createHash('sha256').update(mac).digest('hex').slice(0, 30) }
}

function catalogue(): Change[] {
  const values: SettingValue[] = [
    { key: 'sip.registrar.host', value: 'sip.example' },
    { key: 'provisioning.url', value: 'https://prov.example/p/' },
  ]
  for (let key = 1; key <= FAMILY.keys; key++) {
    values.push({ key: `keys.${key}.action`, value: 'blf' }, { key: `keys.${key}.value`, value: String(2000 + key) })
    values.push({ key: `keys.${key}.label`, value: `Colleague ${key}` })
  }
  return [
    { entity: 'profile', id: 'lab', value: { id: 'lab', name: 'Lab', packs: [], firmware: [] } },
    { entity: 'group', id: 'lab', value: { id: 'lab', name: 'Lab', profile: 'lab' } },
    { entity: 'layer', id: 'profile:lab', value: { kind: 'profile', id: 'lab', values, locks: [] } },
  ]
}

function recordsOf({ address, mac, secret, user }: PreparedPhone, n: number, isLeased: boolean, now: number): Change[] {
  const number = String(200_000 + n)
  const hash = createHash('sha256').update(secret).digest('hex')
  const token = { id: hash.slice(0, 16), mac, hash, secret: null, ha1: null, user, issuedAt: now, provenAt: now, revokedAt: null }
  const device = {
    ...blankDevice(mac, now),
    pack: FAMILY.pack,
    model: FAMILY.model,
    firmware: FAMILY.version,
    lines: [number],
    group: 'lab',
    slot: n + 1,
    windowStartAt: now - DAY_MS,
    windowEndAt: now + DAY_MS,
    address: isLeased ? address : null,
    staging: {
      ...NEW_STAGING,
      token: 'proven' as const,
      firmware: 'right' as const,
      startedAt: now,
      identifiedAt: now,
      provenAt: now,
      provenAfterStartAt: now,
    },
  }
  const facts = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
  const lease = { mac, address, facts, startedAt: now, grantedAt: now, expiresAt: now + DAY_MS, releasedAt: null }
  return [
    {
      entity: 'line',
      id: number,
      value: {
        number,
        group: 'lab',
        department: null,
        displayName: `Person ${n}`,
        sipUser: number,
        sipAuthUser: null,
        sipPassword: `sip-${n}`,
      },
    },
    { entity: 'device', id: mac, value: device },
    { entity: 'token', id: mac, value: { mac, tokens: [{ ...token, state: 'proven' }] } },
    ...(isLeased ? [{ entity: 'lease', id: mac, value: lease } as Change] : []),
  ]
}

const CHUNK_BYTES = 1024 * 1024

/** Bytes that no compression and no hole in a file makes small. */
async function writeImage(path: string, sizeBytes: number): Promise<void> {
  const file = await open(path, 'w')
  try {
    for (let at = 0; at < sizeBytes; at += CHUNK_BYTES) {
      const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, sizeBytes - at))
      for (let i = 0; i < chunk.length; i += 32)
        createHash('sha256')
          .update(`${at + i}`)
          .digest()
          .copy(chunk, i)
      await file.write(chunk)
    }
  } finally {
    await file.close()
  }
}
