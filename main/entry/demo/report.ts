import { formatMac } from '../../core/model/mac.ts'
import { fetchAsStranger, fetchShipped } from '../../phones/ship.ts'
import { table } from './table.ts'
import { stepTimes, type Watched } from './watch.ts'

type Target = { url: string; key: string }

const STEP_COLUMNS = ['lease', 'config', 'upgrade', 'proof', 'ready', 'sync', 'total'] as const
const BEFORE_STEPS = ['phone', 'model', 'before', 'after'] as const

/** phone, model, firmware before and after, seconds spent in each step and in all, token state; at most 120 columns. */
export async function resultTable(bench: Target, phones: readonly Watched[]): Promise<string> {
  const rows = await Promise.all(
    phones.map(async (phone) => {
      const times = await stepTimes(bench, phone)
      const { device } = phone
      return [
        formatMac(phone.spec.mac),
        device?.model ?? phone.spec.model,
        phone.firmwareBefore,
        phone.spec.memory.firmware,
        ...STEP_COLUMNS.map((step) => times[step]?.toFixed(1) ?? '-'),
        device === null ? '-' : `${device.token}${device.synced ? ', synced' : ''}`,
      ]
    }),
  )
  return withLabels(table([...BEFORE_STEPS, ...STEP_COLUMNS, 'token'], rows, new Set(STEP_COLUMNS.map((_, i) => BEFORE_STEPS.length + i))))
}

/** A line above the header that says what the columns below it are. */
export function withLabels(text: string): string {
  const [header = '', rule = ''] = text.split('\n')
  const columns = [...rule.matchAll(/-+/g)].map((match) => ({ from: match.index, to: match.index + match[0].length }))
  const over = (label: string, first: number, last: number) => {
    const [from, to] = [columns[first]?.from ?? 0, columns[last]?.to ?? header.length]
    return ` ${label} `.padStart(Math.floor((to - from + label.length + 2) / 2), '·').padEnd(to - from, '·')
  }
  const firmware = over('firmware', 2, 3)
  const steps = over('seconds spent in each step', 4, 10)
  return `${' '.repeat(columns[2]?.from ?? 0)}${firmware}  ${steps}\n${text}`
}

/** What is stuck and why, one line a phone. */
export function stuckLines(phones: readonly Watched[]): string[] {
  return phones.flatMap((phone) => {
    if (phone.syncedAt !== null) return []
    const { device } = phone
    const why = device?.reason == null ? '' : `: ${device.reason.message} ${device.reason.hint}`
    return [
      `${formatMac(phone.spec.mac)} ${phone.spec.model}: ${device?.state ?? 'never seen'}${why} (firmware ${device?.firmwareTrack ?? '?'}, token ${device?.token ?? '?'}, the phone: ${phone.phoneStep})`,
    ]
  })
}

export type Shipping = { admitted: number; refused: number; troubles: string[] }

/** Each phone at the customer's desk: with its token, then somebody with its MAC alone, each from an address that no bench ever gave. */
export async function shipAll(phones: readonly Watched[]): Promise<Shipping> {
  const result: Shipping = { admitted: 0, refused: 0, troubles: [] }
  for (const { spec } of phones) {
    const trouble = (what: string) => result.troubles.push(`${formatMac(spec.mac)}: ${what}`)
    try {
      const shipped = await fetchShipped(spec, { localAddress: null })
      if (shipped.admitted) result.admitted += 1
      else trouble(`with its token: ${shipped.outcome}, ${shipped.answers.map((answer) => `${answer.path} ${answer.status}`).join(', ')}`)
      const stranger = await fetchAsStranger(spec, { localAddress: null })
      if (stranger.refused) result.refused += 1
      else
        trouble(
          `with its MAC alone: ${stranger.outcome}, ${stranger.answers.map((answer) => `${answer.path} ${answer.status}`).join(', ')}`,
        )
    } catch (error) {
      trouble(error instanceof Error ? error.message : String(error))
    }
  }
  return result
}
