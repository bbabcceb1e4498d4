import type { Mac } from '../core/model/mac.ts'
import type { PhoneSample } from './phone-sample.ts'
import type { PhoneSpec } from './phone-spec.ts'

export type FleetOrder = {
  sample: PhoneSample
  count: number
  /** null = the sample's models in turn. */
  model: string | null
  /** Version they run at first; null = the sample's. */
  firmware: string | null
  /** First MAC; the others count up. null = the sample's. */
  firstMac: Mac | null
}

/** Phones as they come out of their boxes: same order, same phones. Throws in words when the model is not in the sample. */
export function makeFleet(order: FleetOrder): PhoneSpec[] {
  const names = Object.keys(order.sample.models)
  if (order.model !== null && !names.includes(order.model))
    throw new Error(`${order.sample.pack} has no model ${order.model}; there are ${names.join(', ')}`)
  return Array.from({ length: order.count }, (_, index) => {
    const model = order.model ?? names[index % names.length] ?? ''
    const firmware = order.firmware ?? order.sample.models[model]?.firmware ?? ''
    return {
      mac: macAfter(order.firstMac ?? order.sample.firstMac, index),
      model,
      sample: order.sample,
      form: index,
      memory: { firmware, settings: new Map() },
    }
  })
}

/** The MAC `steps` further on. */
export function macAfter(mac: Mac, steps: number): Mac {
  return (BigInt(`0x${mac}`) + BigInt(steps)).toString(16).padStart(12, '0').slice(-12)
}
