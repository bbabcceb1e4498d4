import process from 'node:process'
import { describe, expect, test } from 'vitest'
import { ATTACKS, drillLines, runDrill } from '../../main/drill/run.ts'
import { placeOf } from '../../main/drill/target.ts'
import { selfBench } from '../../main/entry/self-bench.ts'
import { type Guard, openBench } from './open-bench.ts'

let nets = 0
/** Addresses of this process alone. */
function freshNet(): string {
  nets += 10
  return `127.${60 + (process.pid % 60)}.${nets}`
}

describe('the drill', { timeout: 120_000 }, () => {
  test('against a bench of ours: every attack is played and refused, and the bench is as it was', async () => {
    const { close, target } = await selfBench(() => undefined, freshNet())
    try {
      const before = await target.api('devices.list', {})
      const results = await runDrill(target)
      expect(
        results.map(({ attack, refused, evidence }) => (refused === true ? attack : `${attack}: ${refused} ${evidence.join(' ')}`)),
      ).toEqual([...ATTACKS])
      for (const { evidence } of results) expect(evidence.join()).not.toBe('')
      expect(await target.api('devices.list', {})).toEqual(before)
      // The board says what happened: somebody walked a prefix.
      expect(await target.api('bench.status', {})).toMatchObject({
        problems: expect.arrayContaining([expect.objectContaining({ code: 'ACCESS_GUESSING' })]),
      })
    } finally {
      await close()
    }
  })

  const rows: [Guard, (typeof ATTACKS)[number]][] = [
    ['window', 'late MAC'],
    ['lease', 'stolen URL'],
    ['lease', 'TFTP grab'],
    ['lease', '4,096 neighbours'],
    ['listing', 'prefix walk'],
    ['proof', 'replay after first contact'],
    ['rotation', 'token reuse after rotation'],
    ['upload', 'config poisoning by PUT'],
    ['paths', 'path traversal'],
    ['sip', 'forged NOTIFY'],
  ]
  test.each(rows)('sees that the guard "%s" is gone, by: %s', async (guard, attack) => {
    const { close, target } = await openBench(freshNet(), guard)
    try {
      const [result] = await runDrill(target, undefined, [attack])
      expect(result, result?.evidence.join('\n')).toMatchObject({ attack, refused: false })
      expect(drillLines(result ?? { attack, refused: null, evidence: [] })[0]).toMatch(/^NOT REFUSED {2}/)
    } finally {
      await close()
    }
  })

  test('the same composition with every guard in place refuses', async () => {
    const { close, target } = await openBench(freshNet(), 'none')
    try {
      const results = await runDrill(
        target,
        undefined,
        ATTACKS.filter((one) => one !== '4,096 neighbours'),
      )
      expect(results.filter((one) => one.refused !== true)).toEqual([])
    } finally {
      await close()
    }
  })

  test('what is off is named, and is not called refused', async () => {
    const api = async () => ({})
    const results = await runDrill({ api, http: null, https: null, tftp: null, sip: null, dhcp: null })
    expect(results.every((one) => one.refused === null && /HTTP is off/.test(one.evidence.join()))).toBe(true)
  })
})

test.each([
  ['10.66.0.1:67 on lab0', { address: '10.66.0.1', port: 67 }],
  ['http://10.66.0.1/', { address: '10.66.0.1', port: 80 }],
  ['127.66.0.1:8080', { address: '127.66.0.1', port: 8080 }],
  ['off', null],
  [{ error: 'PORT_IN_USE', hint: 'x' }, null],
])('the place %s', (service, place) => {
  expect(placeOf(service, 80)).toEqual(place)
})
