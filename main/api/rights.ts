import { getEventMeta, withEventMeta } from '@orpc/server'
import type { StreamMessage } from '../../preload/contract/events.ts'
import type { AccountRole } from '../core/model/account.ts'
import type { LayerKind } from '../core/model/catalogue.ts'
import type { DeviceView } from '../core/model/view.ts'
import type { Mine } from './mine.ts'

/**
 * Who may call a procedure. Of the roles that see only what is theirs: `strange` names what the input speaks of that is not (null = nothing), `shows` leaves
 * of the answer what is. Input comes as it was sent, before the schema looked at it.
 */
export type Right = {
  roles: readonly AccountRole[]
  strange?: (input: unknown, mine: Mine) => string | null
  shows?: (output: never, mine: Mine) => unknown
}

const EVERYBODY: readonly AccountRole[] = ['engineer', 'technician', 'groupAdmin', 'endUser', 'security']
/** The provider's own people. */
const PROVIDER: readonly AccountRole[] = ['engineer', 'technician', 'security']
const ENGINEER: readonly AccountRole[] = ['engineer']
/** Who stages phones. */
const BENCH: readonly AccountRole[] = ['engineer', 'technician']
/** Who looks after secrets. */
const GUARDS: readonly AccountRole[] = ['engineer', 'security']
const EDITORS: readonly AccountRole[] = ['engineer', 'groupAdmin', 'endUser']
const ADMINS: readonly AccountRole[] = ['engineer', 'groupAdmin']

const LAYER_KINDS: ReadonlySet<unknown> = new Set<LayerKind>(['profile', 'group', 'department', 'device'])

/** The one table: every procedure of the bench's contract has its row (test/api/rights.test.ts walks the contract). A call that stands nowhere is the engineer's. */
export const RIGHTS: Readonly<Record<string, Right>> = {
  'bench.status': { roles: EVERYBODY, shows: withoutProblems },
  'bench.start': { roles: BENCH },
  'bench.stop': { roles: BENCH },
  'bench.interfaces': { roles: BENCH },
  'bench.preflight': { roles: BENCH },
  'bench.takeTime': { roles: ENGINEER },
  'bench.storage': { roles: PROVIDER },

  'devices.list': { roles: EVERYBODY, shows: ownDevices },
  'devices.get': { roles: EVERYBODY, strange: phone },
  'devices.add': { roles: BENCH },
  'devices.update': { roles: BENCH },
  'devices.remove': { roles: BENCH },
  'devices.import': { roles: BENCH },
  'devices.claim': { roles: BENCH },
  'devices.scan': { roles: BENCH },
  'devices.openWindow': { roles: BENCH },
  'devices.revoke': { roles: PROVIDER },
  'devices.rotate': { roles: PROVIDER },
  'devices.render': { roles: EVERYBODY, strange: phone },
  'devices.identify': { roles: BENCH },
  'devices.notify': { roles: ['engineer', 'technician', 'groupAdmin'], strange: phone },
  // What phones say on the wire, and what they upload, may hold anything.
  'devices.packets': { roles: BENCH },
  'devices.followPackets': { roles: BENCH },
  'devices.capture': { roles: BENCH },
  'devices.uploads': { roles: BENCH },
  'devices.upload': { roles: BENCH },

  'settings.set': { roles: EDITORS, strange: layers },
  'settings.clear': { roles: EDITORS, strange: layers },
  'settings.lock': { roles: ADMINS, strange: layers },
  'settings.unlock': { roles: ADMINS, strange: layers },
  'settings.change': { roles: EDITORS, strange: layers },
  'settings.view': { roles: EVERYBODY, strange: layers },
  'settings.preview': { roles: EDITORS, strange: layers },
  'settings.files': { roles: EVERYBODY, strange: (input, mine) => phone(input, mine) ?? layers(input, mine) },
  // Rows are judged one by one, with the person in force.
  'settings.import': { roles: ADMINS },
  'settings.compareProfiles': { roles: PROVIDER },
  'settings.compareDevice': { roles: PROVIDER },

  'catalogue.load': { roles: ENGINEER },
  'catalogue.list': { roles: EVERYBODY, shows: ownNames },
  'profiles.list': { roles: PROVIDER },
  'profiles.save': { roles: ENGINEER },
  'groups.list': { roles: EVERYBODY, shows: ownGroups },
  'groups.save': { roles: ENGINEER },
  'departments.save': { roles: ENGINEER },
  'lines.list': { roles: EVERYBODY, shows: ownLines },
  'lines.save': { roles: ENGINEER },

  'packs.list': { roles: EVERYBODY, shows: withoutPhones },
  'packs.import': { roles: ENGINEER },
  'packs.activate': { roles: ENGINEER },
  'packs.move': { roles: ENGINEER },
  'packs.remove': { roles: ENGINEER },
  'firmware.list': { roles: PROVIDER },
  'firmware.add': { roles: BENCH },
  'firmware.remove': { roles: BENCH },
  'firmware.uploadBegin': { roles: BENCH },
  'firmware.uploadPart': { roles: BENCH },
  'firmware.uploadEnd': { roles: BENCH },
  'firmware.uploadCancel': { roles: BENCH },

  'certificates.list': { roles: PROVIDER },
  'certificates.import': { roles: GUARDS },
  'certificates.remove': { roles: GUARDS },
  'network.get': { roles: BENCH },
  'network.save': { roles: ENGINEER },
  'orders.create': { roles: BENCH },
  'orders.list': { roles: PROVIDER },
  'orders.get': { roles: PROVIDER },
  'orders.check': { roles: BENCH },
  'orders.report': { roles: PROVIDER },
  'orders.close': { roles: BENCH },

  'sync.now': { roles: BENCH },
  'sync.export': { roles: BENCH },
  'sync.import': { roles: BENCH },
  'sync.enrol': { roles: ENGINEER },
  'audit.list': { roles: GUARDS },
  'audit.verify': { roles: GUARDS },
  'backup.list': { roles: GUARDS },
  'backup.create': { roles: GUARDS },
  'backup.part': { roles: GUARDS },
  'backup.remove': { roles: GUARDS },
  'drill.run': { roles: PROVIDER },
  'drill.last': { roles: PROVIDER },

  'people.me': { roles: EVERYBODY },
  'people.list': { roles: GUARDS },
  'people.add': { roles: ENGINEER },
  'people.update': { roles: ENGINEER },
  'people.remove': { roles: ENGINEER },
  'people.resetPassword': { roles: ENGINEER },
  'people.changePassword': { roles: EVERYBODY },
  'people.signOutElsewhere': { roles: EVERYBODY },

  events: { roles: EVERYBODY, shows: ownChanges },
}

