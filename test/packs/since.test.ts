import { describe, expect, it } from 'vitest'
import type { SettingScalar } from '../../main/core/model/catalogue.ts'
import { renderFile } from '../../main/core/render/render.ts'
import { bundledPack, bundledPacks, packWorld, setAt } from '../support/pack-world.ts'

/** What the file of a phone with this firmware says; null = the firmware is not known. */
async function fileOf(id: string, model: string, firmware: string | null, settings: Record<string, SettingScalar>): Promise<string> {
  const pack = await bundledPack(id)
  const { device, world } = packWorld([pack], { pack: id, model, firmware }, [
    { number: '4200', displayName: 'Zoë', sipUser: 'nw4200', sipPassword: 'p' },
  ])
  setAt(world, 'group', 'g', { 'provisioning.url': 'https://prov.example/p', 'sip.registrar.host': 'sip.example', ...settings })
  const file = pack.files.find((one) => one.proves)
  if (file === undefined) throw new Error('no proof file')
  const made = renderFile({ pack, file, stage: 'departure', device, world, secretText: 'Invented0token1of2forty3three4characters5ab' })
  if (!made.ok) throw new Error(made.refusal.message)
  return made.value
}

describe('a setting that firmware knows only from some version on', () => {
  it.each([
    ['grandstream/gxp', 'GXP1405', '1.0.5.15', '1.0.5.23', { 'network.lldp': false }, '<P1684>0</P1684>'],
    ['grandstream/gxp', 'GXP1450', '1.0.5.23', '1.0.5.26', { 'grandstream.webPage': 'https' }, '<P1650>0</P1650>'],
    [
      'yealink/t4x-t5x',
      'T46G',
      '28.80.0.130',
      '28.81.0.10',
      { 'security.trustedCertificates': 'https://prov.example/ca.pem' },
      'static.trusted_certificates.url = https://prov.example/ca.pem',
    ],
    ['yealink/t4x-t5x', 'T46S', '66.80.0.130', '66.86.0.15', { 'network.vlan.id': 42 }, 'static.network.vlan.internet_port_vid = 42'],
    ['yealink/t2x-t3x', 'T23G', '44.80.0.5', '44.84.0.140', { 'yealink.vlanOption': 133 }, 'static.network.vlan.dhcp_option = 133'],
    ['yealink/w-dect', 'W60B', '77.80.0.1', '77.85.0.20', { 'network.lldp': true }, 'static.network.lldp.enable = 1'],
  ] as const)('%s: a %s with %s is not given it, with %s it is', async (id, model, older, newer, settings, line) => {
    expect(await fileOf(id, model, older, settings)).not.toContain(line)
    expect(await fileOf(id, model, newer, settings)).toContain(line)
    // Nobody knows the firmware before the first request: then every setting holds.
    expect(await fileOf(id, model, null, settings)).toContain(line)
  })

  it('is written in a form that versions are compared by', async () => {
    const dated = (await bundledPacks()).flatMap((pack) => pack.settings.filter((one) => one.since !== null))
    expect(dated.length).toBeGreaterThan(20)
    for (const { key, since } of dated) expect(since, key).toMatch(/^(?:\*|\d+)(?:\.(?:\*|\d+))+$/)
  })
})
