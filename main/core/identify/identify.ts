import { type Mac, parseMac } from '../model/mac.ts'
import type { Pack, PackFile } from '../model/pack.ts'
import { modelNamed, modelSpellings, modelsWith } from '../pack/models.ts'
import { matchPathEnd, matchPattern } from '../pack/pattern.ts'
import type { Claim, Facts, Grade } from './claims.ts'
import { claimsOfAgent, claimsOfStranger } from './user-agent.ts'
import { matchVendorClass } from './vendor-class.ts'

export type { Facts, Grade } from './claims.ts'

export type Evidence = { fact: string; says: string; value: string; pack: string | null }

/**
 * Who a phone is, as far as its facts agree. A field over which they disagree is null and told in `conflicts`. `file` and `pathValues`: what the path
 * means in the identified pack.
 */
export type Identification = {
  pack: Pack | null
  vendor: string | null
  family: string | null
  model: string | null
  firmware: string | null
  mac: Mac | null
  serial: string | null
  grade: Grade | null
  evidence: readonly Evidence[]
  conflicts: readonly string[]
  file: PackFile | null
  pathValues: Readonly<Record<string, string>>
}

const MAX_PATH = 2048

/** Facts → identity. Never throws, never gives a MAC that no fact holds, never solves a contradiction by order. */
export function identify(packs: readonly Pack[], facts: Facts): Identification {
  const path = facts.path == null || facts.path.length > MAX_PATH ? null : facts.path
  const paths = path === null ? [] : packs.flatMap((pack) => filesFor(pack, path))
  const claims = [...stated(packs, facts, paths), ...pathClaims(paths), ...macFacts(facts)]
  const all = [...claims, ...ouiClaims(packs, claims)]
  const conflicts: string[] = []
  const pack = agreedPack(all, conflicts)
  const vendor = pack?.vendor ?? agreed(all, 'vendor', conflicts)
  const model = agreed(withoutWider(all, pack), 'model', conflicts)
  const found = paths.find((one) => one.pack === pack) ?? null
  return {
    pack,
    vendor,
    family: pack?.family ?? null,
    model,
    firmware: agreed(all, 'firmware', conflicts),
    mac: agreed(all, 'mac', conflicts),
    serial: agreed(all, 'serial', conflicts),
    grade: gradeOf(all, pack, model, vendor),
    evidence: all.map(({ fact, pack: owner, says, value }) => ({ fact, says, value, pack: owner?.id ?? null })),
    conflicts,
    file: found?.file ?? null,
    pathValues: found?.values ?? {},
  }
}

type PathFile = { pack: Pack; file: PackFile; values: Record<string, string> }

function filesFor(pack: Pack, path: string): PathFile[] {
  for (const file of pack.files) {
    const values = matchPathEnd(file.path, path)
    if (values !== null) return [{ pack, file, values }]
  }
  return []
}

/** What the phone itself says: vendor class, User-Agent, host name. */
function stated(packs: readonly Pack[], facts: Facts, paths: readonly PathFile[]): Claim[] {
  const { hostName, userAgent, vendorClass } = facts
  return [
    ...(vendorClass == null ? [] : packs.flatMap((pack) => vendorClassClaims(pack, vendorClass))),
    ...(userAgent == null ? [] : agentClaims(packs, userAgent, paths)),
    ...(hostName == null ? [] : packs.flatMap((pack) => hostNameClaims(pack, hostName))),
  ]
}

/** A header that one pack knows whole is no stranger to the maker's other packs. */
function agentClaims(packs: readonly Pack[], header: string, paths: readonly PathFile[]): Claim[] {
  const fileIn = (pack: Pack) => paths.find((one) => one.pack === pack)?.file ?? null
  const known = packs.flatMap((pack) => claimsOfAgent(pack, header, fileIn(pack)))
  return known.length > 0 ? known : packs.flatMap((pack) => claimsOfStranger(pack, header, fileIn(pack)))
}

function vendorClassClaims(pack: Pack, bytes: Uint8Array): Claim[] {
  const values = matchVendorClass(pack, bytes)
  if (values === null) return []
  const make = (says: Claim['says'], value: string, grade: Grade): Claim => ({
    fact: 'vendorClass',
    says,
    value,
    pack: says === 'vendor' ? null : pack,
    grade,
  })
  const vendor = make('vendor', pack.vendor, 'likely')
  if (values === 'vendor') return [vendor]
  const model = modelNamed(pack, values.model ?? '')
  // A class without a model (`yealink`) is the maker's, shared by all its families.
  return model === null ? [vendor] : [vendor, make('family', pack.id, 'exact'), make('model', model.name, 'exact')]
}

/** A name anybody may set: likely at best. */
function hostNameClaims(pack: Pack, hostName: string): Claim[] {
  const make = (says: Claim['says'], value: string): Claim => ({
    fact: 'hostName',
    says,
    value,
    pack: says === 'vendor' ? null : pack,
    grade: 'likely',
  })
  for (const pattern of pack.match.hostName) {
    const values = matchPattern(pattern, hostName.slice(0, 255).trim(), { ignoreCase: true, models: modelSpellings(pack) })
    if (values === null) continue
    const model = modelNamed(pack, values.model ?? '')
    const mac = parseMac(values.mac ?? values.MAC ?? values['mac:'] ?? '')
    return [
      make('vendor', pack.vendor),
      ...(model === null ? [] : [make('family', pack.id), make('model', model.name)]),
      ...(mac === null ? [] : [{ ...make('mac', mac), pack: null }]),
    ]
  }
  return []
}

