import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLoop, type Loop } from '../../main/bench/loop.ts'
import { createSteadyClock, type SteadyClock } from '../../main/bench/steady-clock.ts'
import { answerFile } from '../../main/core/files/answer.ts'
import { fileDelivered } from '../../main/core/files/delivered.ts'
import { revokeDevice } from '../../main/core/files/revoke.ts'
import type { FileAnswer } from '../../main/core/model/files.ts'
import { openWindow } from '../../main/core/staging/commands.ts'
import { startDevice } from '../../main/core/staging/start.ts'
import { tick } from '../../main/core/tick.ts'
import { type OpenStore, openStore } from '../../main/store/open.ts'
import { bytes, MAC, NOW } from '../support/builders.ts'
import { bundledPacks, packWorld, setAt } from '../support/pack-world.ts'

/**
 * The rules of windows and tokens as product.md gives them ("First contact, exactly"), written here once more and held against the bench: whatever requests,
 * resets, restarts of the bench and jumps of the clock come in whatever order, no answer holds a secret outside these rules. The bench is the real one: loop,
 * store on a disk, clock; only sockets are left out.
 */
const DAY = 86_400_000
const ADDRESS = '10.66.0.20'
const STRANGE_ADDRESS = '10.66.0.77'
const AGENT = 'Yealink SIP-T46S 66.86.0.20 80:5e:c0:12:34:56'
const FACTS = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
const SIP_SECRET = 'sip-secret-of-line-1'
const CLEAR = { seal: (text: string) => text, open: (text: string) => text }

/** What the outside knows: times are true ones, whatever the machine's clock says. */
type Model = {
  now: number
  window: { from: number; to: number } | null
  pending: { text: string; issuedAt: number } | null
  proven: { text: string; provenAt: number } | null
  dead: string[]
}

type Bench = {
  folder: string
  store: OpenStore
  loop: Loop
  clock: SteadyClock
  hands: { wall: number; steady: number }
  seed: number
}

const reached = { proven: 0, rotated: 0, refusedAfterProof: 0, restarts: 0, jumps: 0 }

async function openBench(folder: string, hands: Bench['hands'], mark: ReturnType<SteadyClock['mark']>): Promise<Bench> {
  const store = await openStore({ folder, sealer: CLEAR, log: () => undefined, reserveBytes: 16 * 1024 })
  const { world } = packWorld(await bundledPacks())
  Object.assign(store.world, { packs: world.packs, network: world.network })
  const clock = createSteadyClock({ wall: () => hands.wall, steady: () => hands.steady, boot: 'boot' }, mark, () => undefined)
  const loop = createLoop({ store, clock, log: () => undefined, onCommitted: [], perform: () => undefined })
  return { folder, store, loop, clock, hands, seed: 1 }
}

async function newBench(): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'option66-rules-'))
  const bench = await openBench(folder, { wall: NOW, steady: 1000 }, null)
  const line = { number: '100', displayName: 'One', sipUser: '100', sipPassword: SIP_SECRET }
  const { device, world } = packWorld(await bundledPacks(), { mac: MAC, model: 'T46S', windowStartAt: null, windowEndAt: null }, [line])
  setAt(world, 'profile', 'p', { 'provisioning.url': 'http://central.example/p/' })
  await bench.store.commit([
    ...[...world.profile].map(([id, value]) => ({ entity: 'profile' as const, id, value })),
    ...[...world.group].map(([id, value]) => ({ entity: 'group' as const, id, value })),
    ...[...world.department].map(([id, value]) => ({ entity: 'department' as const, id, value })),
    ...[...world.line].map(([id, value]) => ({ entity: 'line' as const, id, value })),
    ...[...world.layer].map(([id, value]) => ({ entity: 'layer' as const, id, value })),
    { entity: 'device', id: MAC, value: device },
  ])
  return bench
}

function pass(model: Model, bench: Bench, ms: number): void {
  model.now += ms
  bench.hands.wall += ms
  bench.hands.steady += ms
}

type Asked = { password: string | null; peer: string; path: string; isWhole: boolean }

async function fetch(bench: Bench, { isWhole, password, path, peer }: Asked): Promise<FileAnswer> {
  const credentials = password === null ? null : ({ scheme: 'basic', user: MAC, password } as const)
  const request = { via: 'http', method: 'GET', path, userAgent: AGENT, peer, credentials, fresh: bytes(bench.seed++) } as const
  const answer = await bench.loop.ask((world, now) => answerFile(request, world, now))
  if (isWhole && answer.kind === 'text' && answer.delivery !== null) {
    const { delivery } = answer
    await bench.loop.ask((world, now) => fileDelivered(delivery, world, now))
  }
  return answer
}

