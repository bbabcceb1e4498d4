import { useEffect, useState } from 'react'
import type { RegistrationView } from '../../../../preload/contract/phone-wire.ts'
import type { NoteView, ResolvedSettingView } from '../../../../preload/contract/view.ts'
import { useBench } from '../../../app/bench-context.ts'
import { attempt } from '../../../client/refused.ts'

export type PhoneDetails = {
  settings: readonly ResolvedSettingView[]
  timeline: readonly NoteView[]
  registrations?: readonly RegistrationView[] | undefined
  tells?: readonly ('resync' | 'reboot')[] | undefined
}

/** Several changes in a row are one question. */
const SETTLE_MS = 400

/** Settings and the stored timeline: asked for when the phone is opened, and again when the stream says that it changed. */
export function usePhone(mac: string, updatedAt: string | undefined): PhoneDetails | null {
  const { client } = useBench()
  const [details, setDetails] = useState<PhoneDetails | null>(null)
  const isFirst = details === null
  // biome-ignore lint/correctness/useExhaustiveDependencies: `updatedAt` is the sign to ask again
  useEffect(() => {
    let isGone = false
    const timer = setTimeout(
      () => {
        void attempt(client.devices.get({ mac })).then((answer) => {
          if (!isGone && answer.ok) setDetails(answer.value)
        })
      },
      isFirst ? 0 : SETTLE_MS,
    )
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [client, mac, updatedAt])
  return details
}
