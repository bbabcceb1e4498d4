/**
 * Who may import whom. `build/scripts/check-layers.ts` holds every file of main, preload and renderer to it, imports of types included; what is not listed
 * is forbidden. The longest `path` that a file lies below is its layer. Widening a line is a decision about the shape of the code: say why beside it.
 */
export type Layer = {
  /** Folder or file, from the root. */
  path: string
  /** Folders and files it may import, besides its own. */
  may: readonly string[]
  /** npm packages, subpaths included. */
  packages?: readonly string[]
  /** Modules of Node: all, none (the default), or those named. */
  node?: 'all' | readonly string[]
  /** No clock and no dice: time and randomness are arguments. */
  pure?: true
}

const MODEL = 'main/core/model'
const CONTRACT = 'preload/contract'
/** What the outer rooms fill: store, clock, log, sender. */
const PORTS = 'main/bench/ports.ts'
/** Leans on nothing. */
const TURNS = 'main/bench/in-turn.ts'

const core = (name: string, may: readonly string[] = [], packages: readonly string[] = []): Layer => ({
  path: `main/core/${name}`,
  may: [MODEL, ...may.map((one) => `main/core/${one}`)],
  packages: ['zod', ...packages],
  pure: true,
})

const CORE: readonly Layer[] = [
  { path: MODEL, may: [], packages: ['zod'], pure: true },
  core('access', ['settings/secret.ts'], ['@noble/hashes']),
  // What a secret looks like on a screen.
  core('audit', ['settings/secret.ts', 'access'], ['@noble/hashes']),
  // What is known to be a secret, wherever it stands.
  core('redact', ['audit', 'access', 'pack', 'settings/secret.ts']),
  // A phone that is ready is told no URL any more.
  core('sip', ['staging', 'pack'], ['@noble/hashes']),
  core('tftp'),
  core('ntp'),
  // A production name is what the phone's own settings say.
  core('dns', ['settings', 'staging', 'pack']),
  // What phones say must not carry their secrets onto a timeline.
  core('syslog', ['access', 'render', 'pack']),
  core('sync'),
  // Packs are YAML, and their templates are parsed once, when the pack is read.
  // What a pack's `use:` names is defined beside the other rules of settings.
  core('pack', ['settings/normal.ts', 'settings/normal'], ['yaml', 'liquidjs']),
  core('identify', ['pack']),
  core('settings', ['pack']),
  // Tables and one join, read by packs: they know the model alone.
  core('settings/normal.ts', ['settings/normal']),
  core('settings/normal'),
  // A look ahead shows file lines: it renders. Nothing else of settings may lean on these.
  ...['changed-files', 'preview', 'reach', 'reach-part', 'reach-slice', 'pair-sight', 'delicate', 'tally', 'compare'].map((name) =>
    core(`settings/${name}.ts`, ['settings', 'pack', 'render']),
  ),
  // Which keys a locked setting decides is what a trial rendering says.
  core('settings/raw-locks.ts', ['settings', 'pack', 'render']),
  // A phone taken off the list loses the token it was only offered.
  // A phone that comes onto a line gets back the settings kept there.
  core('staging', ['pack', 'access', 'settings/kept.ts']),
  // Tells by their hash whether the bytes of a file are the ones given out last.
  core('render', ['settings', 'pack'], ['@noble/hashes']),
  // Tries a pack with every rule that will meet it.
  core('trial', ['pack', 'render', 'identify', 'settings']),
  // What a phone uploads is masked like what it logs.
  // What is shown of a packet is read by the rules of its protocol, without the phone's secrets.
  core('capture', ['dhcp', 'tftp', 'syslog', 'access', 'render', 'pack']),
  // Images for the models of a work order, before its phones are listed.
  core('preflight', ['pack', 'orders']),
  core('services'),
  core('orders', ['staging', 'pack']),
  core('files', ['access', 'identify', 'settings', 'render', 'staging', 'pack', 'syslog']),
  core('dhcp', ['identify', 'pack', 'staging'], ['yaml']),
  // The package's option table alone; its sockets and handlers are not ours to run.
  core('dhcp/options.ts', ['identify', 'pack', 'staging', 'dhcp'], ['dhcp']),
  core('tick.ts', ['dhcp', 'access', 'staging']),
]

const net = (protocol: string): Layer => ({
  path: `main/net/${protocol}`,
  may: [MODEL, `main/core/${protocol}`, 'main/net', PORTS],
  node: 'all',
})

