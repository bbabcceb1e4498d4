import { formatMac } from '../../core/model/mac.ts'
import { fetchAsStranger, fetchShipped } from '../../phones/ship.ts'
import { table } from './table.ts'
import { stepTimes, type Watched } from './watch.ts'

type Target = { url: string; key: string }

/** phone, model, firmware before and after, seconds from power-on to each step, token state. */
export async function resultTable(bench: Target, phones: readonly Watched[]): Promise<string> {
  const header = [
    'phone',
    'model',
    'firmware before',
    'after',
    'starts',
    'lease',
    '1st config',
    'firmware',
    'proven',
    'ready',
    'synced',
    'token',
  ]
  const rows = await Promise.all(
    phones.map(async (phone) => {
      const times = await stepTimes(bench, phone)
      const text = (seconds: number | null) => (seconds === null ? '-' : `${seconds.toFixed(1)} s`)
      const { device } = phone
      const token = device === null ? '-' : `${device.token}${device.synced ? ', synced' : ''}`
      return [
        formatMac(phone.spec.mac),
        device?.model ?? phone.spec.model,
        phone.firmwareBefore,
        phone.spec.memory.firmware,
        String(phone.starts),
        text(times.lease),
        text(times.first),
        text(times.firmware),
        text(times.proven),
        text(times.ready),
        text(times.synced),
        token,
      ]
    }),
  )
  return table(header, rows, new Set([4, 5, 6, 7, 8, 9, 10]))
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
