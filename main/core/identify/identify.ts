import { latin1 } from '../model/bytes.ts'
import { type Mac, parseMac } from '../model/mac.ts'
import type { Pack, PackFile } from '../model/pack.ts'
import { modelNamed, modelSpellings } from '../pack/models.ts'
import { type PathFile, pathFile } from '../pack/path-file.ts'
import { macIn, matchPattern } from '../pack/pattern.ts'
import { claimsOfCertificate } from './certificate.ts'
import type { Claim, Facts, Grade } from './claims.ts'
import { makersOf } from './mac-range.ts'
import { claimsOfTftpOptions } from './tftp-options.ts'
import { claimsOfAgent, claimsOfOtherForm, claimsOfStranger, MAX_AGENT_CHARS } from './user-agent.ts'
import { matchVendorClass } from './vendor-class.ts'

export type { Facts, Grade } from './claims.ts'

export type Evidence = { fact: string; says: string; value: string; pack: string | null; grade: Grade }

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
  /** Revision of the board as the phone states it. */
  hardware: string | null
  mac: Mac | null
  serial: string | null
  grade: Grade | null
  evidence: readonly Evidence[]
  conflicts: readonly string[]
  /** Hints that speak against what the facts agree on, in words: a range of another maker may be a white label, or a borrowed MAC. They decide nothing. */
  doubts: readonly string[]
  file: PackFile | null
  pathValues: Readonly<Record<string, string>>
}

/** Counts the places that patterns look at: a test's way to see what an answer costs. */
type Tally = { steps: number }

/** Facts → identity. Never throws, never gives a MAC that no fact holds, never solves a contradiction by order. */
export function identify(packs: readonly Pack[], facts: Facts, tally?: Tally): Identification {
  const path = facts.path ?? null
  const paths = path === null ? [] : packs.flatMap((pack) => pathFile(pack, path, facts.protocol ?? null) ?? [])
  const claims = once([...stated(packs, facts, paths, tally), ...pathClaims(paths), ...leaseClaims(facts)])
  const all = [...claims, ...hints(packs, facts, claims)]
  const conflicts: string[] = []
  const pack = agreedPack(all, conflicts)
  const vendor = agreed(all, 'vendor', conflicts)
  const model = agreed(withoutWider(all, pack), 'model', conflicts)
  const found = paths.find((one) => one.pack === pack) ?? null
  return {
    pack,
    vendor,
    family: pack?.family ?? null,
    model,
    firmware: agreed(all, 'firmware', conflicts),
    hardware: agreed(all, 'hardware', conflicts),
    mac: agreed(all, 'mac', conflicts),
    serial: agreed(all, 'serial', conflicts),
    grade: gradeOf(all, pack, model, vendor),
    evidence: all.map(({ fact, grade, pack: owner, says, value }) => ({ fact, says, value, pack: owner?.id ?? null, grade })),
    conflicts,
    doubts: doubtsAbout(all, vendor ?? pack?.vendor ?? null),
    file: found?.file ?? null,
    pathValues: found?.values ?? {},
  }
}

/** Families of one maker say the same of it: once is enough. */
function once(claims: readonly Claim[]): Claim[] {
  const seen = new Map<string, Claim>()
  for (const claim of claims) {
    const key = `${claim.fact} ${claim.says} ${claim.pack?.id ?? ''} ${claim.grade} ${claim.value}`
    if (!seen.has(key)) seen.set(key, claim)
  }
  return [...seen.values()]
}

/** What the phone itself says: vendor class, User-Agent, host name, TFTP options, certificate. */
function stated(packs: readonly Pack[], facts: Facts, paths: readonly PathFile[], tally: Tally | undefined): Claim[] {
  const { certificate, hostName, tftpOptions, userAgent, vendorClass } = facts
  return [
    ...(vendorClass == null ? [] : packs.flatMap((pack) => vendorClassClaims(pack, vendorClass))),
    ...(userAgent == null ? [] : agentClaims(packs, userAgent, paths, tally)),
    ...(hostName == null ? [] : packs.flatMap((pack) => hostNameClaims(pack, hostName))),
    ...(tftpOptions == null ? [] : packs.flatMap((pack) => claimsOfTftpOptions(pack, tftpOptions))),
    ...(certificate == null ? [] : packs.flatMap((pack) => claimsOfCertificate(pack, certificate))),
    ...packs.flatMap((pack) => brandClaims(pack, facts)),
  ]
}

/** A header that one pack knows whole is no stranger to the maker's other packs. */
function agentClaims(packs: readonly Pack[], header: string, paths: readonly PathFile[], tally: Tally | undefined): Claim[] {
  const fileIn = (pack: Pack) => paths.find((one) => one.pack === pack)?.file ?? null
  const known = packs.flatMap((pack) => claimsOfAgent(pack, header, fileIn(pack), tally))
  if (known.length > 0) return known
  const nearly = packs.flatMap((pack) => claimsOfOtherForm(pack, header, fileIn(pack), tally))
  return nearly.length > 0 ? nearly : packs.flatMap((pack) => claimsOfStranger(pack, header, fileIn(pack), tally))
}

function vendorClassClaims(pack: Pack, given: Uint8Array | string): Claim[] {
  const values = matchVendorClass(pack, given)
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
  const firmware = values.version === undefined ? [] : [make('firmware', values.version, 'exact')]
  // A class without a model (`yealink`) is the maker's, shared by all its families.
  return model === null ? [vendor] : [vendor, make('family', pack.id, 'exact'), make('model', model.name, 'exact'), ...firmware]
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
    const mac = macIn(values)
    return [
      make('vendor', pack.vendor),
      ...(model === null ? [] : [make('family', pack.id), make('model', model.name)]),
      ...(mac === null ? [] : [{ ...make('mac', mac), pack: null }]),
    ]
  }
  return []
}

