import { beforeAll, describe, expect, test } from 'vitest'
import { issueToken } from '../../../main/core/access/token.ts'
import { answerFile } from '../../../main/core/files/answer.ts'
import { tlsRefused } from '../../../main/core/files/tls-refused.ts'
import { shownUpload } from '../../../main/core/files/upload-shown.ts'
import { uploadEnded, uploadName } from '../../../main/core/files/upload.ts'
import type { FileRequest } from '../../../main/core/model/files.ts'
import type { Pack } from '../../../main/core/model/pack.ts'
import { applyChanges, type MutableWorld } from '../../../main/core/model/world.ts'
import { MASK } from '../../../main/core/settings/secret.ts'
import { BASIC_RULES, bytes, device, HOUR, NOW } from '../../support/builders.ts'
import { bundledPacks, packWorld, setAt } from '../../support/pack-world.ts'

const MAC = '0004f2123456'
const ADDRESS = '10.66.0.20'
const AGENT = 'FileTransport PolycomVVX-VVX_400-UA/5.9.4.3247 Type/Application'
const SIP_PASSWORD = 'sip-pass-4200'

let packs: Pack[] = []
beforeAll(async () => {
  packs = await bundledPacks()
})

function lab(): MutableWorld {
  const line = { number: '4200', displayName: 'A', sipUser: 'u', sipPassword: SIP_PASSWORD }
  const { world } = packWorld(packs, { mac: MAC, pack: 'poly/vvx', model: 'VVX 400', address: ADDRESS }, [line])
  const facts = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
  world.lease.set(MAC, { mac: MAC, address: ADDRESS, facts, startedAt: NOW, expiresAt: NOW + HOUR, releasedAt: null })
  return world
}

function ask(world: MutableWorld, over: Partial<FileRequest>) {
  const request: FileRequest = {
    via: 'http',
    method: 'PUT',
    path: `/${MAC}-app.log`,
    userAgent: AGENT,
    peer: ADDRESS,
    credentials: null,
    fresh: bytes(1),
    ...over,
  }
  const decision = answerFile(request, world, NOW + 1000)
  applyChanges(world, decision.changes)
  return decision
}

describe('what a phone may send', () => {
  test.each([
    ['a log', `/${MAC}-app.log`],
    ['a log with the MAC in capitals', `/${MAC.toUpperCase()}-boot.log`],
    ['a log below a folder', `/logs/x/${MAC}-app.log`],
    ['its overrides, which it asks for in vain', `/${MAC}-phone.cfg`],
    ['its directory', `/${MAC}-directory.xml`],
    ['its own configuration: kept apart, changes nothing that is served', `/${MAC}-option66.cfg`],
  ])('%s', (_, path) => {
    const { reply } = ask(lab(), { path })
    expect(reply).toEqual({ kind: 'accepted', upload: { mac: MAC, name: path.slice(path.lastIndexOf('/') + 1) } })
  })

  test.each([
    ['a file for all', '/000000000000-directory.xml', 'missing'],
    ['a configuration for all', '/000000000000.cfg', 'missing'],
    ['firmware', '/sip.ld', 'missing'],
    ['a name that no family knows', '/shell.php', 'missing'],
    ['a file of another phone', '/0004f2999999-app.log', 'unauthorized'],
  ])('not %s', (_, path, kind) => {
    expect(ask(lab(), { path }).reply.kind).toBe(kind)
  })

  test('not without a lease, whatever it calls itself', () => {
    expect(ask(lab(), { peer: '10.66.0.99' }).reply.kind).toBe('unauthorized')
    expect(ask(lab(), { peer: '10.66.0.99', method: 'GET' }).reply.kind).toBe('unauthorized')
  })

  test('a file of another phone holds the one that stands there', () => {
    const world = lab()
    ask(world, { path: '/0004f2999999-app.log' })
    expect(world.device.get(MAC)?.staging.hold).toMatchObject({ code: 'ACCESS_MAC_MISMATCH', data: { asked: '00:04:F2:99:99:99' } })
  })

  test('and nothing of it is ever given: not to it, not to another', () => {
    const world = lab()
    for (const path of [`/${MAC}-app.log`, `/${MAC}-phone.cfg`]) {
      ask(world, { path })
      expect(ask(world, { path, method: 'GET' }).reply.kind).toBe('missing')
      expect(ask(world, { path, method: 'HEAD' }).reply.kind).toBe('missing')
    }
  })

  test('at a central store it is read over and not kept', () => {
    const world = lab()
    world.site = 'central'
    expect(ask(world, {}).reply).toEqual({ kind: 'accepted' })
  })

  test('the timeline says how it ended; strangers have none', () => {
    const world = lab()
    const upload = { mac: MAC, name: 'app.log' }
    const told = (end: Parameters<typeof uploadEnded>[1]) =>
      uploadEnded(upload, end, world, NOW).effects.map((one) => (one.do === 'note' ? [one.note.level, one.note.text] : null))
    expect(told({ kept: true, sizeBytes: 12_345 })).toEqual([['info', 'Sent app.log: 12 kB kept']])
    expect(told({ kept: false, sizeBytes: 9, why: 'too-long' })).toEqual([['warn', 'Sent app.log: too long, not kept']])
    expect(uploadEnded({ ...upload, mac: '0004f2eeeeee' }, { kept: true, sizeBytes: 1 }, world, NOW).effects).toEqual([])
  })

  test.each([
    ['/a/b/0004F2123456-app.log', '0004F2123456-app.log'],
    ['/a b%c/<x>', '_x_'],
    ['/', 'upload'],
    [`/${'x'.repeat(300)}.log`, `${'x'.repeat(96)}.log`],
    ['/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg', '_'],
  ])('%s is called %s', (path, name) => {
    expect(uploadName(path)).toBe(name)
  })
})

