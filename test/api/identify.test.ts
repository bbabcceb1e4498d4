import { createRouterClient } from '@orpc/server'
import { describe, expect, it } from 'vitest'
import { devicesHandlers } from '../../main/api/devices.ts'
import type { ApiParts } from '../../main/api/parts.ts'
import { bundledPacks, packWorld } from '../support/pack-world.ts'

const { world } = packWorld(await bundledPacks())
/** Only the world is asked: recognition needs no store and no bench. */
const parts = { store: { world } } as unknown as ApiParts
const { identify: procedure } = devicesHandlers(parts)

describe('devices.identify', () => {
  const { identify } = createRouterClient({ identify: procedure }, { context: { actor: 'test' } })

  it.each([
    [
      'a User-Agent',
      { userAgent: 'Yealink SIP-T46S 66.86.0.15 805ec0123456' },
      { vendor: 'Yealink', model: 'T46S', firmware: '66.86.0.15', mac: '805ec0123456', grade: 'exact' },
    ],
    ['a path without its slash, with a query', { path: 'p/y000000000066.cfg?x=1' }, { model: 'T46S' }],
    ['a TFTP path', { tftpPath: 'SEP0013C4AABBCC.cnf.xml' }, { vendor: 'Cisco', mac: '0013c4aabbcc' }],
    ['option 60 as text', { vendorClass: 'CP-7841-3PCC\0' }, { model: 'CP-7841-3PCC' }],
    ['option 60 as bytes', { vendorClassBytes: Buffer.from('Polycom-VVX310\0').toString('base64') }, { model: 'VVX 310' }],
    [
      'option 60 in blocks',
      { vendorClassBytes: Buffer.from('0000363d160107506f6c79636f6d020b5656582d5656585f343131', 'hex').toString('base64') },
      { model: 'VVX 411' },
    ],
    ['a list of option 55', { parameterRequestList: [1, 3, 6, 12, 15, 42, 66, 67, 120] }, { vendor: 'Snom', grade: 'hint' }],
    [
      'TFTP options',
      { tftpPath: 'cfg000b82000001', tftpOptions: { grandstream_MODEL: 'GXP2140', grandstream_ID: '000b82000001' } },
      { model: 'GXP2140', mac: '000b82000001' },
    ],
    [
      'a certificate',
      { certificate: { subject: 'CN=64167f000001', issuer: 'CN=Polycom Root CA' } },
      { vendor: 'Poly', mac: '64167f000001' },
    ],
    [
      'a hardware revision',
      { userAgent: 'Grandstream Model HW HT801 V1.1A SW 1.0.17.5 DevId c074ad273a10' },
      { model: 'HT801', hardware: '1.1A', pack: 'grandstream/ht' },
    ],
    ['a MAC in capitals', { mac: '80-5E-C0-12-34-56' }, { vendor: 'Yealink', mac: '805ec0123456', grade: 'hint' }],
    [
      'nothing',
      {},
      {
        vendor: null,
        family: null,
        model: null,
        firmware: null,
        mac: null,
        serial: null,
        grade: null,
        evidence: [],
        conflicts: [],
        doubts: [],
      },
    ],
    ['nonsense', { vendorClassBytes: '%%%', path: '', userAgent: '\0', mac: 'x', hostName: '\u{1F4DE}' }, { vendor: null, mac: null }],
  ])('%s', async (_, input, wanted) => {
    expect(await identify(input)).toMatchObject(wanted)
  })

  it('a contradiction is told, and each piece of evidence with its grade', async () => {
    const found = await identify({ mac: '805ec0999999', userAgent: 'Yealink SIP-T46S 66.86.0.15 805ec0123456' })
    expect(found.mac).toBeNull()
    expect(found.conflicts).toEqual(['mac: 805ec0123456 by userAgent; 805ec0999999 by leaseMac'])
    expect(found.evidence).toContainEqual({ fact: 'userAgent', says: 'model', value: 'T46S', pack: 'yealink/t4x-t5x', grade: 'exact' })
  })
})
