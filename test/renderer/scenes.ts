import type { BenchStatus, DeviceState, DeviceView, NoteView } from '../../preload/contract/view.ts'

/** Invented phones for looking at the pages; nothing here runs in the product. Instants count back from `now`. */
export type Scene = {
  status: BenchStatus
  devices: DeviceView[]
  notes: NoteView[]
  /** The preflight finds what stops the bench. */
  lacks?: true
}

const NAMES = [
  'Reception',
  'A. Brandt',
  'J. Okafor',
  'Warehouse 1',
  'Warehouse 2',
  'M. Petersen',
  'Dispatch',
  'S. Yilmaz',
  'Meeting Elbe',
  'Meeting Alster',
  'K. Lorenz',
  'Gate 3',
  'P. Novak',
  'Kitchen',
  'Accounts 1',
  'Accounts 2',
  'T. Nguyen',
  'L. Weber',
  'H. Costa',
  'Customs',
  'R. Haas',
  'Fleet desk',
  'N. Ivanova',
  'Workshop, night shift',
  'B. Klein',
  'Security',
  'F. Moreau',
  'E. Lindqvist',
  'Print room',
  'Canteen',
  'O. Demir',
  'V. Rossi',
]
const MODELS = ['T46U', 'T46U', 'T54W', 'VVX 450'] as const
const SIZE = 20_000_000

export const iso = (at: number) => new Date(at).toISOString()

export function status(now: number, over: Partial<BenchStatus> = {}): BenchStatus {
  return {
    running: true,
    starting: false,
    interface: 'lab0',
    address: '10.66.0.1',
    services: { dhcp: '10.66.0.1:67 on lab0', http: 'http://10.66.0.1/', tftp: 'off' },
    pool: { size: 100, leased: 41 },
    central: { state: 'offline', url: 'https://central.example', pending: 12, lastSyncAt: iso(now - 3_600_000), error: null },
    problems: [],
    version: '0.1.0',
    ...over,
  }
}

export function device(slot: number, state: DeviceState, now: number, over: Partial<DeviceView> = {}): DeviceView {
  const model = MODELS[slot % MODELS.length] ?? 'T46U'
  const isPoly = model.startsWith('VVX')
  const isSeen = state !== 'expected'
  const target = isPoly ? '6.4.7' : '108.87.0.5'
  return {
    mac: (isPoly ? 0x64167f000000 + slot : 0x805ec0000000 + slot).toString(16).padStart(12, '0'),
    listed: true,
    serial: null,
    vendor: isSeen ? (isPoly ? 'Poly' : 'Yealink') : null,
    family: isSeen ? (isPoly ? 'VVX' : 'T4x/T5x') : null,
    pack: isSeen ? (isPoly ? 'poly/vvx' : 'yealink/t4x-t5x') : null,
    packName: isSeen ? (isPoly ? 'Poly VVX' : 'Yealink T4x/T5x') : null,
    model: isSeen && state !== 'online' ? model : null,
    expectedModel: model,
    firmware: isSeen ? (['ready', 'synced', 'proven', 'upgraded'].includes(state) ? target : '108.86.0.20') : null,
    targetFirmware: target,
    state,
    reason: null,
    firmwareTrack:
      state === 'upgrading'
        ? 'loading'
        : ['ready', 'synced', 'proven', 'upgraded'].includes(state)
          ? 'right'
          : isSeen
            ? 'wrong'
            : 'unknown',
    token: ['ready', 'synced', 'proven'].includes(state)
      ? 'proven'
      : ['configured', 'upgrading', 'upgraded'].includes(state)
        ? 'pending'
        : 'none',
    synced: state === 'synced',
    line: String(4199 + slot),
    displayName: NAMES[(slot - 1) % NAMES.length] ?? null,
    group: 'nordwind',
    groupName: 'Nordwind Logistics, Hamburg',
    department: null,
    departmentName: null,
    profile: 'deployment',
    profileName: 'Deployment',
    order: '2026-1187',
    slot,
    address: isSeen ? `10.66.${Math.floor((99 + slot) / 250)}.${(99 + slot) % 250}` : null,
    windowStart: iso(now - 600_000),
    windowEnd: iso(now + 3_000_000),
    progress: null,
    waitingFor: null,
    dueAt: null,
    sinceAt: iso(now - 30_000 - slot * 7_000),
    lastSeenAt: isSeen ? iso(now - 4_000) : null,
    updatedAt: iso(now - 4_000),
    ...over,
  }
}

export function stranger(index: number, now: number, over: Partial<DeviceView> = {}): DeviceView {
  return device(900 + index, 'held', now, {
    mac: (0x64167f200b30 + index).toString(16),
    listed: false,
    slot: 0,
    line: null,
    displayName: null,
    group: null,
    groupName: null,
    profile: null,
    profileName: null,
    order: null,
    vendor: 'Poly',
    model: 'VVX 450',
    expectedModel: null,
    windowStart: null,
    windowEnd: null,
    sinceAt: iso(now - 40_000),
    reason: {
      code: 'ACCESS_UNLISTED',
      message: 'Nobody ordered this phone',
      hint: 'Claim it on the board, or leave it unplugged.',
      at: iso(now - 40_000),
    },
    ...over,
  })
}

