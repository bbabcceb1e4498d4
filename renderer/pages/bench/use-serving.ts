import { useState } from 'react'
import { useBench } from '../../app/bench-context.ts'
import { attempt } from '../../client/refused.ts'

const LAST_INTERFACE = 'option66.interface'

/** The interface that was served last from this page; null = none yet. */
export function lastInterface(): string | null {
  return window.localStorage.getItem(LAST_INTERFACE)
}

export type Choice = { interface: string; allowDefaultRoute?: string }

/**
 * Starts and stops the bench. Before that the preflight is asked, and where something stops the bench its page is shown instead, unless the person is sure. Without a choice the interface of last time is taken, or what the bench was started with; where that is refused, the
 * interfaces are shown with the reason.
 */
export function useServing() {
  const { client, ui } = useBench()
  const [isBusy, setBusy] = useState(false)
  const start = async (choice: Choice | null, { isSure = false } = {}): Promise<void> => {
    setBusy(true)
    const last = lastInterface()
    if (!isSure && (await isStopped(choice ?? (last === null ? {} : { interface: last })))) {
      setBusy(false)
      ui.getState().go({ page: 'preflight' })
      return
    }
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
  /** What is wrong with the interface itself is told by the start, beside the interfaces to choose from. */
  const isStopped = async (asked: Partial<Choice>): Promise<boolean> => {
    const looked = await attempt(client.bench.preflight(asked))
    return looked.ok && looked.value.lines.some(({ id, level }) => level === 'stop' && id !== 'interface' && id !== 'address')
  }
  const stop = async (): Promise<void> => {
    setBusy(true)
    await attempt(client.bench.stop({})) // the status in the stream says what came of it
    setBusy(false)
  }
  return { isBusy, start, stop }
}