const bodyOf = (answer: FileAnswer) => (answer.kind === 'text' ? answer.body : '')
const tokenIn = (body: string) => /server\.password = ([0-9A-Za-z]{43})/.exec(body)?.[1] ?? null
const isOpen = ({ now, window }: Model) => window !== null && window.from <= now && now < window.to

/** May this token open anything now? A proven one always; a pending one until a day after its window. */
function opens(model: Model, text: string | null): boolean {
  if (text === null) return false
  if (model.proven?.text === text) return true
  const { now, pending, window } = model
  return pending?.text === text && window !== null && now < window.to + DAY && pending.issuedAt >= window.from - DAY
}

/** May the MAC alone have the first stage now? Inside the window, and after a proof only when a person opened one since. */
function admitsByMac(model: Model): boolean {
  return isOpen(model) && (model.proven === null || (model.window?.from ?? 0) > model.proven.provenAt)
}

type Step = { title: string; run(model: Model, bench: Bench): Promise<Bench> }

class Act implements fc.AsyncCommand<Model, { bench: Bench }> {
  readonly #step: Step
  constructor(step: Step) {
    this.#step = step
  }
  check = () => true
  async run(model: Model, real: { bench: Bench }): Promise<void> {
    pass(model, real.bench, 1000)
    real.bench = await this.#step.run(model, real.bench)
    const living = [...real.bench.store.world.token.values()].flatMap((set) => set.tokens.filter((token) => token.state === 'proven'))
    expect(living.length).toBeLessThanOrEqual(1)
    expect(real.bench.clock.now()).toBe(model.now)
  }
  toString = () => this.#step.title
}

const WHO = ['nobody', 'pending', 'proven', 'dead', 'wrong'] as const

const ask = (who: (typeof WHO)[number], isHome: boolean, isOwn: boolean, isWhole: boolean): Step => ({
  title: `ask as ${who}${isHome ? '' : ' from elsewhere'}${isOwn ? '' : ' for a common file'}${isWhole ? '' : ', cut'}`,
  async run(model, bench) {
    const texts = {
      nobody: null,
      pending: model.pending?.text ?? null,
      proven: model.proven?.text ?? null,
      dead: model.dead.at(-1) ?? null,
      wrong: 'w'.repeat(43),
    }
    const password = texts[who]
    const path = isOwn ? `/${MAC}.cfg` : '/y000000000066.cfg'
    const answer = await fetch(bench, { password, peer: isHome ? ADDRESS : STRANGE_ADDRESS, path, isWhole })
    const body = bodyOf(answer)
    const given = tokenIn(body)
    const hasSip = body.includes(SIP_SECRET)

    // No secret but to the phone's own address, and none in what all phones share.
    if (!isHome || !isOwn) expect([hasSip, given]).toEqual([false, null])
    // A SIP password only to a token that opens.
    if (hasSip) expect(opens(model, password)).toBe(true)
    // A token only to whom the MAC admits, or to the very token that was shown.
    if (given !== null && given !== password) {
      expect(admitsByMac(model)).toBe(true)
      expect(opens(model, password)).toBe(false)
      expect(model.dead).not.toContain(given)
      expect(given).not.toBe(model.proven?.text)
      const isSame = model.pending?.text === given
      // Repeats give the same bytes, as long as the window is the same.
      if (!isSame && model.pending !== null) expect(model.pending.issuedAt).toBeLessThan((model.window?.from ?? 0) - DAY)
      if (!isSame) {
        if (model.pending !== null) model.dead.push(model.pending.text)
        model.pending = { text: given, issuedAt: model.now }
      }
    }
    // After the proof the MAC opens nothing.
    if (who === 'nobody' && model.proven !== null && !admitsByMac(model)) {
      expect(given).toBeNull()
      reached.refusedAfterProof += 1
    }
    // Shown and answered with what only a token opens: proven.
    if (who === 'pending' && password !== null && opens(model, password) && hasSip) {
      if (model.proven !== null) {
        model.dead.push(model.proven.text)
        reached.rotated += 1
      }
      model.proven = { text: password, provenAt: model.now }
      model.pending = null
      reached.proven += 1
    }
    // A proven token always passes.
    if (who === 'proven' && password !== null && isHome && isOwn) expect(answer.kind).toBe('text')
    return bench
  },
})

