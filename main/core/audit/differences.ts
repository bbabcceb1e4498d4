import { withoutTokens } from '../access/token-runs.ts'
import type { AuditChange, AuditEntry, Layer } from '../model/catalogue.ts'
import type { VendorAuthority } from '../model/certificate.ts'
import type { Pack } from '../model/pack.ts'
import type { TokenSet } from '../model/token.ts'
import type { Change, EntityName, World } from '../model/world.ts'
import { MASK } from '../settings/secret.ts'

/** Differences listed in one entry, and characters of a value: a mass change names the first and counts the rest. */
const MOST_LISTED = 40
const MOST_CHARS = 200

/** What a person's act changes; what phones and the network do besides it is on the timelines. */
const TOLD: ReadonlySet<EntityName> = new Set<EntityName>([
  'device',
  'token',
  'line',
  'group',
  'department',
  'profile',
  'layer',
  'dhcpConfig',
  'serviceConfig',
  'order',
  'packChoice',
  'account',
  'vendorAuthority',
  'image',
])

/** Of a device: what a person says. What it says of itself and how far it is are no act. */
const DEVICE_SILENT = new Set(['staging', 'seen', 'lastSeenAt', 'updatedAt', 'addedAt', 'scannedAt', 'slot', 'address'])

/** What these changes make of the world, field by field, without a secret; and how many did not fit. `world` = before. */
export function differences(changes: readonly Change[], world: World): { changes: AuditChange[]; more: number } {
  const found: AuditChange[] = []
  let more = 0
  const secretKeys = keysOfSecrets(world.packs)
  for (const change of changes) {
    if (!TOLD.has(change.entity)) continue
    const before = fieldsOf(change.entity, world[change.entity].get(change.id) ?? null, secretKeys)
    const after = fieldsOf(change.entity, change.value, secretKeys)
    for (const field of new Set([...before.keys(), ...after.keys()])) {
      const [was, is] = [before.get(field) ?? null, after.get(field) ?? null]
      if (was?.text === is?.text) continue
      if (found.length >= MOST_LISTED) more += 1
      else found.push({ record: `${change.entity} ${change.id}`, field, before: shown(was), after: shown(is) })
    }
  }
  return { changes: found, more }
}

/** Of an account: instants are those of the entries themselves. */
const ACCOUNT_SILENT = new Set(['createdAt', 'passwordAt', 'lastSignInAt'])

/** `text` tells values apart, `isSecret` keeps it from being told. */
type Field = { text: string; isSecret: boolean }

function shown(field: Field | null): string | null {
  if (field === null) return null
  if (field.isSecret) return MASK
  return withoutPasswords(field.text.length > MOST_CHARS ? `${field.text.slice(0, MOST_CHARS)}…` : field.text)
}

/** A URL may carry a password. */
function withoutPasswords(text: string): string {
  return text.replace(/\/\/[^/@\s]*@/g, `//${MASK}@`)
}

function fieldsOf(entity: EntityName, value: object | null, secretKeys: ReadonlySet<string>): Map<string, Field> {
  if (value === null) return new Map()
  switch (entity) {
    case 'token': {
      const { tokens } = value as TokenSet // the entity's own
      return new Map(tokens.map((token) => [`token ${token.id}`, { text: token.state, isSecret: false }]))
    }
    case 'layer':
      return layerFields(value as Layer, secretKeys) // the entity's own
    case 'device':
      return plainFields(Object.fromEntries(Object.entries(value).filter(([key]) => !DEVICE_SILENT.has(key))), () => false)
    case 'account':
      return plainFields(Object.fromEntries(Object.entries(value).filter(([key]) => !ACCOUNT_SILENT.has(key))), (key) => key === 'password')
    case 'line':
      return plainFields(value, (key) => key === 'sipPassword')
    case 'dhcpConfig':
      // As on the disk: a URL in an option may carry a password in any spelling.
      return plainFields(value, (key) => key === 'options' || key === 'classes')
    case 'vendorAuthority': {
      const { der: _, ...told } = value as VendorAuthority // the entity's own
      return plainFields(told, () => false)
    }
    default:
      return plainFields(value, () => false)
  }
}