describe('an upload as people see it', () => {
  const shown = (text: string, world = lab()) => shownUpload(text, MAC, world).text

  test.each([
    ['<OVERRIDES device.auth.localAdminPassword="456" reg.1.auth.password="a b" reg.1.label="Bob"/>', ['456', 'a b'], 'Bob'],
    ['account.1.password = xyz\r\naccount.1.label = Bob\r\n', ['xyz'], 'Bob'],
    ['<user_pass idx="1" perm="R">s3</user_pass><user_name idx="1">Bob</user_name>', ['s3'], 'Bob'],
    ['<Password_1_ ua="na">xxx</Password_1_>\n<User_ID_1_>Bob</User_ID_1_>', ['xxx'], 'Bob'],
    ['<param name="SipAccount.0.AuthPassword" value="xxx"/><param name="a" value="Bob"/>', ['xxx'], 'Bob'],
    ['<N>X_AuthPassword</N> <V>xxx</V><N>Name</N><V>Bob</V>', ['xxx'], 'Bob'],
    ['{"admin": {"password": "xxx"}, "name": "Bob"}', ['xxx'], 'Bob'],
    ['sip line1 password: xxx\nsip line1 display name: Bob', ['xxx'], 'Bob'],
    ['user_pass!1!: xxx\nuser_name!1!: Bob', ['xxx'], 'Bob'],
    ['SIP_PASS_1="xxx"\nNAME="Bob"', ['xxx'], 'Bob'],
    ['Profile_Rule: [--uid Bob --pwd xxx --key yyy] http://h/a', ['xxx', 'yyy'], 'Bob'],
    ['GET http://u:xxx@h/a by Bob', ['xxx'], 'Bob'],
    ['Bob sent Authorization: Basic eHh4OnZ2dg==', ['eHh4OnZ2dg=='], 'Bob'],
    ['802.1x.pskey=1\nwifi.wpa_psk = xxx\nname = Bob', ['xxx'], 'Bob'],
    ['Bob: the test passed -> all is well', [], 'Bob: the test passed -> all is well'],
  ])('%s', (text, hidden, kept) => {
    const seen = shown(text)
    for (const secret of hidden) expect(seen).not.toContain(secret)
    expect(seen).toContain(kept)
    expect(seen.includes(MASK)).toBe(hidden.length > 0)
  })

  test('our own secrets wherever they stand, also a token that we know by its hash alone', () => {
    const world = lab()
    const token = issueToken(MAC, BASIC_RULES, bytes(7), NOW)
    world.token.set(MAC, { mac: MAC, tokens: [{ ...token, secret: null }] })
    setAt(world, 'device', MAC, { 'admin.password': 'adm1n-secret' })
    const seen = shown(`got ${SIP_PASSWORD} and adm1n-secret and ${token.secret} done`, world)
    expect(seen).toBe(`got ${MASK} and ${MASK} and ${MASK} done`)
  })

  test('what is no text is not shown; of a long one only the last whole lines', () => {
    expect(shownUpload('core\0dump password=x', MAC, lab())).toEqual({ text: '', isCut: false, isBinary: true })
    const long = shownUpload(`${'line of a log\n'.repeat(40_000)}the end`, MAC, lab())
    expect([long.isCut, long.text.endsWith('the end'), long.text.startsWith('line of a log\n')]).toEqual([true, true, true])
    expect(shownUpload('x'.repeat(600_000), MAC, lab())).toEqual({ text: '', isCut: true, isBinary: false })
  })

  test.each([
    'a'.repeat(260_000),
    'password'.repeat(32_000),
    'password="'.repeat(25_000),
    '<password '.repeat(25_000),
    'password=\n'.repeat(25_000),
    'a:'.repeat(130_000),
    'http://'.repeat(37_000),
    `${'<'.repeat(260_000)}password`,
    '--pwd '.repeat(43_000),
  ])('however it is made, it is read in no time (%#)', (text) => {
    const started = performance.now()
    shown(text)
    expect(performance.now() - started).toBeLessThan(3000)
  })
})

