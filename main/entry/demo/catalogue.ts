import type { PhoneSpec } from '../../phones/phone-spec.ts'

/** To be written in the catalogue's format. */
export function demoCatalogue(specs: readonly PhoneSpec[], target: (spec: PhoneSpec) => string, productionUrl: string): string {
  return JSON.stringify({ specs: specs.length, target: specs.map(target), productionUrl })
}

/** Directory number of the n-th phone. */
export function lineOf(index: number): string {
  return `555${String(1001 + index)}`
}