const MAIN: readonly Layer[] = [
  // Commands that speak to a bench that runs know its answers by the contract.
  // The calls of the contract, asked in the own process by a command.
  { path: 'main/entry', may: ['main', CONTRACT, 'package.json'], packages: ['@orpc/server'], node: 'all' },
  // A pack is tried with its own samples' settings before it is used: the trial renders.
  // Packs from outside come as zips; what is kept of them is written as carefully as the store writes.
  {
    path: 'main/packs',
    may: [
      MODEL,
      'main/core/pack',
      'main/core/render',
      'main/core/trial',
      PORTS,
      TURNS,
      'main/store/files.ts',
      'main/store/make-folder.ts',
      'main/threads',
    ],
    packages: ['yauzl'],
    node: 'all',
  },
  { path: 'main/net', may: [MODEL], packages: ['koffi'], node: 'all' },
  net('dhcp'),
  // Both doors for files: the same request, the same answer, one reading of paths.
  // Firmware goes out from threads of its own.
  { path: 'main/net/tftp', may: [MODEL, 'main/core/tftp', 'main/core/files', 'main/net', 'main/threads', PORTS], node: 'all' },
  { path: 'main/threads', may: [], node: 'all' },
  { ...net('sip'), may: [MODEL, 'main/core/sip', 'main/net', PORTS] },
  net('ntp'),
  { ...net('dns'), packages: ['dns-packet'] },
  net('syslog'),
  net('capture'),
  // It looks for other DHCP servers with the watch that the bench itself uses.
  { ...net('preflight'), may: [MODEL, 'main/core/preflight', 'main/core/dhcp/foreign.ts', 'main/net', PORTS] },
  // Certificates of the bench are written here; keys and signatures are Node's own.
  { ...net('tls'), may: [...net('tls').may, TURNS], packages: ['pkijs', 'asn1js'] },
  // Phones fetch files over HTTP: its rules are those of core/files.
  { path: 'main/net/http', may: [MODEL, 'main/core/files', 'main/net', PORTS], node: 'all' },
  // Of an image in the library the packs say, by its name, which models and version it is for, and a profile whether that version is bad.
  {
    path: 'main/store',
    may: [
      MODEL,
      PORTS,
      TURNS,
      'main/core/pack/image-name.ts',
      'main/core/pack/models.ts',
      'main/core/pack/target.ts',
      'main/core/pack/version.ts',
    ],
    packages: ['lowdb', 'zod'],
    node: 'all',
  },
  {
    path: 'main/sync',
    may: [MODEL, 'main/core/sync', PORTS, 'main/bench/loop.ts', 'main/bench/refused.ts'],
    packages: ['zod'],
    node: 'all',
  },
  // What it streams to pages has the contract's shape.
  { path: 'main/bench', may: ['main/core', CONTRACT] },
  {
    path: 'main/api',
    may: ['main/core', 'main/bench', 'main/drill', 'main/people', CONTRACT],
    packages: ['@orpc', 'zod', 'csv-parse'],
    node: ['node:buffer'],
  },
  { path: 'main/desktop', may: ['main/api', MODEL, PORTS, CONTRACT, 'preload/native.ts'], packages: ['electron', '@orpc'], node: 'all' },
  // How long a cookie lives is a rule of sessions.
  {
    path: 'main/web',
    may: ['main/api', 'main/people', MODEL, 'main/core/access', PORTS, CONTRACT],
    packages: ['@orpc', 'fastify', 'ws'],
    node: 'all',
  },
  {
    // Phones authenticate here as on the bench: one reading of credentials and paths for both doors.
    path: 'main/central',
    may: [
      'main/core',
      'main/packs',
      'main/api',
      PORTS,
      CONTRACT,
      'main/net/http/credentials.ts',
      'main/net/http/nonce.ts',
      'main/net/http/request-path.ts',
      'main/net/tls/client-certificate.ts',
      // What is carried by hand is sealed in one way at both ends.
      'main/sync/exchange-seal.ts',
      // People sign in here as on a bench: the same cookie, the same questions.
      'main/people',
      ...['cookie', 'gate', 'hosts', 'sign-in', 'answers'].map((name) => `main/web/${name}.ts`),
      'main/bench/refused.ts',
    ],
    packages: ['@orpc', 'fastify', 'pg', '@electric-sql/pglite', 'zod'],
    node: 'all',
  },
  // Signing in, for the bench's doors and the central store.
  { path: 'main/people', may: ['main/core', PORTS], node: 'all' },
  // Nothing of ours at all: an attacker that shares the server's rules finds no hole in them.
  { path: 'main/drill', may: [], node: 'all' },
  // Nothing of the server's rules: a phone that shares the server's mistakes proves nothing.
  { path: 'main/phones', may: [MODEL], packages: ['zod', 'yaml', 'dhcp'], node: 'all' },
]

const PAGE_PACKAGES = ['react', 'react-dom', 'zustand', '@mantine', '@tanstack/react-virtual']

const PRELOAD: readonly Layer[] = [
  { path: CONTRACT, may: [MODEL], packages: ['zod', '@orpc/contract'], pure: true },
  { path: 'preload/native.ts', may: [] },
  { path: 'preload/electron.ts', may: [CONTRACT, 'preload/native.ts'], packages: ['electron'] },
  { path: 'preload/browser.ts', may: [CONTRACT, 'preload/native.ts'] },
]

const RENDERER: readonly Layer[] = [
  { path: 'renderer', may: [CONTRACT], packages: PAGE_PACKAGES },
  { path: 'renderer/vite-env.d.ts', may: [], packages: ['vite'] },
  { path: 'renderer/client', may: ['renderer', CONTRACT], packages: [...PAGE_PACKAGES, '@orpc/client', '@orpc/contract'] },
  {
    path: 'renderer/client/connect.ts',
    may: ['renderer', CONTRACT, 'preload/browser.ts', 'preload/native.ts'],
    packages: ['@orpc/client', '@orpc/contract'],
  },
]

export const LAYERS: readonly Layer[] = [...CORE, ...MAIN, ...PRELOAD, ...RENDERER]
