import { describe, expect, test } from 'vitest'
import { fromArpOfMac, fromArpOfWindows, fromProc, neighbourTable } from '../../main/net/neighbours.ts'

/** What each system says of the addresses it has learnt; the texts of macOS and Windows are from their manuals, not from a run here. */
describe('the kernel’s neighbour table', () => {
  test('Linux: complete entries of this interface', () => {
    const text = `IP address       HW type     Flags       HW address            Mask     Device
10.66.0.20       0x1         0x2         80:5e:c0:12:34:56     *        lab0
10.66.0.21       0x1         0x0         00:00:00:00:00:00     *        lab0
10.66.0.22       0x1         0x2         80:5e:c0:12:34:57     *        off0
10.66.0.23       0x1         0x6         80:5e:c0:12:34:58     *        lab0
`
    expect([...fromProc(text, 'lab0')]).toEqual([
      ['10.66.0.20', '805ec0123456'],
      ['10.66.0.23', '805ec0123458'],
    ])
    expect(fromProc(text, null).size).toBe(3)
    expect(fromProc('', 'lab0').size).toBe(0)
  })

  test('macOS: octets without their zero, and entries that are still asked for', () => {
    const text = `? (10.66.0.20) at 80:5e:c0:1:2:3 on en5 ifscope [ethernet]
? (10.66.0.21) at (incomplete) on en5 ifscope [ethernet]
? (10.66.0.22) at 80:5e:c0:12:34:57 on en0 ifscope [ethernet]
? (10.66.0.255) at ff:ff:ff:ff:ff:ff on en5 ifscope [ethernet]
`
    expect([...fromArpOfMac(text, 'en5')]).toEqual([['10.66.0.20', '805ec0010203']])
    expect(fromArpOfMac(text, null).size).toBe(2)
  })

  test('Windows: the section of our address, in any language', () => {
    const text = `\r
Schnittstelle: 192.0.2.10 --- 0x7\r
  Internetadresse       Physische Adresse     Typ\r
  10.66.0.22            80-5e-c0-12-34-57     dynamisch\r
\r
Schnittstelle: 10.66.0.1 --- 0xb\r
  Internetadresse       Physische Adresse     Typ\r
  10.66.0.20            80-5e-c0-12-34-56     dynamisch\r
  10.66.0.255           ff-ff-ff-ff-ff-ff     statisch\r
  224.0.0.22            01-00-5e-00-00-16     statisch\r
`
    expect([...fromArpOfWindows(text, '10.66.0.1')]).toEqual([['10.66.0.20', '805ec0123456']])
    expect(fromArpOfWindows(text, '10.66.0.9').size).toBe(0)
  })

  test('here: readable, or empty where there is nothing to read', async () => {
    for (const platform of [process.platform, 'aix'] as const) {
      const table = neighbourTable({ interface: null, address: '127.0.0.1' }, platform)
      expect((await table.read()).size).toBeGreaterThanOrEqual(0)
      expect(table.lookMs).toBeGreaterThan(0)
    }
  })
})
