import { describe, expect, it } from 'vitest'
import { MASK, maskSecrets } from '../../main/core/render/mask.ts'
import { renderFile } from '../../main/core/render/render.ts'
import { issueToken } from '../../main/core/access/token.ts'
import { configValues } from '../support/config-values.ts'
import { bytes, NOW } from '../support/builders.ts'
import { bundledPacks, packWorld, setAt } from '../support/pack-world.ts'

/** What people see of any family's files: no token, no SIP password, no secret setting, however the dialect spells it. */
const packs = await bundledPacks()
const TOKEN = 'Invented0token1of2forty3three4characters5ab'

describe.each(packs)('$id', (pack) => {
  it.each(['p"<&>\\x/é 😀@1', "it's # a: b = c", 'plain-password', '1234'])('%j is nowhere', (wanted) => {
    // A format that has no way to write a quotation mark gets none.
    const secret = pack.files.some((file) => file.format === 'quoted') ? wanted.replaceAll('"', "'") : wanted
    const model = Object.keys(pack.models)[0] ?? ''
    const line = { number: '4200', displayName: 'Amara', sipUser: 'sip-user-4200', sipPassword: secret }
    const { device, world } = packWorld([...packs], { pack: pack.id, model }, [line])
    setAt(world, 'group', 'g', {
      'provisioning.url': 'https://prov.example/p',
      'sip.registrar.host': 'sip.example',
      'admin.password': secret,
      'user.password': secret,
    })
    const token = { ...issueToken(device.mac, pack.token, bytes(7), NOW), secret: TOKEN }
    world.token.set(device.mac, { mac: device.mac, tokens: [token] })
    for (const file of pack.files.filter((one) => one.kind === 'config')) {
      const made = renderFile({ pack, file, stage: 'departure', device, world, secretText: file.secret ? TOKEN : null })
      if (!made.ok) throw new Error(made.refusal.message)
      const shown = maskSecrets(made.value, pack, device, world)
      expect(shown).not.toContain(TOKEN)
      if (secret.length > 4) expect(shown).not.toContain(secret)
      const plain = configValues(file.format, made.value)
      const seen = configValues(file.format, shown)
      expect([...seen.keys()]).toEqual([...plain.keys()])
      for (const [key, value] of seen) expect(value === secret || value.endsWith(`:${secret}`), key).toBe(false)
      if (made.value.includes(TOKEN)) expect(shown).toContain(MASK)
    }
  })
})
