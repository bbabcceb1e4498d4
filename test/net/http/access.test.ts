import { describe, expect, test } from 'vitest'
import { curl, openDoor } from './door.ts'

const headOf = (text: string) => text.slice(0, text.indexOf('\r\n\r\n'))
const challengesOf = (text: string) =>
  headOf(text)
    .split('\r\n')
    .filter((line) => line.startsWith('WWW-Authenticate'))
const withoutNonce = (text: string) => text.replace(/nonce="[^"]+"/, 'nonce').replace(/Date: .*/, 'Date')

describe('401', () => {
  test('is the same every time, whatever was sent', async () => {
    const door = await openDoor()
    const answers = await Promise.all([
      curl('-i', door.url('/digest')),
      curl('-i', '-u', 'a:b', door.url('/digest')),
      curl('-i', '-A', 'Yealink', door.url('/digest')),
      curl('-i', '-H', 'Authorization: Bearer x', door.url('/digest')),
    ])
    expect(new Set(answers.map(({ text }) => withoutNonce(text))).size).toBe(1)
  })

  test('offers Basic, and Digest behind it where the pack has it', async () => {
    const door = await openDoor()
    expect(challengesOf((await curl('-i', door.url('/basic'))).text)).toEqual(['WWW-Authenticate: Basic realm="Option66"'])
    const both = challengesOf((await curl('-i', door.url('/digest'))).text)
    expect(both).toEqual([
      'WWW-Authenticate: Basic realm="Option66"',
      expect.stringMatching(/^WWW-Authenticate: Digest realm="Option66", qop="auth", algorithm=MD5, nonce="[\w.-]+"$/),
    ])
  })
})

describe('credentials', () => {
  test('Basic of curl', async () => {
    const door = await openDoor()
    await curl('-u', '805ec0123456:pass:word', door.url('/a.cfg'))
    expect(door.asked[0]?.credentials).toEqual({ scheme: 'basic', user: '805ec0123456', password: 'pass:word' })
  })

  test('Digest of curl: the second request has a nonce of ours for this very path', async () => {
    const door = await openDoor({
      answer: async (request) => (request.credentials === null ? { kind: 'unauthorized', digest: true } : { kind: 'missing' }),
    })
    await curl('--digest', '-u', '805ec0123456:secret', door.url('/dir/a.cfg?x=1'))
    expect(door.asked.map((request) => request.credentials?.scheme ?? null)).toEqual([null, 'digest'])
    expect(door.asked[1]?.credentials).toMatchObject({
      user: '805ec0123456',
      realm: 'Option66',
      uri: '/dir/a.cfg?x=1',
      qop: 'auth',
      nc: '00000001',
      nonceValid: true,
    })
  })

  test('Digest with a nonce of somebody else is told to take a new one, not that the password is wrong', async () => {
    const door = await openDoor()
    const header = 'Authorization: Digest username="a", realm="Option66", nonce="old", uri="/digest", response="00"'
    const { text } = await curl('-i', '-H', header, door.url('/digest'))
    expect(door.asked[0]?.credentials).toMatchObject({ scheme: 'digest', nonceValid: false })
    expect(challengesOf(text)[1]).toMatch(/, stale=true$/)
  })
})
