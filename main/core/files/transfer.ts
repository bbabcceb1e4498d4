import { type Decision, type Effect, note, silence } from '../model/decision.ts'
import type { Device } from '../model/device.ts'
import type { Mac } from '../model/mac.ts'
import type { Change, World } from '../model/world.ts'
import { firmwareTarget } from '../pack/target.ts'
import { sameVersion } from '../pack/version.ts'
import { stepDevice } from '../staging/step.ts'
import { packOf } from '../pack/pack-of.ts'

/** Where a firmware download stands; `ended` with `whole` false = cut off by either side. Sizes in bytes. */
export type ImageProgress = { mac: Mac; image: string; sentBytes: number; sizeBytes: number; ended: boolean; whole: boolean }

/** Default when the pack is not known yet: time an upgrade may take until the phone is back. */
const FIRMWARE_RETURN_SECONDS = 900

export function imageProgress(progress: ImageProgress, world: World, now: number): Decision<null> {
  const device = world.device.get(progress.mac)
  if (device === undefined) return silence(null)
  const before = world.transfer.get(progress.mac)
  const isFirst = before === undefined || before.image !== progress.image || before.endedAt !== null
  const changes: Change[] = [
    {
      entity: 'transfer',
      id: progress.mac,
      value: {
        mac: progress.mac,
        image: progress.image,
        sentBytes: progress.sentBytes,
        sizeBytes: progress.sizeBytes,
        startedAt: isFirst ? now : before.startedAt,
        endedAt: progress.ended ? now : null,
        whole: progress.whole,
      },
    },
  ]
  const effects: Effect[] = []
  let next = device
  const known = world.image.get(progress.image)?.version ?? null
  const version = known ?? progress.image.slice(0, 12)
  // What comes along with a load says nothing of what the phone will run.
  const isPart = world.image.get(progress.image)?.isPart === true
  if (isFirst && !isPart) {
    next = stepDevice(next, { type: 'imageStarted' }, now)
    effects.push(note(now, device.mac, 'firmware.started', `Takes firmware ${version}${stepWords(device, known, world)}`))
  }
  if (progress.ended && !isPart) {
    const pack = packOf(device, world)
    const returnSeconds = pack?.staging.timeoutSeconds.firmware ?? FIRMWARE_RETURN_SECONDS
    next = stepDevice(next, { type: 'imageEnded', whole: progress.whole, returnSeconds, version: known }, now)
    const words = progress.whole ? `Firmware ${version} handed out whole` : `Firmware transfer ended after ${progress.sentBytes} bytes`
    effects.push(note(now, device.mac, 'firmware.ended', words))
  }
  if (next !== device && (isFirst || progress.ended)) changes.push({ entity: 'device', id: device.mac, value: next })
  return { reply: null, changes, effects }
}

/** `, step 1 of 2`: only where the way has several steps and this is the one that is due. */
function stepWords(device: Device, version: string | null, world: World): string {
  const goal = firmwareTarget(device, world)
  if (goal === null || version === null || goal.step === null || goal.route.length < 2 || !sameVersion(goal.step, version)) return ''
  return `, step ${goal.index} of ${goal.route.length}`
}
