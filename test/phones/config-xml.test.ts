import { describe, expect, it } from 'vitest'
import { readColon, readJson, readQuoted } from '../../main/phones/config-text.ts'
import { readXmlElements, readXmlNamed, readXmlPaths } from '../../main/phones/config-xml.ts'
import { namedUrl, storedCredentials, storedUrl } from '../../main/phones/memory.ts'
import { readPhoneSample } from '../../main/phones/phone-sample.ts'
import { inventedTexts } from '../support/invented-family.ts'

const values = (read: { ok: boolean; values?: Map<string, string> }) => (read.ok ? Object.fromEntries(read.values ?? []) : read)

describe('dialects as phones read them', () => {
  it('elements and their text, with an index', () => {
    const text = '<settings><phone-settings><user_name idx="1" perm="R">a&amp;b</user_name><P271>1</P271><x/></phone-settings></settings>'
    expect(values(readXmlElements(text))).toEqual({ 'user_name.1': 'a&b', P271: '1', x: '' })
  })

  it('named elements: param with a value, items in items', () => {
    const text =
      '<p><nvm><param name="Sip.0.Domain" value="h&quot;"/></nvm><item name="account.1"><part name="name">N</part><item name="sip"><part name="port">1</part></item></item></p>'
    expect(values(readXmlNamed(text))).toEqual({ 'Sip.0.Domain': 'h"', 'account.1.name': 'N', 'account.1.sip.port': '1' })
  })

  it('paths below the root', () => {
    const text = '<sysConf><sip><line index="1"><User>u</User></line><line index="2"><User>v</User></line></sip></sysConf>'
    expect(values(readXmlPaths(text))).toEqual({ 'sip/line[1]/User': 'u', 'sip/line[2]/User': 'v' })
  })

  it('JSON, colon and quoted', () => {
    expect(values(readJson('{"a":{"b":[1,{"c":true}]},"d":null}'))).toEqual({ 'a.b.0': '1', 'a.b.1.c': 'true', d: '' })
    expect(values(readColon('# x\nsip line1 mode: 1:2\n!k: v\n^r:\n', null))).toEqual({ 'sip line1 mode': '1:2', k: 'v', r: '' })
    expect(values(readQuoted('# F #\r\nA_1="x=y"\r\n', '# F #'))).toEqual({ A_1: 'x=y' })
  })

  it.each([
    readXmlElements('<a>&x;</a>'),
    readXmlElements('<a/><b/>'),
    readXmlNamed('<a'),
    readXmlPaths(''),
    readJson('{'),
    readColon('nothing', null),
    readQuoted('A="b', null),
    readQuoted('A="b"', '# F #'),
  ])('says why it ignores a file: %j', (read) => expect(read).toMatchObject({ ok: false, why: expect.any(String) }))
})

describe('the stored URL', () => {
  const sample = readPhoneSample(inventedTexts()['samples/phone.yaml'] ?? '')
  const keys = { ...sample.config.keys, scheme: 'how', schemes: { '1': 'http', '2': 'https' } }
  const family = { ...sample, config: { ...sample.config, keys } }
  const memory = (settings: Record<string, string>) => ({ firmware: '1', settings: new Map(Object.entries(settings)) })

  it.each([
    [{ 'provisioning.url': 'http://h/p/' }, 'http://h/p/'],
    [{ 'provisioning.url': 'h/p/', how: '2' }, 'https://h/p/'],
    [{ 'provisioning.url': 'h/p/', how: 'HTTP' }, 'http://h/p/'],
    [{ 'provisioning.url': 'h/p/', how: '9' }, undefined],
    [{ 'provisioning.url': '[--uid ab --pwd c/d]http://h/$MA.xml' }, 'http://ab:c%2Fd@h/$MA.xml'],
    [{}, undefined],
  ])('%j', (settings, url) => expect(storedUrl(family, memory(settings as Record<string, string>))?.href).toBe(url))

  it('credentials: of the URL that is asked, of the stored URL on the same server, of their keys', () => {
    const own = memory({ 'provisioning.url': 'http://a:b@h/p/', 'provisioning.user': 'u', 'provisioning.password': 'x' })
    expect(storedCredentials(family, own, new URL('http://c:d@h/'))).toEqual({ user: 'c', password: 'd' })
    expect(storedCredentials(family, own, new URL('http://h/'))).toEqual({ user: 'a', password: 'b' })
    expect(storedCredentials(family, own, new URL('http://other/'))).toEqual({ user: 'u', password: 'x' })
    expect(namedUrl('nonsense')).toBeNull()
  })
})
