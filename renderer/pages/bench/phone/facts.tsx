import type { DeviceView } from '../../../../preload/contract/view.ts'
import { useNow } from '../../../app/bench-context.ts'
import { formatInstant } from '../../../parts/duration.ts'
import { formatMac } from '../../../parts/sight.ts'
import { firmwareWords, tokenWords } from '../../../words/states.ts'
import { phone as words } from '../../../words/text.ts'
import { firmwareStep, unknownFacts } from '../../../words/unknown.ts'
import classes from './phone.module.css'

/** What is known of the phone. What is not known is left out, so that the eye finds what is. */
export function Facts({ device }: { device: DeviceView }) {
  const now = useNow()
  const { facts } = words
  const model = [device.vendor, device.model].filter((part) => part !== null).join(' ')
  const rows: [string, string | null][] = [
    [facts.mac, formatMac(device.mac)],
    [facts.serial, device.serial],
    [facts.model, model === '' ? null : model],
    [facts.pack, device.packName ?? device.pack],
    [facts.ordered, device.expectedModel === device.model ? null : device.expectedModel],
    [facts.firmware, firmwareText(device)],
    [unknownFacts.hardware, device.hardware ?? null],
    [facts.token, tokenWords[device.token]],
    [facts.window, windowText(device, now)],
    [facts.line, device.line],
    [facts.group, device.groupName ?? device.group],
    [facts.department, device.departmentName ?? device.department],
    [facts.profile, device.profileName ?? device.profile],
    [facts.order, device.order],
    [facts.address, device.address],
    [facts.seen, formatInstant(device.lastSeenAt, now)],
    ...seenRows(device),
  ]
  return (
    <dl className={classes.facts}>
      {rows.map(([name, value]) =>
        value === null ? null : (
          <div key={name} className={classes.fact}>
            <dt>{name}</dt>
            <dd className="figures">{value}</dd>
          </div>
        ),
      )}
    </dl>
  )
}

function firmwareText(device: DeviceView): string {
  const { firmwareStep: step } = device
  const text = words.firmware(device.firmware, device.targetFirmware, firmwareWords[device.firmwareTrack])
  return step == null || step.count < 2 || step.version === null
    ? text
    : `${text}, ${firmwareStep.long(step.index, step.count, step.version)}`
}

/** Everything a phone that nobody can tell said of itself: a person may know it by that. */
function seenRows({ seen }: DeviceView): [string, string | null][] {
  if (seen == null) return []
  const { certificate, parameterRequestList, paths, tftpOptions } = seen
  const options = Object.entries(tftpOptions ?? {}).map(([name, value]) => `${name}=${value}`)
  return [
    [unknownFacts.vendorClass, seen.vendorClass],
    [unknownFacts.hostName, seen.hostName],
    [unknownFacts.userAgent, seen.userAgent],
    [unknownFacts.parameterRequestList, parameterRequestList?.join(' ') ?? null],
    [unknownFacts.paths, paths.length === 0 ? null : paths.join(', ')],
    [unknownFacts.tftpOptions, options.length === 0 ? null : options.join(' ')],
    [unknownFacts.certificate, certificate === null ? null : unknownFacts.issuedBy(certificate.subject, certificate.issuer)],
  ]
}

function windowText({ windowEnd, windowStart }: DeviceView, now: number): string {
  if (windowStart === null || windowEnd === null || Date.parse(windowEnd) <= now) return words.windowClosed
  if (Date.parse(windowStart) > now) return words.windowLater(formatInstant(windowStart, now) ?? '')
  return words.windowOpen(formatInstant(windowEnd, now) ?? '')
}
