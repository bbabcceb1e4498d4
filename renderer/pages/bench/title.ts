import type { DeviceView } from '../../../preload/contract/view.ts'
import { phones, summary as words } from '../../words/text.ts'

/** What stands above the bar: whose phones these are, as far as they are all somebody's. */
export function titleOf(devices: readonly DeviceView[]): { title: string; subtitle: string } {
  const groups = distinct(devices, (device) => device.groupName)
  const orders = distinct(devices, (device) => device.order)
  const profiles = distinct(devices, (device) => device.profileName ?? device.profile)
  const firmware = distinct(devices, (device) => device.targetFirmware)
  const [group] = groups
  const [order] = orders
  const title = groups.length === 1 && group !== undefined ? group : groups.length > 1 ? words.groups(groups.length) : words.bench
  const parts = [
    orders.length === 1 && order !== undefined ? words.order(order) : orders.length > 1 ? words.orders(orders.length) : null,
    profiles.length > 0 && profiles.length < 3 ? words.profile(profiles.join(', ')) : null,
    phones(devices.length),
    firmware.length > 0 && firmware.length < 4 ? words.firmware(firmware.join(', ')) : null,
  ]
  return { title, subtitle: parts.filter((part) => part !== null).join(' · ') }
}

function distinct(devices: readonly DeviceView[], pick: (device: DeviceView) => string | null): string[] {
  return [...new Set(devices.map(pick).filter((value) => value !== null))]
}
