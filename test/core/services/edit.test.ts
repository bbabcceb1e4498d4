import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DEFAULT_SERVICES } from '../../../main/core/model/services.ts'
import { servicesChanged } from '../../../main/core/services/changed.ts'
import { editServices } from '../../../main/core/services/edit.ts'

const MB = 1024 * 1024
const edit = (given: Record<string, unknown>) => editServices(given, DEFAULT_SERVICES)

const WRONG: [string, Record<string, unknown>, string][] = [
  ['DHCP cannot be switched off', { off: ['dhcp'] }, 'services.off'],
  ['a port beyond the last', { ports: { sip: 70_000 } }, 'services.ports.sip'],
  ['a port of nothing', { ports: { gopher: 70 } }, 'services.ports.gopher'],
  ['one port for two', { ports: { tftp: 53 } }, 'services.ports.dns'],
  ['neither http nor https', { phoneScheme: 'ftp' }, 'services.phoneScheme'],
  ['https, which is off', { phoneScheme: 'https', off: ['https'] }, 'services.phoneScheme'],
  ['a tiny quota', { quotas: { uploadFileBytes: 3 } }, 'services.quotas.uploadFileBytes'],
  ['a file larger than its phone may have', { quotas: { uploadFileBytes: 30 * MB } }, 'services.quotas.uploadFileBytes'],
  ['a quota of nothing', { quotas: { cake: 3 } }, 'services.quotas.cake'],
  ['a name with a blank', { names: [{ name: 'sip nordwind', address: null }] }, 'services.names.0.name'],
  ['an address for a name', { names: ['10.66.0.1'] }, 'services.names.0.name'],
  ['a name led to nowhere', { names: [{ name: 'sip.example', address: 'here' }] }, 'services.names.0.address'],
  ['the same name twice', { names: ['a.example', 'A.Example.'] }, 'services.names.1.name'],
  ['a field nobody knows', { colour: 'red' }, 'services.colour'],
]

test.each(WRONG)('%s: told at its field, with the mend', (_, given, field) => {
  const { config, problems } = edit(given)
  expect(config).toBeNull()
  expect(problems.map((one) => one.field)).toEqual([field])
  expect(problems[0]?.refusal.hint).not.toBe('')
})

test('what is right is taken: names in lower case, sizes also as text', () => {
  const { config, warnings } = edit({
    off: ['syslog', 'dns'],
    ports: { sip: '5070', tftp: null },
    quotas: { uploadFiles: '12' },
    names: [
      { name: '*.Nordwind.example.', address: '' },
      { name: 'ntp.example', address: '10.66.0.9' },
    ],
  })
  expect(config).toMatchObject({ off: ['dns', 'syslog'], ports: { sip: 5070 }, quotas: { uploadFiles: 12 } })
  expect(config?.names).toEqual([
    { name: '*.nordwind.example', address: null },
    { name: 'ntp.example', address: '10.66.0.9' },
  ])
  expect(warnings).toEqual([{ field: 'services.names', text: expect.stringMatching(/DNS is switched off/) }])
})

test('each difference says when it takes effect, and what is opened anew', () => {
  const { config } = edit({
    off: ['tftp'],
    ports: { sip: 5070, http: 8080 },
    oldTls: true,
    quotas: { uploadFiles: 5 },
    names: ['a.example'],
  })
  const { effects, reopen } = servicesChanged(DEFAULT_SERVICES, config ?? DEFAULT_SERVICES)
  expect(effects.map(({ field, when }) => `${field} ${when}`)).toEqual([
    'services.off.tftp reopened',
    'services.ports.http restart',
    'services.ports.sip reopened',
    'services.oldTls reopened',
    'services.quotas now',
    'services.names now',
  ])
  expect(reopen.sort()).toEqual(['https', 'sip', 'tftp'])
  expect(servicesChanged(DEFAULT_SERVICES, DEFAULT_SERVICES)).toEqual({ effects: [], reopen: [] })
})

test('nothing that is given throws', () => {
  const key = fc.constantFrom('off', 'ports', 'oldTls', 'phoneScheme', 'quotas', 'names', 'x')
  fc.assert(
    fc.property(fc.dictionary(key, fc.jsonValue()), (given) => {
      const { config, problems } = edit(given)
      expect(config === null).toBe(problems.length > 0)
    }),
    { numRuns: 300 },
  )
})
