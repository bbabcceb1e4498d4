import { expect, test } from 'vitest'
import { answerDns } from '../../../main/core/dns/answer.ts'
import { NEW_STAGING } from '../../../main/core/model/device.ts'
import { HOUR, MAC, NOW } from '../../support/builders.ts'
import { bundledPacks, packWorld, setAt } from '../../support/pack-world.ts'

const BENCH = '10.66.0.1'
const HERE = { exists: true, address: BENCH, name: null }
const NONE = { exists: false }

async function worldWith(isReady: boolean) {
  const { world } = packWorld(await bundledPacks(), {
    pack: 'yealink/t4x-t5x',
    model: 'T46S',
    staging: { ...NEW_STAGING, readyAt: isReady ? NOW : null },
  } as never)
  setAt(world, 'profile', 'p', {
    'provisioning.url': 'https://Prov.Nordwind.example:8443/p/',
    'sip.registrar.host': 'sip.nordwind.example',
    'time.ntpServer': 'ntp.nordwind.example',
  })
  const facts = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
  world.lease.set(MAC, { mac: MAC, address: '10.66.0.20', facts, startedAt: NOW, expiresAt: NOW + HOUR, releasedAt: null })
  return world
}

const ROWS: [string, string, string, string, boolean, unknown, RegExp][] = [
  ['the bench', 'option66.internal', 'A', '10.66.0.20', false, HERE, /the bench itself/],
  ['the bench, a record it has not', 'option66', 'AAAA', '10.66.0.20', false, { ...HERE, address: null }, /no such record/],
  [
    'the bench, backwards',
    '1.0.66.10.in-addr.arpa',
    'PTR',
    '10.66.0.20',
    false,
    { exists: true, address: null, name: 'option66.internal' },
    /option66\.internal/,
  ],
  ['a redirect cloud', 'rps.yealink.com', 'A', '10.66.0.20', true, NONE, /redirect cloud of Yealink kept away/],
  ['a host below a redirect cloud', 'eu.rps.yealink.com', 'A', '10.66.0.20', true, NONE, /kept away/],
  ['a name that only ends like a cloud', 'notrps.yealink.com', 'A', '10.66.0.20', true, NONE, /not known/],
  ['production while it is staged', 'prov.nordwind.example', 'A', '10.66.0.20', false, NONE, /before the phone is ready/],
  ['production once it is ready', 'prov.nordwind.example', 'A', '10.66.0.20', true, HERE, /departure rehearsal/],
  ['the registrar once it is ready', 'sip.nordwind.example', 'A', '10.66.0.20', true, HERE, /departure rehearsal/],
  ['SRV of the registrar', 'sip.nordwind.example', 'SRV', '10.66.0.20', true, { ...HERE, address: null }, /rehearsal/],
  ['the time server, at any time', 'ntp.nordwind.example', 'A', '10.66.0.20', false, HERE, /tells the time/],
  ['production, asked by somebody without a lease', 'prov.nordwind.example', 'A', '10.66.0.99', true, NONE, /not known/],
  ['anything else', 'www.example', 'A', '10.66.0.20', true, NONE, /not known on this bench/],
]

test.each(ROWS)('%s: %s %s', async (_, name, type, peer, isReady, reply, why) => {
  const decision = answerDns({ name, type, peer, isRepeat: false }, await worldWith(isReady), NOW)
  expect(decision.reply).toEqual(reply)
  const [effect] = decision.effects
  expect(effect?.do === 'note' && effect.note).toMatchObject({ kind: 'dns.answer', mac: peer === '10.66.0.20' ? MAC : null })
  expect(effect?.do === 'note' && effect.note.text).toMatch(why)
})

test('a repeat is answered and not told again; a bench that is off knows nothing', async () => {
  const world = await worldWith(false)
  expect(answerDns({ name: 'option66', type: 'A', peer: '10.66.0.20', isRepeat: true }, world, NOW)).toMatchObject({
    reply: HERE,
    effects: [],
  })
  world.network = null
  expect(answerDns({ name: 'option66', type: 'A', peer: '10.66.0.20', isRepeat: false }, world, NOW).reply).toEqual(NONE)
})
