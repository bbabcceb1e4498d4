import { useState } from 'react'
import { useBench } from '../../app/bench-context.ts'
import { attempt } from '../../client/refused.ts'

const LAST_INTERFACE = 'option66.interface'

export type Choice = { interface: string; allowDefaultRoute?: string }

/**
 * Starts and stops the bench. Without a choice the interface of last time is taken, or what the bench was started with; where that is refused, the
 * interfaces are shown with the reason.
 */
export function useServing() {
  const { client, ui } = useBench()
  const [isBusy, setBusy] = useState(false)
  const start = async (choice: Choice | null): Promise<void> => {
    setBusy(true)
    const last = window.localStorage.getItem(LAST_INTERFACE)
    const started = await attempt(client.bench.start(choice ?? (last === null ? {} : { interface: last })))
    setBusy(false)
    if (!started.ok) {
      if (last !== null && choice === null) window.localStorage.removeItem(LAST_INTERFACE)
      ui.getState().open({
        kind: 'interfaces',
        refused: choice === null && started.refused.code === 'BENCH_NO_INTERFACE' ? null : started.refused,
      })
      return
    }
    if (choice !== null) window.localStorage.setItem(LAST_INTERFACE, choice.interface)
    if (ui.getState().panel?.kind === 'interfaces') ui.getState().close()
  }
  const stop = async (): Promise<void> => {
    setBusy(true)
    await attempt(client.bench.stop({})) // the status in the stream says what came of it
    setBusy(false)
  }
  return { isBusy, start, stop }
}