/** A setting that no pack knows may be anything: it is masked. */
function layerFields({ locks, values }: Layer, secretKeys: ReadonlySet<string>): Map<string, Field> {
  const fields = new Map<string, Field>()
  for (const { key, value, ...selector } of values) {
    const narrower = Object.values(selector).filter((one) => typeof one === 'string')
    fields.set([key, ...narrower].join(' '), {
      text: JSON.stringify(value),
      isSecret: !secretKeys.has(`open ${key}`) || secretKeys.has(key),
    })
  }
  for (const lock of locks) fields.set(`lock ${lock}`, { text: 'locked', isSecret: false })
  return fields
}

function plainFields(value: object, isSecret: (key: string) => boolean): Map<string, Field> {
  const fields = new Map<string, Field>()
  for (const [key, one] of Object.entries(value)) {
    if (one === null || one === undefined || (Array.isArray(one) && one.length === 0)) continue
    fields.set(key, { text: typeof one === 'string' ? one : JSON.stringify(one), isSecret: isSecret(key) })
  }
  return fields
}

/** Worked out once for the packs that are active. */
const KEYS = new WeakMap<readonly Pack[], ReadonlySet<string>>()

/** A key may say it where the pack forgot to. */
const SAYS_SECRET = /password|secret|\bpin\b/i

/** `key` for each setting that some pack calls a secret or that is text of any kind, `open key` for each that a pack knows at all. */
function keysOfSecrets(packs: readonly Pack[]): ReadonlySet<string> {
  const kept = KEYS.get(packs)
  if (kept !== undefined) return kept
  const keys = new Set<string>()
  KEYS.set(packs, keys)
  for (const pack of packs)
    for (const setting of pack.settings) {
      keys.add(`open ${setting.key}`)
      if (setting.secret || setting.type === 'raw' || setting.type === 'password' || SAYS_SECRET.test(setting.key)) keys.add(setting.key)
    }
  return keys
}

/** An entry without any secret that is known in clear, wherever it stands: people type passwords into reasons. */
export function withoutSecrets(entry: AuditEntry, world: World): AuditEntry {
  const secrets = [...secretsOf(world)].sort((a, b) => b.length - a.length)
  let hashes: ReadonlySet<string> | null = null
  const tokens = (text: string): string => {
    // Few words are as long as a token: most entries need no list of them.
    if (!/[0-9A-Za-z]{22}/.test(text)) return text
    hashes ??= new Set([...world.token.values()].flatMap((set) => set.tokens.map(({ hash }) => hash)))
    return withoutTokens(text, hashes)
  }
  const clean = (text: string): string => tokens(secrets.reduce((told, secret) => masked(told, secret), text))
  const cleanOrNull = (text: string | null): string | null => (text === null ? null : clean(text))
  const { actor, changes, detail, target } = entry
  return {
    ...entry,
    ...{ actor: clean(actor), detail: clean(detail), target: clean(target) },
    ...(changes === undefined
      ? {}
      : { changes: changes.map((one) => ({ ...one, before: cleanOrNull(one.before), after: cleanOrNull(one.after) })) }),
  }
}

/** From here on a secret is masked wherever it stands; a shorter one (`1234`) only where it is a word of its own. */
const LONG = 6

function masked(text: string, secret: string): string {
  if (!text.includes(secret)) return text
  if (secret.length >= LONG) return text.replaceAll(secret, MASK)
  const quoted = secret.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return text.replace(new RegExp(`(?<![\\p{L}\\p{N}])${quoted}(?![\\p{L}\\p{N}])`, 'gu'), MASK)
}

/** Every secret that the world holds in clear. */
export function* secretsOf(world: World): Generator<string> {
  const keys = keysOfSecrets(world.packs)
  for (const line of world.line.values()) if (line.sipPassword !== '') yield line.sipPassword
  for (const { tokens } of world.token.values())
    for (const { ha1, secret } of tokens) for (const one of [secret, ha1]) if (one !== null) yield one
  for (const { values } of world.layer.values())
    for (const { key, value } of values) if (keys.has(key) && typeof value === 'string' && value.length > 2) yield value
  const key = world.sync.get('bench')?.key
  if (key != null) yield key
}
