import { isContractProcedure } from '@orpc/contract'
import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import { contract as central } from '../../main/central/contract.ts'
import { contract as bench } from '../../preload/contract/index.ts'

/** Every call of a contract with its input schema. */
function inputs(node: unknown, path: string): [string, z.ZodType][] {
  if (isContractProcedure(node)) {
    const schema = node['~orpc'].inputSchema as z.ZodType | undefined
    return schema === undefined ? [] : [[path, schema]]
  }
  return Object.entries(node as Record<string, unknown>).flatMap(([name, inner]) => inputs(inner, path === '' ? name : `${path}.${name}`))
}

/** Fields named as unknown; in a choice between shapes, those of each. */
function namedIn(issues: readonly z.core.$ZodIssue[]): string[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys : issue.code === 'invalid_union' ? issue.errors.flatMap((inner) => namedIn(inner)) : [],
  )
}

/** What benches send one another's store: a newer bench may say more than an older store knows, and must not be shut out for it. */
const BETWEEN_PROGRAMS = new Set(['sync.push', 'enrolment.redeem'])

const all = [...inputs(bench, ''), ...inputs(central, 'central')].filter(([name]) => !BETWEEN_PROGRAMS.has(name.replace('central.', '')))

describe('a field nobody knows', () => {
  test('there are calls to look at', () => expect(all.length).toBeGreaterThan(25))

  test.each(all)('%s refuses it by name', (_name, schema) => {
    const read = schema.safeParse({ bogus: 1 })
    const named = namedIn(read.error?.issues ?? [])
    expect([...new Set(named)]).toEqual(['bogus'])
  })

  test('also inside the place of a setting', () => {
    const set = all.find(([name]) => name === 'settings.set')?.[1]
    const read = set?.safeParse({ layer: { kind: 'group', id: 'g', bogus: 1 }, key: 'k', value: 1 })
    expect(read?.error?.issues[0]).toMatchObject({ code: 'unrecognized_keys', keys: ['bogus'], path: ['layer'] })
  })
})

describe('the calls that others rely on', () => {
  const schemas = new Map(all)
  const layer = { kind: 'group', id: 'nordwind' }
  test.each([
    ['bench.status', {}],
    ['bench.start', {}],
    ['devices.list', { state: 'held', order: 'A-1', search: 'T46', limit: 5, cursor: 'x' }],
    ['devices.get', { mac: '00:15:65:aa:aa:aa' }],
    [
      'devices.add',
      {
        mac: '001565aaaaaa',
        model: 'T46S',
        line: '4200',
        group: 'g',
        profile: 'p',
        windowStart: '2026-11-24T08:00:00Z',
        windowEnd: '2026-11-24T09:00:00Z',
        order: 'A-1',
      },
    ],
    ['devices.import', { csv: 'mac\n', order: 'A-1', dryRun: true }],
    ['devices.claim', { mac: '001565aaaaaa', line: '4200', order: 'A-1' }],
    ['devices.openWindow', { mac: '001565aaaaaa', minutes: 60, reason: 'reset' }],
    ['devices.render', { mac: '001565aaaaaa', file: 'a.cfg' }],
    ['settings.set', { layer, key: 'k', value: 1, pack: 'a/b', model: 'M' }],
    ['settings.clear', { layer, key: 'k', value: 1, pack: 'a/b', model: 'M' }],
    ['settings.lock', { layer, key: 'k', value: 1, pack: 'a/b', model: 'M' }],
    ['settings.unlock', { layer, key: 'k' }],
    ['catalogue.load', { text: 'catalogue: 1' }],
    ['packs.list', {}],
    [
      'devices.identify',
      {
        userAgent: 'a',
        path: '/a',
        tftpPath: 'a',
        vendorClass: 'a',
        vendorClassBytes: 'AA==',
        parameterRequestList: [1],
        hostName: 'a',
        mac: '001565aaaaaa',
      },
    ],
    ['firmware.add', { path: '/a' }],
    ['firmware.list', {}],
    ['sync.now', {}],
    ['audit.list', { since: '2026-11-24T08:00:00Z' }],
    ['central.enrolment.create', { bench: 'lab' }],
    ['central.devices.list', {}],
  ])('%s takes its fields', (name, input) => {
    expect(schemas.get(name)?.safeParse(input).error?.issues ?? []).toEqual([])
  })
})