export function upgrading(slot: number, share: number, now: number): DeviceView {
  return device(slot, 'upgrading', now, {
    waitingFor: 'firmware',
    progress: { sentBytes: Math.floor(SIZE * share), sizeBytes: SIZE, startedAt: iso(now - 200_000 * share) },
  })
}

export function heldWith(slot: number, code: string, message: string, hint: string, now: number): DeviceView {
  return device(slot, 'held', now, { reason: { code, message, hint, at: iso(now - 60_000) } })
}

export function failedWith(slot: number, code: string, message: string, hint: string, now: number): DeviceView {
  return device(slot, 'failed', now, { sinceAt: iso(now - 252_000), reason: { code, message, hint, at: iso(now - 252_000) } })
}

export const scenes = {
  /** Nothing yet: not running, no phones. */
  empty: (now: number): Scene => ({
    status: status(now, {
      running: false,
      interface: null,
      address: null,
      services: { dhcp: 'off', http: 'off' },
      pool: { size: 0, leased: 0 },
      central: { state: 'none', url: null, pending: 0, lastSyncAt: null, error: null },
    }),
    devices: [],
    notes: [],
  }),
  /** Not running, and the preflight finds why it should not. */
  lacking: (now: number): Scene => ({ ...scenes.empty(now), lacks: true }),
  /** Forty-eight places in the middle of the afternoon. */
  running: (now: number): Scene => ({
    status: status(now),
    devices: [
      ...range(1, 12).map((slot) => device(slot, 'synced', now)),
      ...range(13, 25).map((slot) => device(slot, 'ready', now)),
      ...[26, 35, 36, 37, 39, 40, 43].map((slot, i) => upgrading(slot, [0.62, 0.41, 0.83, 0.94, 0.55, 0.08, 0.3][i] ?? 0.5, now)),
      ...range(27, 33).map((slot) => device(slot, 'ready', now)),
      device(34, 'upgraded', now),
      device(38, 'configured', now, { waitingFor: 'return' }),
      device(41, 'configured', now),
      device(42, 'proven', now),
      device(44, 'online', now, { model: null }),
      device(45, 'identified', now),
      ...range(46, 48).map((slot) => device(slot, 'expected', now)),
    ],
    notes: [],
  }),
  /** The same afternoon with everything that can need a hand. */
  problems: (now: number): Scene => {
    const calm = scenes.running(now)
    const troubles = [
      failedWith(14, 'STAGING_NOT_BACK', 'The phone has not come back for 4 min', 'Unplug it and plug it in again.', now),
      heldWith(
        27,
        'ACCESS_MAC_MISMATCH',
        'The phone asks for the files of another MAC (80:5E:C0:00:00:1C)',
        'Check the label: another phone stands in this place.',
        now,
      ),
      heldWith(30, 'DEVICE_WRONG_MODEL', 'Ordered was T46U, plugged in is T42U', 'Swap the phone, or change the model of this entry.', now),
      device(33, 'configured', now, { waitingFor: 'unplug' }),
      ...[41, 42, 44, 45].map((slot) =>
        heldWith(
          slot,
          'ACCESS_WINDOW_CLOSED',
          'The authentication window is closed',
          'Scan or claim the phone, or open a window for it.',
          now,
        ),
      ),
      stranger(1, now),
    ]
    const macs = new Set(troubles.map((one) => one.slot))
    return { ...calm, devices: [...calm.devices.filter((one) => !macs.has(one.slot)), ...troubles] }
  },
  /** A bench that could not open its ports. */
  broken: (now: number): Scene => ({
    ...scenes.running(now),
    status: status(now, {
      services: {
        dhcp: {
          error: 'BENCH_NO_PRIVILEGE',
          message: 'This user may not open port 67',
          hint: 'sudo sysctl -w net.ipv4.ip_unprivileged_port_start=67',
        },
        http: {
          error: 'BENCH_PORT_IN_USE',
          message: 'Port 80 is in use by nginx (812)',
          hint: 'End the other program, or choose another port.',
        },
      },
    }),
  }),
  /** A bench that put a damaged file right when it started. */
  mended: (now: number): Scene => ({
    ...scenes.running(now),
    status: status(now, {
      problems: [
        {
          code: 'STORE_RESTORED',
          message: 'keys.json was damaged: its copy is in use again',
          hint: 'Look at the phones staged last; the damaged file is kept aside.',
        },
      ],
    }),
  }),
  /** Five hundred phones. */
  many: (now: number): Scene => ({
    status: status(now),
    devices: range(1, 500).map((slot) =>
      slot < 290
        ? device(slot, 'synced', now)
        : slot < 330
          ? device(slot, 'ready', now)
          : slot % 3 === 0
            ? upgrading(slot, (slot % 97) / 97, now)
            : device(slot, slot % 5 === 0 ? 'proven' : 'configured', now),
    ),
    notes: [],
  }),
  done: (now: number): Scene => ({
    status: status(now, {
      central: { state: 'online', url: 'https://central.example', pending: 0, lastSyncAt: iso(now - 4000), error: null },
    }),
    devices: range(1, 24).map((slot) => device(slot, 'synced', now)),
    notes: [],
  }),
} satisfies Record<string, (now: number) => Scene>

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}
