import { useState } from 'react'
import type { DeviceView } from '../../../../preload/contract/view.ts'
import { useBench } from '../../../app/bench-context.ts'
import { attempt, type Refused } from '../../../client/refused.ts'
import { RefusedSaid } from '../../../parts/said.tsx'
import { phone as words } from '../../../words/text.ts'
import classes from './phone.module.css'

/** Takes the phone off the list, after saying what goes with it. Its drawer closes: there is nothing left to show. */
export function Remove({ device }: { device: DeviceView }) {
  const { client, ui } = useBench()
  const [refused, setRefused] = useState<Refused | null>(null)
  const remove = async () => {
    const answer = await attempt(client.devices.remove({ mac: device.mac }))
    if (!answer.ok) return setRefused(answer.refused)
    ui.getState().close()
    ui.getState().mark(null)
  }
  return (
    <div className={classes.grave}>
      <p className={classes.follows}>{words.removeFollows(device.slot, device.line)}</p>
      <div className={classes.row}>
        <button type="button" className={classes.graveAct} onClick={() => void remove()}>
          {words.removeSure}
        </button>
      </div>
      {refused !== null && <RefusedSaid refused={refused} />}
    </div>
  )
}
