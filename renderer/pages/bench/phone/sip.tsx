import { useState } from 'react'
import type { RegistrationView } from '../../../../preload/contract/phone-wire.ts'
import type { DeviceView, NoteView } from '../../../../preload/contract/view.ts'
import { useBench, useBoard } from '../../../app/bench-context.ts'
import { useMay } from '../../../app/use-me.ts'
import { attempt, type Refused } from '../../../client/refused.ts'
import { formatClock } from '../../../parts/duration.ts'
import { RefusedSaid, Said } from '../../../parts/said.tsx'
import { sipWords as words } from '../../../words/wire.ts'
import classes from './phone.module.css'
import type { PhoneDetails } from './use-phone.ts'

const NONE: readonly NoteView[] = []

/** Whether its SIP credentials are right, and the word that makes it come back. Nothing where neither is known. */
export function Sip({ details, device }: { device: DeviceView; details: PhoneDetails | null }) {
  const live = useBoard((board) => board.notes.get(device.mac)) ?? NONE
  const proof = proofOf([...(details?.timeline ?? NONE), ...live], details?.registrations ?? [])
  const tells = details?.tells ?? []
  const mayTell = useMay('devices.notify')
  if (proof === null && tells.length === 0) return null
  return (
    <div className={classes.acts}>
      {proof?.isRight === true && (
        <Said
          meaning="good"
          message={proof.lines.length === 0 ? words.proven : words.provenLines(proof.lines)}
          hint={words.provenNext(formatClock(Date.parse(proof.at), true))}
        />
      )}
      {proof?.isRight === false && <Said meaning="bad" message={words.wrong} hint={words.wrongNext} />}
      {mayTell && tells.length > 0 && device.address !== null && <Tell mac={device.mac} tells={tells} />}
    </div>
  )
}

function Tell({ mac, tells }: { mac: string; tells: readonly ('resync' | 'reboot')[] }) {
  const { client } = useBench()
  const [isBusy, setBusy] = useState(false)
  const [outcome, setOutcome] = useState<Refused | { sentTo: string } | null>(null)
  const tell = async (act: 'resync' | 'reboot') => {
    setBusy(true)
    const answer = await attempt(client.devices.notify({ mac, do: act }))
    setBusy(false)
    setOutcome(answer.ok ? answer.value : answer.refused)
  }
  // One of the two is enough: a restart also makes it fetch.
  const act = tells.includes('resync') ? 'resync' : 'reboot'
  return (
    <>
      <div className={classes.row}>
        <button type="button" className={classes.act} disabled={isBusy} onClick={() => void tell(act)}>
          {words.tell[act]}
        </button>
      </div>
      {outcome !== null &&
        ('sentTo' in outcome ? (
          <Said meaning="good" message={words.told(outcome.sentTo)} hint={words.toldNext} />
        ) : (
          <RefusedSaid refused={outcome} />
        ))}
    </>
  )
}

type Proof = { isRight: boolean; lines: readonly string[]; at: string }

/** The last word of the registrar: it registered, or it came with a wrong user or password. */
export function proofOf(notes: readonly NoteView[], held: readonly RegistrationView[]): Proof | null {
  const last = notes
    .filter(({ kind, level }) => kind === 'sip.registered' || (kind === 'sip.register' && level === 'error'))
    .reduce<NoteView | null>((newest, one) => (newest === null || one.at >= newest.at ? one : newest), null)
  const since = held.reduce<string | null>((first, one) => (first === null || one.since < first ? one.since : first), null)
  if (last?.kind === 'sip.register' && (since === null || last.at > since)) return { isRight: false, lines: [], at: last.at }
  if (since !== null) return { isRight: true, lines: held.map(({ line }) => line), at: since }
  return last === null ? null : { isRight: true, lines: [], at: last.at }
}