/** White-label names of a family that the phone says itself. */
function brandClaims(pack: Pack, { hostName, userAgent, vendorClass }: Facts): Claim[] {
  if (pack.match.alsoVendor.length === 0) return []
  const said: [Claim['fact'], string][] = [
    ['userAgent', userAgent ?? ''],
    ['hostName', hostName ?? ''],
    [
      'vendorClass',
      vendorClass == null ? '' : typeof vendorClass === 'string' ? vendorClass : latin1(vendorClass.subarray(0, MAX_AGENT_CHARS)),
    ],
  ]
  return said.flatMap(([fact, text]) => {
    const lower = text.slice(0, MAX_AGENT_CHARS).toLowerCase()
    const names = pack.match.alsoVendor.filter((name) => lower.includes(name.toLowerCase()))
    return names.map((value): Claim => ({ fact, says: 'brand', value, pack: null, grade: 'hint' }))
  })
}

/** A path that one pack alone knows names the family; code, part or model in it narrow the model. `/<mac>.cfg` is asked for by many families. */
function pathClaims(paths: readonly PathFile[]): Claim[] {
  const macs = paths.flatMap(({ values }) => macIn(values) ?? [])
  const claims: Claim[] = macs.map((value) => ({ fact: 'path', says: 'mac', value, pack: null, grade: 'likely' }))
  const own = paths.filter((one) => one.models.length > 0)
  for (const { models, pack } of own) {
    const make = (says: Claim['says'], value: string): Claim => ({ fact: 'path', says, value, pack, grade: 'likely' })
    if (own.length === 1)
      claims.push({ ...make('vendor', pack.vendor), pack: null }, make('family', pack.id), ...models.map((model) => make('model', model)))
  }
  if (own.length === 1) return claims
  // A fixed name, or one of several families, of one maker alone (`/y000000000000.boot`).
  const makers = new Set(paths.filter((one) => own.includes(one) || isTelling(one.file.path)).map((one) => one.pack.vendor))
  const all = new Set(paths.map((one) => one.pack.vendor))
  const [maker] = makers
  if (makers.size === 1 && all.size === 1 && maker !== undefined) {
    claims.push({ fact: 'path', says: 'vendor', value: maker, pack: null, grade: own.length > 0 ? 'likely' : 'hint' })
  }
  return claims
}

/** `/SEP{MAC}.cnf.xml` has a word of its own, `/{mac}.cfg` has none. */
function isTelling(pattern: string): boolean {
  const name = pattern.slice(pattern.lastIndexOf('/') + 1)
  return !name.includes('{') || /[A-Za-z]{3}/.test(name.replace(/\.[^{}]*$/, '').replace(/\{[^}]*\}/g, ' '))
}

function leaseClaims({ leaseMac }: Facts): Claim[] {
  const mac = leaseMac == null ? null : parseMac(leaseMac)
  return mac === null ? [] : [{ fact: 'leaseMac', says: 'mac', value: mac, pack: null, grade: 'exact' }]
}

/** The range a MAC lies in and what is asked of DHCP point at a maker, no more: OEM boards, swapped parts and a common DHCP client lie. */
function hints(packs: readonly Pack[], { parameterRequestList }: Facts, claims: readonly Claim[]): Claim[] {
  const macs = new Set(claims.filter((one) => one.says === 'mac').map((one) => one.value))
  const byRange = [...macs].flatMap((mac) => makersOf(packs, mac))
  const byList =
    parameterRequestList == null
      ? []
      : packs.filter((pack) => pack.match.parameterRequestList.some((one) => isSameList(one, parameterRequestList)))
  const make = (fact: Claim['fact'], value: string): Claim => ({ fact, says: 'vendor', value, pack: null, grade: 'hint' })
  return [
    ...[...new Set(byRange)].map((value) => make('oui', value)),
    ...[...new Set(byList.map((pack) => pack.vendor))].map((value) => make('parameterRequestList', value)),
  ]
}

function isSameList(one: readonly number[], other: readonly number[]): boolean {
  return one.length === other.length && one.every((value, at) => value === other[at])
}

/** One value all claims of a kind agree on; hints give way to anything better, and two of them that differ are no contradiction. */
function agreed(claims: readonly Claim[], says: Claim['says'], conflicts: string[]): string | null {
  const mine = claims.filter((claim) => claim.says === says)
  const strong = mine.filter((claim) => claim.grade !== 'hint')
  const values = new Map<string, string[]>()
  for (const claim of strong.length > 0 ? strong : mine) values.set(claim.value, [...(values.get(claim.value) ?? []), claim.fact])
  if (values.size > 1 && strong.length > 0) {
    const told = [...values].map(([value, facts]) => `${value} by ${[...new Set(facts)].join(', ')}`).sort()
    conflicts.push(`${says}: ${told.join('; ')}`)
  }
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

function doubtsAbout(claims: readonly Claim[], vendor: string | null): string[] {
  if (vendor === null) return []
  const hints = claims.filter((claim) => claim.says === 'vendor' && claim.grade === 'hint')
  const facts = [...new Set(hints.map((claim) => claim.fact))]
  return facts.flatMap((fact) => {
    const values = hints.filter((claim) => claim.fact === fact).map((claim) => claim.value)
    return values.includes(vendor) ? [] : [`vendor: ${vendor}, but ${values.join(' or ')} by ${fact}`]
  })
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
