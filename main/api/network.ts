import { ORPCError } from '@orpc/server'
import type { NetworkView } from '../../preload/contract/network.ts'
import { DEFAULT_DHCP, type DhcpConfig } from '../core/model/dhcp.ts'
import { DHCP_FIELDS, dhcpAsText, editDhcp } from '../core/dhcp/edit.ts'
import { dhcpConfigChanged } from '../core/dhcp/config-changed.ts'
import { KIND_WORDS } from '../core/dhcp/option-value.ts'
import { OPTIONS, SERVER_OWNED } from '../core/dhcp/options.ts'
import { type Decision, note } from '../core/model/decision.ts'
import type { FieldProblem, FieldWarning } from '../core/model/field.ts'
import { type Refusal, refusal } from '../core/model/refusals.ts'
import { DEFAULT_SERVICES, type ServiceConfig, type ServiceName } from '../core/model/services.ts'
import { type Change, dhcpConfig, serviceConfig, type World } from '../core/model/world.ts'
import { MASK } from '../core/settings/secret.ts'
import { type Effect, servicesChanged } from '../core/services/changed.ts'
import { editServices } from '../core/services/edit.ts'
import { audit } from '../core/staging/audit.ts'
import type { NetworkStart } from '../bench/network.ts'
import { api } from './base.ts'
import type { ApiParts } from './parts.ts'

type Given = { dhcp?: Record<string, unknown> | undefined; services?: Record<string, unknown> | undefined }

type Edit = {
  dhcp: DhcpConfig
  services: ServiceConfig
  effects: Effect[]
  reopen: ServiceName[]
  problems: FieldProblem[]
  warnings: FieldWarning[]
}

export function networkHandlers(parts: ApiParts) {
  const { loop, network, services, store } = parts
  return {
    get: api.network.get.handler(() => view(store.world, network)),
    save: api.network.save.handler(async ({ context, input: { dryRun, ...given } }) => {
      const tried = edit(given, store.world, network)
      const [first] = tried.problems
      if (dryRun !== true && first !== undefined) throw refused(first, tried.problems)
      const answer = (told: Edit) => ({
        effects: told.effects,
        problems: told.problems.map(problemView),
        warnings: told.warnings,
        restart: restart(store.world, network),
        status: services.status(),
      })
      if (dryRun === true || first !== undefined) return { ...answer(tried), restart: wouldRestart(tried) ?? restart(store.world, network) }
      // Asked once more in the turn of the commit: somebody else may have saved in between.
      const done = await loop.ask((world, now): Decision<Edit> => {
        const again = edit(given, world, network)
        return { reply: again, ...(again.problems.length > 0 ? NOTHING : changesOf(again, context.actor, world, now)) }
      })
      const [late] = done.problems
      if (late !== undefined) throw refused(late, done.problems)
      if (done.effects.some((effect) => effect.field === 'dhcp.pool')) await services.repool()
      if (done.reopen.length > 0) await services.reopen(done.reopen)
      parts.stream.onStatus()
      return answer(done)
    }),
  }
}

const NOTHING = { changes: [], effects: [] }

function edit(given: Given, world: World, start: NetworkStart): Edit {
  const before = { dhcp: dhcpConfig(world), services: serviceConfig(world) }
  const dhcp = editDhcp(given.dhcp ?? {}, before.dhcp, world.network)
  const services = editServices(given.services ?? {}, before.services)
  const after = { dhcp: dhcp.config ?? before.dhcp, services: services.config ?? before.services }
  const { effects, reopen } = servicesChanged(before.services, after.services)
  const all = [...dhcpEffects(before.dhcp, after.dhcp), ...effects]
  const problems = [
    ...dhcp.problems,
    ...services.problems,
    ...all.flatMap((effect) => saidElsewhere(effect.field, start) ?? []),
    ...unservedScheme(before.services, after.services, start),
  ]
  return { ...after, effects: all, reopen, problems, warnings: [...dhcp.warnings, ...services.warnings] }
}

function changesOf(
  { dhcp, effects, services }: Edit,
  actor: string,
  world: World,
  now: number,
): Pick<Decision<null>, 'changes' | 'effects'> {
  if (effects.length === 0) return NOTHING
  const isDhcp = effects.some(({ field }) => field.startsWith('dhcp.'))
  const isOther = effects.some(({ field }) => field.startsWith('services.'))
  const told = isDhcp ? dhcpConfigChanged(dhcp, world, now) : NOTHING
  const fields = effects.map(({ field }) => field).join(', ')
  const changes: Change[] = [
    ...told.changes,
    ...(isOther ? [{ entity: 'serviceConfig' as const, id: 'bench', value: services }] : []),
    audit(world, { at: now, actor, action: 'network.save', target: 'bench', detail: fields }),
  ]
  return {
    changes,
    effects: [...told.effects, ...(isOther ? [note(now, null, 'services.settings', `Service settings changed: ${fields}`)] : [])],
  }
}