describe('what else the doors say', () => {
  test('a client certificate is a fact: it names maker and MAC, and is no proof', () => {
    const world = lab()
    const certificate = { subject: `O=Polycom Inc.\nCN=${MAC}`, issuer: 'O=Polycom Inc.\nCN=Polycom Root CA' }
    const { reply } = ask(world, { via: 'https', method: 'GET', path: `/${MAC}-option66.cfg`, certificate })
    expect(reply).toMatchObject({ kind: 'text', delivery: { stage: 'first' } }) // the first stage, as without it
    const other = ask(lab(), {
      via: 'https',
      method: 'GET',
      path: `/${MAC}-option66.cfg`,
      certificate: { ...certificate, subject: 'O=Polycom Inc.\nCN=0004f2999999' },
    })
    expect(other.reply.kind).toBe('unauthorized') // it contradicts the lease
    const strange = ask(lab(), { via: 'https', method: 'GET', peer: '10.66.0.99', path: `/${MAC}-option66.cfg`, certificate })
    expect(strange.reply.kind).toBe('unauthorized')
  })

  test('a phone nobody knows keeps what its certificate said', () => {
    const world = lab()
    const mac = '020000000001'
    const facts = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
    world.device.set(mac, device({ mac }))
    world.lease.set(mac, { mac, address: '10.66.0.21', facts, startedAt: NOW, expiresAt: NOW + HOUR, releasedAt: null })
    const certificate = { subject: 'CN=thing', issuer: 'CN=maker' }
    ask(world, { via: 'https', method: 'GET', peer: '10.66.0.21', path: '/x', userAgent: null, certificate })
    expect(world.device.get(mac)?.seen?.certificate).toEqual(certificate)
  })

  test('an image named by its path may be known by its date, one of several by its tag alone', () => {
    const world = lab()
    const version = '5.9.4.3247'
    world.image.set('a', { id: 'a', name: 'sip.ld', pack: 'poly/vvx', models: ['VVX 400'], version, sizeBytes: 1, addedAt: NOW })
    world.profile.set('p', { id: 'p', name: 'Deployment', packs: [], firmware: [{ pack: 'poly/vvx', models: [], version }] })
    expect(ask(world, { method: 'GET', path: '/sip.ld' }).reply).toMatchObject({ kind: 'image', isOnlyOne: false })
    const name = 'T46S-66.86.0.15.rom'
    const named = { id: 'b', name, pack: 'yealink/t4x-t5x', models: ['T46S'], version: '66.86.0.15', sizeBytes: 1, addedAt: NOW }
    world.image.set('b', named)
    const get = { method: 'GET', path: `/firmware/${name}`, userAgent: 'Yealink SIP-T46S 66.86.0.5 00:04:f2:12:34:56' } as const
    expect(ask(world, get).reply).toMatchObject({ kind: 'image', isOnlyOne: true })
    world.image.set('c', { ...named, id: 'c', version: '66.86.0.16' })
    expect(ask(world, get).reply).toMatchObject({ kind: 'image', isOnlyOne: false })
  })

  test('only a file that is nobody’s own may be known already', () => {
    expect(ask(lab(), { method: 'GET', path: `/${MAC}.cfg` }).reply).toMatchObject({ kind: 'text', mayBeKnown: true, delivery: null })
    for (const method of ['GET', 'HEAD'] as const)
      expect(ask(lab(), { method, path: `/${MAC}-option66.cfg` }).reply).toMatchObject({ kind: 'text', mayBeKnown: false })
  })

  test.each([
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'does not trust'],
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'does not trust'],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', 'does not trust'],
    ['ERR_SSL_HTTP_REQUEST', 'plain HTTP'],
    ['ERR_SSL_UNSUPPORTED_PROTOCOL', '--old-tls'],
    ['ERR_SSL_NO_SHARED_CIPHER', 'no cipher'],
    ['ERR_SOMETHING', 'the handshake failed (ERR_SOMETHING)'],
  ])('%s stands on the timeline as: %s', (code, words) => {
    const { effects } = tlsRefused({ peer: ADDRESS, code }, lab(), NOW + 1000)
    expect(effects).toHaveLength(1)
    expect(JSON.stringify(effects)).toContain(words)
    expect(tlsRefused({ peer: '10.66.0.99', code }, lab(), NOW + 1000).effects).toEqual([])
  })
})
