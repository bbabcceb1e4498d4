import type { ServiceConfig, ServiceName } from '../model/services.ts'
import { SERVICE_NAMES } from '../model/services.ts'
import { USUAL_PORTS } from './edit.ts'

/** When a difference takes effect: from the next packet on, by opening these services anew, or when all services start again. */
export type Effect = { field: string; before: string; after: string; when: 'now' | 'reopened' | 'restart'; what: string }

/** Which services must be opened anew, and what must wait for a start of them all. `told` = of HTTP and HTTPS the one that phones are told. */
export function servicesChanged(before: ServiceConfig, after: ServiceConfig): { effects: Effect[]; reopen: ServiceName[] } {
  const effects: Effect[] = []
  const reopen = new Set<ServiceName>()
  for (const name of SERVICE_NAMES) {
    const [was, is] = [before.off.includes(name), after.off.includes(name)]
    if (was === is) continue
    reopen.add(name)
    effects.push({
      field: `services.off.${name}`,
      before: was ? 'off' : 'on',
      after: is ? 'off' : 'on',
      when: 'reopened',
      what: is ? `${name} stops` : `${name} starts`,
    })
  }
  for (const name of SERVICE_NAMES) {
    const [was, is] = [before.ports[name] ?? USUAL_PORTS[name], after.ports[name] ?? USUAL_PORTS[name]]
    if (was === is) continue
    const isTold = name === after.phoneScheme || name === before.phoneScheme
    if (!isTold) reopen.add(name)
    effects.push({
      field: `services.ports.${name}`,
      before: String(was),
      after: String(is),
      when: isTold ? 'restart' : 'reopened',
      what: isTold ? 'Phones were told the old address: all services start again with the new one' : `${name} is opened at the new port`,
    })
  }
  if (before.oldTls !== after.oldTls) {
    reopen.add('https')
    effects.push({
      field: 'services.oldTls',
      before: yesNo(before.oldTls),
      after: yesNo(after.oldTls),
      when: 'reopened',
      what: 'HTTPS is opened anew; what it sends at that moment breaks off, and phones ask again',
    })
  }
  if (before.phoneScheme !== after.phoneScheme)
    effects.push({
      field: 'services.phoneScheme',
      before: before.phoneScheme,
      after: after.phoneScheme,
      when: 'restart',
      what: 'Phones were told the old address: all services start again with the new one',
    })
  const plain = (field: 'quotas' | 'names', what: string) => {
    const [was, is] = [JSON.stringify(before[field]), JSON.stringify(after[field])]
    if (was !== is) effects.push({ field: `services.${field}`, before: was, after: is, when: 'now', what })
  }
  plain('quotas', 'From the next file or message of a phone on')
  plain('names', 'From the next question of a phone on')
  return { effects, reopen: [...reopen] }
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no'
}
