import type { Mac } from '../core/model/mac.ts'
import type { PhoneSpec } from './phone-spec.ts'

/** Values that a sample's placeholders stand for. A placeholder without a value throws: a sample that asks for it is wrong for this model. */
export function fill(pattern: string, values: Readonly<Record<string, string | null>>): string {
  return pattern.replace(/\{([A-Za-z]+[:-]?)\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined || value === null) throw new Error(`The sample says ${pattern}, but this model has no {${name}}`)
    return value
  })
}

export function spellMac(mac: Mac): Record<'mac' | 'MAC' | 'mac:' | 'MAC:' | 'mac-' | 'MAC-', string> {
  const colons = (mac.match(/../g) ?? []).join(':')
  const hyphens = colons.replaceAll(':', '-')
  return { mac, MAC: mac.toUpperCase(), 'mac:': colons, 'MAC:': colons.toUpperCase(), 'mac-': hyphens, 'MAC-': hyphens.toUpperCase() }
}

/** Everything a sample may name, for a phone that runs `version` now. */
export function valuesOf(spec: PhoneSpec, version: string): Record<string, string | null> {
  const model = spec.sample.models[spec.model]
  return {
    ...spellMac(spec.mac),
    model: spec.model,
    agent: model?.agent ?? spec.model,
    agentLower: (model?.agent ?? spec.model).toLowerCase(),
    serial: model?.serial ?? null,
    code: model?.code ?? null,
    part: model?.part ?? null,
    updater: model?.updater ?? null,
    version,
  }
}
