import { useState } from 'react'
import type { DeviceView } from '../../../../preload/contract/view.ts'
import { useMe } from '../../../app/use-me.ts'
import { phone as words } from '../../../words/text.ts'
import { ChangeEntry } from './change-entry.tsx'
import { WindowForm } from './open-window.tsx'
import classes from './phone.module.css'
import { Remove } from './remove.tsx'
import { Revoke } from './revoke.tsx'
import { Rotate } from './rotate.tsx'

type Act = 'window' | 'change' | 'rotate' | 'revoke' | 'remove'

const CALLS: Readonly<Record<Act, string>> = {
  window: 'devices.openWindow',
  change: 'devices.update',
  rotate: 'devices.rotate',
  revoke: 'devices.revoke',
  remove: 'devices.remove',
}

/** What a person may do with a listed phone. One form at a time, in place; what cannot be undone stands last and asks again. */
export function Acts({ asksReason, device }: { asksReason: boolean; device: DeviceView }) {
  const [open, setOpen] = useState<Act | null>(asksReason ? 'window' : null)
  const hasToken = device.token === 'pending' || device.token === 'proven'
  const me = useMe()
  const all: Act[] = [
    'window',
    'change',
    ...(device.token === 'proven' ? (['rotate'] as const) : []),
    ...(hasToken ? (['revoke'] as const) : []),
    'remove',
  ]
  const shown = all.filter((act) => me?.may.includes(CALLS[act]) === true)
  if (shown.length === 0) return null
  return (
    <div className={classes.acts}>
      <div className={classes.row}>
        {shown.map((act) => (
          <button
            key={act}
            type="button"
            className={classes.act}
            aria-expanded={open === act}
            data-grave={act === 'revoke' || act === 'remove' || undefined}
            onClick={() => setOpen(open === act ? null : act)}
          >
            {words.acts[act]}
          </button>
        ))}
      </div>
      {open === 'window' && <WindowForm mac={device.mac} />}
      {open === 'change' && <ChangeEntry device={device} />}
      {open === 'rotate' && <Rotate mac={device.mac} />}
      {/* Stays while it says what came of it, though the token is gone by then. */}
      {open === 'revoke' && <Revoke mac={device.mac} isProven={device.token === 'proven'} />}
      {open === 'remove' && <Remove device={device} />}
    </div>
  )
}