const powerOn: Step = {
  title: 'the phone starts',
  async run(model, bench) {
    await bench.loop.ask((world, now) => {
      const lease = { mac: MAC, address: ADDRESS, facts: FACTS, startedAt: now, expiresAt: now + 400 * DAY, releasedAt: null }
      const started = startDevice(world, { mac: MAC, address: ADDRESS, facts: FACTS, isNewStart: true }, now)
      return { reply: null, changes: [{ entity: 'lease', id: MAC, value: lease }, ...started.changes], effects: started.effects }
    })
    expect(model.now).toBe(bench.clock.now())
    return bench
  },
}

const window = (minutes: number): Step => ({
  title: `a window of ${minutes} minutes`,
  async run(model, bench) {
    const opened = await bench.loop.ask((world, now) => openWindow({ mac: MAC, minutes, reason: 'a person says so' }, 'test', world, now))
    expect(opened.ok).toBe(true)
    model.window = { from: model.now, to: model.now + minutes * 60_000 }
    return bench
  },
})

const revoke: Step = {
  title: 'revoked',
  async run(model, bench) {
    await bench.loop.ask((world, now) => revokeDevice({ mac: MAC, reason: 'stolen' }, 'test', world, now))
    for (const one of [model.pending, model.proven]) if (one !== null) model.dead.push(one.text)
    model.pending = null
    model.proven = null
    return bench
  },
}

const time = (ms: number): Step => ({
  title: `${Math.round(ms / 60_000)} minutes pass`,
  async run(model, bench) {
    pass(model, bench, ms)
    await bench.loop.ask(tick)
    return bench
  },
})

const jump = (ms: number): Step => ({
  title: `the clock is set by ${Math.round(ms / 1000)} s`,
  run(_, bench) {
    bench.hands.wall += ms
    reached.jumps += 1
    return Promise.resolve(bench)
  },
})

const restart = (downMs: number, jumpMs: number): Step => ({
  title: `restart${jumpMs === 0 ? '' : ` and the clock set by ${jumpMs} ms meanwhile`}`,
  async run(model, bench) {
    const mark = bench.clock.mark()
    await bench.store.close()
    pass(model, bench, downMs)
    bench.hands.wall += jumpMs
    reached.restarts += 1
    return { ...(await openBench(bench.folder, bench.hands, mark)), seed: bench.seed }
  },
})

const jumps = fc.oneof(
  fc.constant(-NOW),
  fc.constant(DAY),
  fc.integer({ min: 3000, max: 400 * DAY }),
  fc.integer({ min: -400 * DAY, max: -3000 }),
)
const steps: fc.Arbitrary<Step>[] = [
  fc.constant(ask('nobody', true, true, true)),
  fc.constant(ask('pending', true, true, true)),
  fc.constant(ask('pending', true, true, true)),
  fc
    .tuple(fc.constantFrom(...WHO), fc.boolean(), fc.boolean(), fc.boolean())
    .map(([who, isHome, isOwn, isWhole]) => ask(who, isHome, isOwn, isWhole)),
  fc.constant(powerOn),
  fc.integer({ min: 1, max: 300 }).map(window),
  fc.constant(revoke),
  fc.oneof(fc.integer({ min: 0, max: 90 * 60_000 }), fc.integer({ min: 0, max: 3 * DAY })).map(time),
  jumps.map(jump),
  fc.tuple(fc.integer({ min: 0, max: DAY }), fc.oneof(fc.constant(0), jumps)).map(([down, by]) => restart(down, by)),
]

test('no sequence of requests, resets, restarts and clock jumps yields a secret outside the rules', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.commands(
        steps.map((step) => step.map((one) => new Act(one))),
        { size: '+1', maxCommands: 60 },
      ),
      async (commands) => {
        const real = { bench: await newBench() }
        const { folder } = real.bench
        try {
          // So that most runs get far: the phone is on, its window open.
          const model: Model = { now: NOW, window: null, pending: null, proven: null, dead: [] }
          await fc.asyncModelRun(() => ({ model, real }), [new Act(powerOn), new Act(window(60)), ...commands])
        } finally {
          await real.bench.store.close()
          await rm(folder, { recursive: true, force: true, maxRetries: 3 })
        }
      },
    ),
    { numRuns: 60 },
  )
  // A model that never gets there would prove nothing.
  for (const [what, count] of Object.entries(reached)) expect(count, what).toBeGreaterThan(0)
}, 180_000)