/** A path that one pack alone knows names the family; `{code}` and `{part}` narrow the model. `/<mac>.cfg` is asked for by many families. */
function pathClaims(paths: readonly PathFile[]): Claim[] {
  const claims: Claim[] = []
  for (const { pack, values } of paths) {
    const mac = parseMac(values.mac ?? values.MAC ?? values['mac:'] ?? '')
    if (mac !== null && !claims.some((one) => one.says === 'mac' && one.value === mac)) {
      claims.push({ fact: 'path', says: 'mac', value: mac, pack: null, grade: 'likely' })
    }
    if (paths.length > 1) continue
    // A fixed name of this family alone (`/y000000000000.boot`).
    if (Object.keys(values).length === 0) claims.push({ fact: 'path', says: 'vendor', value: pack.vendor, pack: null, grade: 'hint' })
    if (isMacOnly(values)) continue
    const make = (says: Claim['says'], value: string): Claim => ({ fact: 'path', says, value, pack, grade: 'likely' })
    const key = values.code === undefined ? 'part' : 'code'
    const models = values[key] === undefined ? [] : modelsWith(pack, key, values[key])
    if (models.length === 0) continue
    claims.push(make('vendor', pack.vendor), make('family', pack.id), ...models.map((model) => make('model', model.name)))
  }
  return claims
}

function isMacOnly(values: Readonly<Record<string, string>>): boolean {
  return values.code === undefined && values.part === undefined
}

function macFacts({ leaseMac }: Facts): Claim[] {
  const mac = leaseMac == null ? null : parseMac(leaseMac)
  return mac === null ? [] : [{ fact: 'leaseMac', says: 'mac', value: mac, pack: null, grade: 'exact' }]
}

/** The range a MAC lies in names its maker: a hint only, for OEM boards and swapped parts lie. */
function ouiClaims(packs: readonly Pack[], claims: readonly Claim[]): Claim[] {
  const macs = new Set(claims.filter((one) => one.says === 'mac').map((one) => one.value))
  const vendors = [...macs].flatMap((mac) => packs.filter((pack) => pack.match.oui.includes(mac.slice(0, 6))).map((pack) => pack.vendor))
  return [...new Set(vendors)].map((value) => ({ fact: 'oui', says: 'vendor', value, pack: null, grade: 'hint' }))
}

/** One value all claims of a kind agree on; hints give way to anything better, and two of them that differ are no contradiction. */
function agreed(claims: readonly Claim[], says: Claim['says'], conflicts: string[]): string | null {
  const mine = claims.filter((claim) => claim.says === says)
  const strong = mine.filter((claim) => claim.grade !== 'hint')
  const values = new Map<string, string[]>()
  for (const claim of strong.length > 0 ? strong : mine) values.set(claim.value, [...(values.get(claim.value) ?? []), claim.fact])
  if (values.size > 1 && strong.length > 0)
    conflicts.push(`${says}: ${[...values].map(([value, facts]) => `${value} by ${[...new Set(facts)].join(', ')}`).join('; ')}`)
  const [only] = values.keys()
  return values.size === 1 ? (only ?? null) : null
}

function agreedPack(claims: readonly Claim[], conflicts: string[]): Pack | null {
  const id = agreed(claims, 'family', conflicts)
  const pack = id === null ? null : (claims.find((claim) => claim.says === 'family' && claim.value === id)?.pack ?? null)
  // The family may be agreed on while another fact names another maker: that is no agreement.
  const vendors = new Set(claims.filter((claim) => claim.says === 'vendor' && claim.grade !== 'hint').map((claim) => claim.value))
  return vendors.size < 2 ? pack : null
}

/** A file shared by several models (`y000000000095.cfg`: T53 and T53W) says "one of these": it backs a model stated otherwise and names none alone. */
function withoutWider(claims: readonly Claim[], pack: Pack | null): Claim[] {
  const byPath = claims.filter((claim) => claim.fact === 'path' && claim.says === 'model')
  if (byPath.length < 2) return [...claims]
  const others = claims.filter((claim) => claim.fact !== 'path' && claim.says === 'model')
  const backs = pack !== null && others.some((claim) => byPath.some((one) => one.value === claim.value))
  const rest = claims.filter((claim) => !byPath.includes(claim))
  return backs || others.length === 0 ? rest : [...rest, ...byPath.slice(0, 1)]
}

function gradeOf(claims: readonly Claim[], pack: Pack | null, model: string | null, vendor: string | null): Grade | null {
  if (pack !== null && model !== null)
    return claims.some((claim) => claim.says === 'model' && claim.value === model && claim.grade === 'exact') ? 'exact' : 'likely'
  if (pack !== null) return 'likely'
  if (vendor === null) return null
  return claims.some((claim) => claim.says === 'vendor' && claim.grade !== 'hint') ? 'likely' : 'hint'
}