const DHCP_WHAT: Readonly<Record<(typeof DHCP_FIELDS)[number], string>> = {
  answer: 'From the next message of each phone on',
  pool: 'New phones get addresses of it at once; a phone outside it gets another one when it renews',
  leaseSeconds: 'Phones get it with their next renewal, at half of the old lease',
  conflictCheck: 'From the next offer on',
  options: 'Phones get them with their next renewal or start',
  force: 'Phones get them with their next renewal or start',
  classes: 'Phones get them with their next renewal or start',
  reservations: 'From the next start of each phone on; who has such an address keeps it until its lease ends',
  relays: 'From the next message of each relay on',
}

function dhcpEffects(before: DhcpConfig, after: DhcpConfig): Effect[] {
  const [was, is] = [dhcpAsText(before), dhcpAsText(after)]
  return DHCP_FIELDS.flatMap((field): Effect[] => {
    const [old, fresh] = [shown(was[field]), shown(is[field])]
    return JSON.stringify(was[field]) === JSON.stringify(is[field])
      ? []
      : [{ field: `dhcp.${field}`, before: old, after: fresh, when: 'now', what: DHCP_WHAT[field] }]
  })
}

const MOST_SHOWN = 200

function shown(value: unknown): string {
  const said = typeof value === 'string' ? value : JSON.stringify(value)
  // A URL may carry a password.
  const text = said.replace(/\/\/[^/@\s"]*@/g, `//${MASK}@`)
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text
}

function saidElsewhere(field: string, { said }: NetworkStart): FieldProblem | null {
  const found = [...said].find(([one]) => field === one || field.startsWith(`${one}.`))
  if (found === undefined) return null
  return { field, refusal: refusal('NETWORK_SAID_ELSEWHERE', { field, by: found[1], mend: mendSaid(found[1]) }) }
}

/** Phones must not be told an address that nobody serves: `--https-port 0` was said when the program started. */
function unservedScheme(before: ServiceConfig, after: ServiceConfig, start: NetworkStart): FieldProblem[] {
  const isSaidOff = start.said.has('services.ports.https') && start.ports().https === 0 && !before.off.includes('https')
  if (after.phoneScheme !== 'https' || before.phoneScheme === 'https' || !isSaidOff) return []
  const field = 'services.phoneScheme'
  const why = 'the bench was started with --https-port 0'
  return [{ field, refusal: refusal('NETWORK_FIELD_INVALID', { field, why, mend: 'Start it without that option, or tell phones http.' }) }]
}

function mendSaid(by: string): string {
  return by.startsWith('--dhcp ')
    ? 'Change it in that file, which is followed while the bench runs; or start without --dhcp.'
    : `Start the bench without ${by.split(' ')[0]}, then it can be set here.`
}

function view(world: World, start: NetworkStart): NetworkView {
  const { network } = world
  return {
    dhcp: dhcpAsText(dhcpConfig(world)),
    services: servicesView(serviceConfig(world)),
    defaults: { dhcp: dhcpAsText(DEFAULT_DHCP), services: servicesView(DEFAULT_SERVICES) },
    said: [...start.said].map(([field, by]) => ({ field, by, hint: mendSaid(by) })),
    started: [...start.started],
    ports: { ...start.ports() },
    inForce:
      network === null
        ? null
        : {
            interface: network.interface,
            address: network.address,
            prefixLength: network.prefixLength,
            pool: `${network.pool.from}-${network.pool.to}`,
            url: network.httpUrl,
          },
    restart: restart(world, start),
    optionInfo: [...OPTIONS.values()]
      .filter(({ code }) => !SERVER_OWNED.has(code))
      .sort((a, b) => a.code - b.code)
      .map(({ code, kind, name, rfc }) => ({ code, name, takes: KIND_WORDS[kind], rfc })),
  }
}

function servicesView({ names, off, ports, ...rest }: ServiceConfig) {
  return { ...rest, off: [...off], ports: { ...ports }, names: [...names] }
}

/** Phones are told an address that is not the one of these settings any more. */
function restart(world: World, start: NetworkStart): string | null {
  if (world.network === null) return null
  const url = start.toldUrl(world.network.address)
  return url === world.network.httpUrl ? null : `Phones are told ${world.network.httpUrl} until services start again; then ${url}`
}

function wouldRestart({ effects }: Edit): string | null {
  return effects.find((effect) => effect.when === 'restart')?.what ?? null
}

function problemView({ field, refusal: { code, hint, message } }: FieldProblem) {
  return { field, code, message, hint }
}

/** The first problem is the refusal; the others stand beside it. */
function refused({ field, refusal: said }: FieldProblem, all: readonly FieldProblem[]): ORPCError<Refusal['code'], unknown> {
  return new ORPCError(said.code, {
    status: said.status,
    message: said.message,
    data: { ...said.data, field, hint: said.hint, problems: all.map(problemView) },
  })
}
