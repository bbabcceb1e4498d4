import type { PhoneSpec } from '../../phones/phone-spec.ts'

/** What the demo sets where the endpoint packs have such a setting. */
const SETTINGS: Readonly<Record<string, string>> = { 'sip.registrar.host': 'sip.demo.example' }

export type DemoCatalogue = {
  specs: readonly PhoneSpec[]
  target: (spec: PhoneSpec) => string
  productionUrl: string
  /** Keys that some loaded pack defines. */
  knownSettings: ReadonlySet<string>
}

/** One persistent profile with the firmware targets, one business group, a line for each phone. JSON, which is YAML too. */
export function demoCatalogue({ knownSettings, productionUrl, specs, target }: DemoCatalogue): string {
  const models = new Map(specs.map((spec) => [spec.model, spec]))
  const firmware = [...models.values()].map((spec) => ({ pack: spec.sample.pack, models: [spec.model], version: target(spec) }))
  const extra = Object.fromEntries(Object.entries(SETTINGS).filter(([key]) => knownSettings.has(key)))
  const catalogue = {
    catalogue: 1,
    profiles: [
      {
        id: 'demo',
        name: 'Demo deployment',
        packs: [...new Set(specs.map((spec) => spec.sample.pack))],
        firmware,
        settings: { 'provisioning.url': productionUrl, ...extra },
      },
    ],
    groups: [{ id: 'acme', name: 'Acme Lighthouses', profile: 'demo', lines: specs.map((_, index) => lineRecord(index)) }],
  }
  return `${JSON.stringify(catalogue, null, 2)}\n`
}

const NAMES = ['Ada', 'Bruno', 'Carla', 'Dmitri', 'Elif', 'Femi', 'Grace', 'Hugo', 'Ines', 'Jonas', 'Kenji', 'Lea']

function lineRecord(index: number): Record<string, string> {
  const number = lineOf(index)
  // The demo's own directory: nothing secret about these.
  return { number, displayName: NAMES[index % NAMES.length] ?? number, sipUser: number, sipPassword: `demo-${number}-sip` }
}

/** Directory number of the n-th phone. */
export function lineOf(index: number): string {
  return `555${String(1001 + index)}`
}
