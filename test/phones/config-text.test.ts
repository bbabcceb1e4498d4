import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readIni } from '../../main/phones/config-text.ts'
import { readXml, readXmlAttributes } from '../../main/phones/config-xml.ts'
import { decodeServerMessage, encodeClientMessage, vendorBlocks } from '../../main/phones/dhcp-packet.ts'
import { readFakeHeader, writeFakeImage } from '../../main/phones/fake-image.ts'

describe('configs as phones read them', () => {
  it('reads ini: comments, spaces, values with =', () => {
    const read = readIni('#!version:1.0.0.1\n# note\na.b = 1\nurl = http://h/?x=1\r\nempty =\n', '#!version:1.0.0.1')
    expect(read).toEqual({
      ok: true,
      values: new Map([
        ['a.b', '1'],
        ['url', 'http://h/?x=1'],
        ['empty', ''],
      ]),
    })
  })

  it.each([
    ['a.b = 1\n', 'the first line is not #!version:1.0.0.1'],
    ['#!version:1.0.0.1\n<html>\n', 'not a setting: <html>'],
  ])('ignores %j and says why', (text, why) => expect(readIni(text, '#!version:1.0.0.1')).toEqual({ ok: false, why }))

  it('reads attributes of nested elements, with entities and comments', () => {
    const read = readXmlAttributes(
      '<?xml version="1.0"?>\n<!-- x --><a><device device.set="1" device.prov.user="a&amp;&#x62;\'"/><b c=\'2\'>text</b></a>\n',
    )
    expect(read).toEqual({
      ok: true,
      values: new Map([
        ['device.set', '1'],
        ['device.prov.user', "a&b'"],
        ['c', '2'],
      ]),
    })
  })

  it.each(['', 'text', '<a>', '<a></b>', '<a/>text', '<a b=1/>', '<a b="1" b="2"/>', '<a b="<"/>', '</a>'])('takes %j for no XML', (text) =>
    expect(readXml(text)).toBeNull(),
  )
})

describe('DHCP bytes', () => {
  it("writes Poly's blocks as the manual's dump has them", () => {
    const items = [
      [1, 'Polycom'],
      [2, 'SoundPointIP-SPIP_601'],
      [3, '2345-11605-001,2'],
      [4, 'SIP/Tip.XXXX/08-Jun-07 10:44'],
      [5, 'BR/3.1.0.XXXX/28-Apr-05 13:30'],
    ] as const
    expect(vendorBlocks(13885, items).toString('hex')).toBe(
      '0000363d6f0107506f6c79636f6d0215536f756e64506f696e7449502d535049505f3630310310323334352d31313630352d3030312c32041c5349502f5469702e585858582f30382d4a756e2d30372031303a3434051d42522f332e312e302e585858582f32382d4170722d30352031333a3330',
    )
  })

  it('splits a long option and pads to 300 bytes', () => {
    const packet = encodeClientMessage({
      type: 1,
      xid: 7,
      mac: '805ec0000001',
      secs: 0,
      ciaddr: '0.0.0.0',
      options: [[77, new Uint8Array(300)]],
    })
    expect([
      packet.readUInt8(240 + 3),
      packet.readUInt8(240 + 4),
      packet.readUInt8(240 + 5 + 255),
      packet.readUInt8(240 + 6 + 255),
    ]).toEqual([77, 255, 77, 45])
    expect(encodeClientMessage({ type: 1, xid: 7, mac: '805ec0000001', secs: 0, ciaddr: '0.0.0.0', options: [] })).toHaveLength(300)
  })

  it('never throws on what comes from the wire', () => {
    const head = Buffer.alloc(240)
    head.set([2, 1, 6], 0)
    head.set([99, 130, 83, 99], 236)
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (tail) => void decodeServerMessage(Buffer.concat([head, Buffer.from(tail)]))))
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (packet) => void decodeServerMessage(Buffer.from(packet))))
  })
})

it('a fake image has its size and tells its version', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'option66-image-'))
  try {
    const path = join(folder, 'a.rom')
    await writeFakeImage(path, { models: ['T46S', 'T48S'], version: '66.86.0.20', sizeBytes: 700_001 })
    const bytes = await readFile(path)
    expect(bytes.length).toBe(700_001)
    expect(readFakeHeader(bytes.subarray(0, 512))?.header).toMatchObject({
      models: ['T46S', 'T48S'],
      version: '66.86.0.20',
      sizeBytes: 700_001,
    })
    expect(bytes.toString('latin1').startsWith('OPTION66-FAKE-IMAGE T46S,T48S 66.86.0.20 ')).toBe(true)
  } finally {
    await rm(folder, { recursive: true })
  }
})
