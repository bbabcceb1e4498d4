import type { ChildProcess } from 'node:child_process'
import { open, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { stringify } from 'yaml'
import { type BenchChoice, type BenchOnLan, startBenchOnLan } from '../../../support/bench-on-lan.ts'
import { dice } from '../../../support/dice.ts'
import { jsonLines } from '../../../support/json-lines.ts'
import type { Lan } from '../../../support/lan.ts'
import {
  BROADCAST,
  DECLINE,
  DISCOVER,
  INFORM,
  macOf,
  type RawPhone,
  rawPhone,
  RELEASE,
  REQUEST,
  wordsToBytes,
} from '../../../support/raw-phone.ts'
import { udpFrame, type Wire } from '../../../support/raw-wire.ts'
import { waitFor } from '../../../support/wait-for.ts'
import { asHex, asNumber, asText, SERVER, summary } from './shared.ts'

/** What a row with a bench of its own works with: two cards of raw frames, one host with a stack, and a way to start benches. */
export type Own = {
  lan: Lan
  lab: Wire
  office: Wire
  /** A namespace on the lab LAN whose kernel may have addresses: squatters, other servers. */
  host: string
  /** Starts another program; it is ended after the row. */
  start(namespace: string, command: readonly string[]): ChildProcess
  /** Starts a bench; it is stopped and removed after the row. */
  bench(choice?: BenchChoice): Promise<BenchOnLan>
  phone(row: number, n?: number): RawPhone
}

export type OwnRow = { id: string; what: string; timeoutMs?: number; isWaiting?: true; run(own: Own): Promise<void> }

const FOREIGN = fileURLToPath(new URL('../foreign-process.ts', import.meta.url))
type Status = {
  running: boolean
  services: Record<string, string | { error: string; message: string; hint: string }>
  problems: { code: string; message: string }[]
}
const statusOf = (bench: BenchOnLan) => bench.call<Status>('bench.status')
const timelineOf = async (bench: BenchOnLan, mac: string) =>
  (await bench.call<{ timeline: { kind: string; level: string; text: string }[] }>('devices.get', { mac })).timeline

/** What stands in the timeline of the bench itself; written within a moment. */
async function benchNotes(bench: BenchOnLan): Promise<string> {
  return readFile(join(bench.folder, 'data/timelines/bench.ndjson'), 'utf8').catch(() => '')
}

export const OWN_ROWS: readonly OwnRow[] = [
  {
    id: 'M01',
    what: 'options with placeholders name the address of the NIC that is served, and the phone’s MAC',
    timeoutMs: 60_000,
    async run({ bench, phone, office }) {
      const options = {
        66: 'http://{server}/{mac}/',
        67: '{mac}-{model}.cfg',
        150: ['{server}'],
        160: 'http://{{ bench.address }}/{{ MAC }}',
      }
      const onLab = await bench({ dhcp: { options } })
      const list = [66, 67, 150, 160]
      const first = await phone(101).lease({ list })
      const mac = macOf(101)
      expect(list.map((code) => (code === 150 ? asHex(first, code) : asText(first, code)))).toEqual([
        `http://10.66.0.1/${mac}/`,
        `${mac}-.cfg`,
        '0a420001',
        `http://10.66.0.1/${mac.toUpperCase()}`,
      ])
      await onLab.stop()
      await bench({ dhcp: { options }, interface: 'off0', options: ['--allow-default-route', 'off0'] })
      const second = await rawPhone(office, macOf(101, 1)).lease({ list })
      expect([asText(second, 66), asHex(second, 150), asHex(second, 54)]).toEqual([
        `http://192.0.2.10/${macOf(101, 1)}/`,
        'c000020a',
        'c000020a',
      ])
    },
  },
  {
    id: 'M02',
    what: 'another server is named (address, MAC) before the first OFFER, and within a second while running; offers stop',
    timeoutMs: 60_000,
    isWaiting: true,
    async run({ bench, phone, lan, host, lab, start }) {
      await lan.exec(host, ['ip', 'address', 'replace', '10.66.0.254/24', 'brd', '+', 'dev', 'eth0'])
      const foreign = () => start(host, [process.execPath, FOREIGN, 'eth0', '10.66.0.254'])
      const isUp = async (child: ReturnType<typeof foreign>) =>
        void (await jsonLines<{ ready?: string }>(child).until((line) => line.ready !== undefined))
      const first = foreign()
      await isUp(first)
      const one = await bench()
      expect(one.ready.services.dhcp).toMatchObject({ error: 'DHCP_FOREIGN_SERVER' })
      const problem = (await statusOf(one)).services.dhcp
      expect(JSON.stringify(problem)).toMatch(/10\.66\.0\.254 \(([0-9A-F]{2}:){5}[0-9A-F]{2}\)/)
      const before = lab.heard.length
      phone(102, 1).say({ type: DISCOVER, flags: BROADCAST })
      await lab.next(() => false, 700)
      const offers = lab.heard.slice(before).filter((frame) => frame.udp?.sourcePort === 67 && frame.udp.source === SERVER)
      expect(offers).toEqual([])
      first.kill('SIGKILL')
      await waitFor('offers go on', async () => typeof (await statusOf(one)).services.dhcp === 'string', 20)
      expect((await phone(102, 2).ask({ type: DISCOVER }))?.frame.udp?.source).toBe(SERVER)
      const second = foreign()
      await isUp(second)
      phone(102, 3).say({ type: REQUEST, requested: '10.66.0.241', server: '10.66.0.254' })
      await waitFor('a warning within a second', async () => typeof (await statusOf(one)).services.dhcp !== 'string', 1.5)
    },
  },
  {
    id: 'M03',
    what: 'a MAC that nobody listed: silence, shown as ignored; a listed one is served',
    async run({ bench, phone }) {
      const one = await bench({ dhcp: { answer: 'listed' } })
      await one.call('devices.add', { mac: macOf(103, 1) })
      expect(await phone(103).ask({ type: DISCOVER, vendor: 'yealink' }, { timeoutMs: 500 })).toBeNull()
      expect((await phone(103, 1).lease()).kind).toBe('ACK')
      await waitFor('the note', async () => /80:5E:C0:67:00:00.*was ignored: nobody ordered it/.test(await benchNotes(one)))
    },
  },
  {
    id: 'C40',
    what: '1,500 random mutations of good packets (fixed seed): the process lives, the next phone is served',
    timeoutMs: 60_000,
    async run({ bench, phone, lab }) {
      const one = await bench({ dhcp: { pool: '10.66.0.20-10.66.0.250', options: { 43: { 1: 'x' }, 66: 'http://10.66.0.1/' } } })
      const random = dice('spoilt DHCP packets')
      const good = [
        wordsToBytes({ mac: macOf(40, 1), type: DISCOVER, list: [1, 3, 66, 43], vendor: 'yealink' }),
        wordsToBytes({ mac: macOf(40, 2), type: REQUEST, requested: '10.66.0.30', server: SERVER }),
        wordsToBytes({ mac: macOf(40, 3), type: INFORM, ciaddr: '10.66.0.240', list: [66] }),
        wordsToBytes({ mac: macOf(40, 4), type: DECLINE, requested: '10.66.0.31', server: SERVER }),
        wordsToBytes({ mac: macOf(40, 5), type: RELEASE, ciaddr: '10.66.0.32', server: SERVER }),
        wordsToBytes({ mac: macOf(40, 6), type: DISCOVER, giaddr: '10.66.0.2', more: [[82, Uint8Array.of(1, 2, 3, 4)]] }),
      ]
      for (let i = 0; i < 1500; i++) {
        const payload = Uint8Array.from(good[i % good.length] ?? [])
        const changes = 1 + Math.floor(random() * 8)
        // Not in the MAC: 1,500 phones would only show an empty pool.
        for (let n = 0; n < changes; n++) payload[mutable(Math.floor(random() * payload.length))] = Math.floor(random() * 256)
        const cut = random() < 0.2 ? Math.floor(random() * payload.length) : payload.length
        lab.send(udpFrame({ from: macOf(40), payload: payload.subarray(0, cut) }))
        if (i % 100 === 99) await phone(40, 9).ask({ type: DISCOVER }) // so that nothing is lost in a queue
      }
      expect((await phone(40, 0xffff).lease()).kind).toBe('ACK')
      expect((await statusOf(one)).running).toBe(true)
      expect(one.log.filter((line) => line.level === 'error' && !/pool/.test(String(line.msg)))).toEqual([])
    },
  },
  {
    id: 'C41',
    what: '300 MACs send DISCOVER and vanish, pool of 181: no hang, phones with a lease renew, a waiting phone is served after the offer time',
    timeoutMs: 90_000,
    isWaiting: true,
    async run({ bench, phone, lab }) {
      await bench({ dhcp: { pool: '10.66.0.20-10.66.0.200' } })
      const { yiaddr } = await phone(41, 1000).lease()
      lab.own(yiaddr, macOf(41, 1000))
      for (let n = 0; n < 300; n++) phone(41, n).say({ type: DISCOVER })
      const started = performance.now()
      expect(summary(await phone(41, 1000).ask({ type: REQUEST, ciaddr: yiaddr }, { source: yiaddr }))).toBe(`ACK ${yiaddr}`)
      const real = () => phone(41, 2000).ask({ type: DISCOVER }, { timeoutMs: 1000 })
      const offer = await waitFor('an address for the real phone', async () => (await real()) ?? undefined, 60)
      expect(offer.kind).toBe('OFFER')
      expect(performance.now() - started).toBeLessThan(60_000)
    },
  },
  {
    id: 'C21',
    what: 'five phones, pool of four: the fifth hears nothing and the board says so; the four renew; a free address ends it',
    timeoutMs: 60_000,
    async run({ bench, phone }) {
      const one = await bench({ dhcp: { pool: '10.66.0.20-10.66.0.23' } })
      const leases = []
      for (let n = 0; n < 4; n++) leases.push(await phone(21, n).lease())
      expect(typeof (await statusOf(one)).services.dhcp).toBe('string')
      expect(await phone(21, 4).ask({ type: DISCOVER }, { timeoutMs: 500 })).toBeNull()
      expect((await statusOf(one)).services.dhcp).toMatchObject({ error: 'DHCP_POOL_EMPTY' })
      for (const [n, { yiaddr }] of leases.entries())
        expect(summary(await phone(21, n).ask({ type: REQUEST, requested: yiaddr }))).toBe(`ACK ${yiaddr}`)
      phone(21).say({ type: RELEASE, ciaddr: leases[0]?.yiaddr ?? '', server: SERVER }, { source: leases[0]?.yiaddr ?? '' })
      expect((await phone(21, 4).lease()).kind).toBe('ACK')
      await waitFor('the note', async () => (await benchNotes(one)).includes('the pool is empty'))
    },
  },
  {
    id: 'C22',
    what: 'a lease runs out unrenewed: its address goes to the phone that waits',
    timeoutMs: 60_000,
    async run({ bench, phone }) {
      await bench({ dhcp: { pool: '10.66.0.20-10.66.0.20', leaseSeconds: 2 } })
      expect(asNumber(await phone(22).lease(), 51)).toBe(2)
      const waiting = () => phone(22, 1).ask({ type: DISCOVER }, { timeoutMs: 400 })
      expect(await waiting()).toBeNull()
      const offer = await waitFor('the address', async () => (await waiting()) ?? undefined, 10)
      expect(summary(offer)).toBe('OFFER 10.66.0.20')
    },
  },
  {
    id: 'C23',
    what: 'restart; strangers ask first, then the old phones: leases known, no address twice',
    timeoutMs: 60_000,
    async run({ bench, phone }) {
      const one = await bench()
      const before = [await phone(23, 1).lease(), await phone(23, 2).lease()].map(({ yiaddr }) => yiaddr)
      await one.stop()
      await one.again()
      for (let n = 10; n < 16; n++) expect(before).not.toContain((await phone(23, n).lease()).yiaddr)
      expect(summary(await phone(23, 1).ask({ type: REQUEST, requested: before[0] ?? '' }))).toBe(`ACK ${before[0]}`)
      expect((await phone(23, 2).lease()).yiaddr).toBe(before[1])
    },
  },
  {
    id: 'C25',
    what: 'kill -9 right after an ACK, restart: the lease was on disk before the ACK left',
    timeoutMs: 60_000,
    async run({ bench, phone }) {
      const one = await bench()
      const { yiaddr, kind } = await phone(25).lease()
      await one.stop('SIGKILL')
      expect(kind).toBe('ACK')
      await one.again()
      for (let n = 10; n < 16; n++) expect((await phone(25, n).lease()).yiaddr).not.toBe(yiaddr)
      expect(summary(await phone(25).ask({ type: REQUEST, requested: yiaddr }))).toBe(`ACK ${yiaddr}`)
    },
  },
  {
    id: 'C18',
    what: 'the candidate address is used by a host that answers no ping, behind a stale ARP entry: another is offered, the conflict shown',
    timeoutMs: 60_000,
    async run({ bench, phone, lan, host }) {
      const one = await bench({ dhcp: { conflictCheck: true, pool: '10.66.0.20-10.66.0.40' } })
      await lan.exec(host, ['ip', 'address', 'add', '10.66.0.20/24', 'dev', 'eth0'])
      await lan.exec(host, ['sysctl', '-qw', 'net.ipv4.icmp_echo_ignore_all=1'])
      await lan.exec(lan.bench, ['ip', 'neigh', 'replace', '10.66.0.20', 'lladdr', '02:00:00:00:00:77', 'dev', 'lab0', 'nud', 'stale'])
      const before = performance.now()
      expect(summary(await phone(18).ask({ type: DISCOVER }))).toBe('OFFER 10.66.0.21')
      expect(performance.now() - before).toBeLessThan(1500)
      await waitFor('the note', async () =>
        /10\.66\.0\.20 is used by ([0-9A-F]{2}:){5}[0-9A-F]{2} without a lease/.test(await benchNotes(one)),
      )
    },
  },
  {
    id: 'C19',
    what: 'DECLINE: the address is put aside, the phone gets another, the user sees a warning; a restart does not forget it',
    timeoutMs: 60_000,
    async run({ bench, phone }) {
      const one = await bench()
      const { yiaddr } = await phone(19).lease()
      phone(19).say({ type: DECLINE, requested: yiaddr, server: SERVER })
      const second = await phone(19).lease()
      expect([second.kind, second.yiaddr === yiaddr]).toEqual(['ACK', false])
      expect(await timelineOf(one, macOf(19))).toContainEqual(expect.objectContaining({ kind: 'dhcp.declined', level: 'warn' }))
      await one.stop()
      await one.again()
      expect((await phone(19, 1).ask({ type: DISCOVER, requested: yiaddr }))?.yiaddr).not.toBe(yiaddr)
    },
  },
  {
    id: 'M04',
    what: 'a second program on 67, 69 or 80 of this machine: that service says port and program, and is never shared',
    timeoutMs: 60_000,
    async run({ bench, lan, start }) {
      const holder = `const d = require('dgram'); const n = require('net'); for (const p of [67, 69]) d.createSocket({ type: 'udp4', reuseAddr: true }).bind(p);
        n.createServer().listen(80, () => process.stdout.write('{"held":true}\\n'))`
      const child = start(lan.bench, [process.execPath, '-e', holder])
      await jsonLines<{ held?: boolean }>(child).until((line) => line.held === true)
      const one = await bench({ with: ['tftp', 'http'] })
      for (const [name, port] of Object.entries({ dhcp: 67, tftp: 69, http: 80 })) {
        const said = (await statusOf(one)).services[name]
        expect(said).toMatchObject({ error: 'BENCH_PORT_IN_USE', message: `Port ${port} is in use by node (process ${child.pid})` })
      }
    },
  },
  {
    id: 'M05',
    what: 'link lost, address changed: no answer with the old address, said so, and back by itself; leases keep their time when the clock is set (core, clock-step)',
    timeoutMs: 60_000,
    isWaiting: true,
    async run({ bench, phone, lan }) {
      const one = await bench()
      const wires = lan.bench.replace(/bench$/, 'wires')
      const isOff = (code: string) => async () => {
        const status = await statusOf(one)
        return !status.running && status.problems.some((problem) => problem.code === code)
      }
      const isBack = async () => {
        const { running, services } = await statusOf(one)
        return running && services.dhcp === '10.66.0.1:67 on lab0'
      }
      const { yiaddr } = await phone(105).lease()
      await lan.exec(lan.bench, ['ip', '-n', wires, 'link', 'set', 'pb', 'down'])
      await waitFor('the link is missed', isOff('BENCH_LINK_DOWN'), 5)
      await lan.exec(lan.bench, ['ip', '-n', wires, 'link', 'set', 'pb', 'up'])
      await waitFor('the services are back', isBack, 10)
      expect(summary(await phone(105).ask({ type: REQUEST, requested: yiaddr }))).toBe(`ACK ${yiaddr}`)

      await lan.exec(lan.bench, ['sh', '-c', 'ip address add 10.77.0.9/24 dev lab0 && ip address del 10.66.0.1/24 dev lab0'])
      await new Promise((resolve) => setTimeout(resolve, 250)) // the address is looked at five times a second
      expect(await phone(105, 1).ask({ type: DISCOVER }, { timeoutMs: 500 })).toBeNull()
      await waitFor('the address is missed', async () => (await isOff('BENCH_ADDRESS_CHANGED')()) || isOff('BENCH_NO_ADDRESS')(), 5)
      await lan.exec(lan.bench, ['sh', '-c', 'ip address add 10.66.0.1/24 brd + dev lab0 && ip address del 10.77.0.9/24 dev lab0'])
      await waitFor('the services are back', isBack, 10)
      expect((await phone(105, 1).lease()).kind).toBe('ACK')

      await lan.exec(lan.bench, ['ip', '-n', wires, 'link', 'set', 'pb', 'down'])
      await waitFor('the link is missed', isOff('BENCH_LINK_DOWN'), 5)
      await one.call('bench.stop')
      await lan.exec(lan.bench, ['ip', '-n', wires, 'link', 'set', 'pb', 'up'])
      await new Promise((resolve) => setTimeout(resolve, 2500)) // two looks at the interface
      expect((await statusOf(one)).running).toBe(false) // a person stopped it: it stays off
    },
  },
  {
    id: 'M06',
    what: 'options changed while phones hold leases: the next RENEW, INFORM and DISCOVER carry the new values; a broken file changes nothing',
    timeoutMs: 60_000,
    async run({ bench, phone, lab }) {
      const before = { answer: 'everybody', conflictCheck: false, options: { 66: 'http://before/' } }
      const one = await bench({ dhcp: before })
      const { yiaddr } = await phone(106).lease({ list: [66] })
      lab.own(yiaddr, macOf(106))
      const file = join(one.folder, 'dhcp.yaml')
      await writeFile(file, stringify({ ...before, options: { 66: 'http://after/' } }))
      const renew = () => phone(106).ask({ type: REQUEST, ciaddr: yiaddr, list: [66] }, { source: yiaddr })
      await waitFor('the new value', async () => asText(await renew(), 66) === 'http://after/')
      expect(asText(await phone(106).ask({ type: INFORM, ciaddr: yiaddr, list: [66] }, { source: yiaddr }), 66)).toBe('http://after/')
      expect(asText(await phone(106, 1).ask({ type: DISCOVER, list: [66] }), 66)).toBe('http://after/')
      await writeFile(file, 'options: { 66: ')
      await waitFor('the complaint', () => one.log.some((line) => line.code === 'DHCP_CONFIG_INVALID'))
      expect(asText(await renew(), 66)).toBe('http://after/')
    },
  },
  {
    id: 'M10',
    what: 'a pool with the server’s, network or broadcast address: they are left out; one outside the subnet is refused with the reason',
    timeoutMs: 60_000,
    async run({ bench, phone }) {
      const low = await bench({ dhcp: { pool: '10.66.0.0-10.66.0.3' } })
      const got = [await phone(110, 1).lease(), await phone(110, 2).lease()].map(({ yiaddr }) => yiaddr)
      expect(got.sort()).toEqual(['10.66.0.2', '10.66.0.3'])
      expect(await phone(110, 3).ask({ type: DISCOVER }, { timeoutMs: 400 })).toBeNull()
      await low.stop()
      const high = await bench({ dhcp: { pool: '10.66.0.254-10.66.0.255' } })
      expect((await phone(110, 4).lease()).yiaddr).toBe('10.66.0.254')
      expect(await phone(110, 5).ask({ type: DISCOVER }, { timeoutMs: 400 })).toBeNull()
      await high.stop()
      const outside = await bench({ dhcp: { pool: '10.77.0.20-10.77.0.40' } })
      const { problems, running } = await statusOf(outside)
      expect([running, problems[0]?.code, problems[0]?.message]).toEqual([
        false,
        'BENCH_POOL_INVALID',
        'The pool 10.77.0.20-10.77.0.40 does not fit: 10.77.0.20 is outside 10.66.0.1/24',
      ])
    },
  },
  {
    id: 'M12',
    what: 'a lease file cut in the middle, or with bytes gone bad: starts with what is readable, keeps a copy, warns; the address of an unreadable lease counts as in use',
    timeoutMs: 60_000,
    async run({ bench, phone }) {
      const one = await bench()
      const first = await phone(112, 1).lease()
      const second = await phone(112, 2).lease()
      await one.stop('SIGKILL')
      const data = join(one.folder, 'data')
      const journal = join(data, (await readdir(data)).find((name) => /^journal-\d+\.ndjson$/.test(name)) ?? '')
      const text = await readFile(journal, 'latin1')
      // Cut inside the line of the second lease, after its address.
      const place = text.indexOf(`"address":"${second.yiaddr}"`, text.indexOf(`["lease","${macOf(112, 2)}"`))
      await truncate(journal, place + 40)
      const two = await one.again()
      for (let n = 10; n < 14; n++) expect([first.yiaddr, second.yiaddr]).not.toContain((await phone(112, n).lease()).yiaddr)
      expect(summary(await phone(112, 2).ask({ type: REQUEST, requested: second.yiaddr }))).toBe(`ACK ${second.yiaddr}`)
      await waitFor('the note', async () => (await benchNotes(two)).includes(`${second.yiaddr} counts as in use`))
      await two.stop('SIGKILL')
      // Bytes gone bad in the line of the first lease, behind its address: the line is whole and its checksum does not hold.
      const newest = join(
        data,
        (await readdir(data))
          .filter((name) => /^journal-\d+\.ndjson$/.test(name))
          .sort()
          .at(-1) ?? '',
      )
      const whole = await readFile(newest, 'latin1')
      const at = whole.lastIndexOf('"expiresAt":')
      const handle = await open(newest, 'r+')
      await handle.write('"EXPIRESat"', at)
      await handle.close()
      const three = await two.again()
      const status = await statusOf(three)
      expect(status.running).toBe(true)
      expect(status.problems.map((problem) => problem.code)).toContain('STORE_RESTORED')
      expect((await readdir(data)).some((name) => name.includes('.damaged-'))).toBe(true)
      expect(summary(await phone(112, 1).ask({ type: REQUEST, requested: first.yiaddr }))).toBe(`ACK ${first.yiaddr}`)
    },
  },
]

/** Any byte but those of `chaddr`. */
function mutable(at: number): number {
  return at >= 28 && at < 34 ? at + 8 : at
}

/** What a row starts and changes is ended and put right after it, whether it passed or not. */
export function ownThings(lan: Lan, host: string): Pick<Own, 'bench' | 'start'> & { putRight(): Promise<void> } {
  const benches: BenchOnLan[] = []
  const programs: ChildProcess[] = []
  const noted = (bench: BenchOnLan): BenchOnLan => {
    benches.push(bench)
    return { ...bench, again: async (dhcp) => noted(await bench.again(dhcp)) }
  }
  return {
    bench: async (choice) => noted(await startBenchOnLan(lan, choice)),
    start(namespace, command) {
      const child = lan.start(namespace, command)
      programs.push(child)
      return child
    },
    async putRight() {
      for (const child of programs.splice(0)) child.kill('SIGKILL')
      for (const bench of benches.splice(0).reverse()) await bench.close()
      await lan.exec(host, ['ip', 'address', 'flush', 'dev', 'eth0'])
      await lan.exec(lan.bench, ['ip', '-n', lan.bench.replace(/bench$/, 'wires'), 'link', 'set', 'pb', 'up'])
      await lan.exec(lan.bench, ['ip', 'neigh', 'flush', 'dev', 'lab0', 'nud', 'all'])
      await lan.exec(lan.bench, ['ip', 'address', 'flush', 'dev', 'lab0'])
      await lan.exec(lan.bench, ['ip', 'address', 'add', '10.66.0.1/24', 'brd', '+', 'dev', 'lab0'])
    },
  }
}