export function rightOf(call: string): Right {
  return (Object.hasOwn(RIGHTS, call) ? RIGHTS[call] : undefined) ?? { roles: ENGINEER }
}

/** Calls of a role, for pages to know what to offer. */
export function callsOf(role: AccountRole): string[] {
  return Object.entries(RIGHTS).flatMap(([call, { roles }]) => (roles.includes(role) ? [call] : []))
}

function field(input: unknown, name: string): unknown {
  return typeof input === 'object' && input !== null && Object.hasOwn(input, name) ? (input as Record<string, unknown>)[name] : undefined // an own member of an object
}

/** Input that is no MAC is the schema's affair. */
function phone(input: unknown, mine: Mine): string | null {
  const mac = field(input, 'mac')
  return typeof mac !== 'string' || mine.device(mac) ? null : 'This phone'
}

const LAYER_WORDS: Readonly<Record<LayerKind, string>> = {
  profile: 'This persistent profile',
  group: 'This business group',
  department: 'This department',
  device: 'This phone',
}

/** The layer of one edit, or of each of several. */
function layers(input: unknown, mine: Mine): string | null {
  const edits = field(input, 'edits')
  const all = [field(input, 'layer'), ...(Array.isArray(edits) ? edits.map((edit) => field(edit, 'layer')) : [])]
  for (const layer of all) {
    const [kind, id] = [field(layer, 'kind'), field(layer, 'id')]
    if (!LAYER_KINDS.has(kind) || typeof id !== 'string') continue
    if (!mine.layer(kind as LayerKind, id)) return LAYER_WORDS[kind as LayerKind] // LAYER_KINDS has it
  }
  return null
}

function withoutProblems<T extends { problems: unknown[] }>(status: T): T {
  return { ...status, problems: [] }
}

function ownDevices<T extends { devices: DeviceView[] }>(answer: T, mine: Mine): T {
  return { ...answer, devices: answer.devices.filter((device) => mine.device(device.mac)) }
}

function ownGroups<T extends { groups: { id: string }[] }>(answer: T, mine: Mine): T {
  return { ...answer, groups: answer.groups.filter((group) => mine.group(group.id)) }
}

function ownLines<T extends { lines: { number: string }[] }>(answer: T, mine: Mine): T {
  return { ...answer, lines: answer.lines.filter((line) => mine.line(line.number)) }
}

type Names = { profiles: { id: string }[]; groups: { id: string }[]; departments: { id: string }[]; lines: { number: string }[] }

function ownNames<T extends Names>(answer: T, mine: Mine): T {
  return {
    ...answer,
    profiles: answer.profiles.filter((profile) => mine.profile(profile.id)),
    groups: answer.groups.filter((group) => mine.group(group.id)),
    departments: answer.departments.filter((department) => mine.department(department.id)),
    lines: answer.lines.filter((line) => mine.line(line.number)),
  }
}

function withoutPhones<T extends { packs: { versions: { phones: number }[] }[]; problems: unknown[] }>(answer: T): T {
  const packs = answer.packs.map((pack) => ({ ...pack, versions: pack.versions.map((version) => ({ ...version, phones: 0 })) }))
  return { ...answer, packs, problems: [] }
}

/** The stream with what is theirs. A phone that leaves them is told as gone; of those that never were theirs not even the MAC is told. */
async function* ownChanges(messages: AsyncIterable<StreamMessage>, mine: Mine): AsyncGenerator<StreamMessage> {
  const told = new Set<string>()
  for await (const message of messages) {
    const own = (change: StreamMessage['changes'][number]): StreamMessage['changes'] => {
      switch (change.entity) {
        case 'device':
          if (change.value !== null && mine.device(change.id)) {
            told.add(change.id)
            return [change]
          }
          return told.delete(change.id) ? [{ ...change, value: null }] : []
        case 'note':
          return change.value.mac !== null && mine.device(change.value.mac) ? [change] : []
        case 'status':
          return [{ ...change, value: withoutProblems(change.value) }]
        case 'revision':
          return [change]
      }
    }
    const meta = getEventMeta(message)
    const left = { ...message, changes: message.changes.flatMap(own) }
    yield meta === undefined ? left : withEventMeta(left, meta)
  }
}
