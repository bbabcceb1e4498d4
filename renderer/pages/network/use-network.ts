import { useCallback, useEffect, useMemo, useState } from 'react'
import type { NetworkEffect, NetworkProblem, NetworkView } from '../../../preload/contract/network.ts'
import { useBench } from '../../app/bench-context.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import { type Draft, draftOf, givenBy, isEmpty } from './draft.ts'

/** What a save would do, as the bench says it. */
export type Tried = {
  effects: NetworkEffect[]
  problems: NetworkProblem[]
  warnings: { field: string; text: string }[]
  restart: string | null
}

export type NetworkForm = {
  view: NetworkView
  draft: Draft
  /** null = being looked at, or nothing is changed. */
  tried: Tried | null
  isChanged: boolean
  isBusy: boolean
  isSaved: boolean
  refused: Refused | null
  change(part: Partial<Draft>): void
  discard(): void
  save(): void
  restart(): void
}

export type Loaded = { state: 'loading' } | { state: 'refused'; refused: Refused } | { state: 'ready'; form: NetworkForm }

const TYPING_MS = 350

/** The settings, the unsaved changes, and what the bench says of them; it is asked when typing rests. */
export function useNetwork(): Loaded {
  const { client } = useBench()
  const [view, setView] = useState<NetworkView | null>(null)
  const [draft, setDraft] = useState<Draft | null>(null)
  const [tried, setTried] = useState<Tried | null>(null)
  const [refused, setRefused] = useState<Refused | null>(null)
  const [isBusy, setBusy] = useState(false)
  const [isSaved, setSaved] = useState(false)

  const load = useCallback(async () => {
    const answer = await attempt(client.network.get({}))
    if (!answer.ok) return setRefused(answer.refused)
    setView(answer.value)
    setDraft(draftOf(answer.value))
    setTried(null)
  }, [client])
  useEffect(() => void load(), [load])

  const given = useMemo(() => (view === null || draft === null ? null : givenBy(draft, view)), [view, draft])
  const isChanged = given !== null && !isEmpty(given)
  useEffect(() => {
    setTried(null)
    if (given === null || isEmpty(given)) return
    let isGone = false
    const timer = setTimeout(() => {
      void attempt(client.network.save({ ...given, dryRun: true })).then((answer) => {
        if (isGone) return
        setRefused(answer.ok ? null : answer.refused)
        if (answer.ok) setTried(answer.value)
      })
    }, TYPING_MS)
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [client, given])

  if (view === null || draft === null) return refused === null ? { state: 'loading' } : { state: 'refused', refused }
  const work = async (act: () => Promise<{ ok: true } | { ok: false; refused: Refused }>): Promise<boolean> => {
    setBusy(true)
    setRefused(null)
    const answer = await act()
    if (!answer.ok) setRefused(answer.refused)
    else await load()
    setBusy(false)
    return answer.ok
  }
  return {
    state: 'ready',
    form: {
      ...{ view, draft, tried, isChanged, isBusy, isSaved, refused },
      change: (part) => {
        setSaved(false)
        setDraft({ ...draft, ...part })
      },
      discard: () => setDraft(draftOf(view)),
      save: () => void work(() => attempt(client.network.save(given ?? {}))).then(setSaved),
      restart: () =>
        void work(async () => {
          const stopped = await attempt(client.bench.stop({}))
          return stopped.ok
            ? attempt(client.bench.start(view.inForce?.interface == null ? {} : { interface: view.inForce.interface }))
            : stopped
        }),
    },
  }
}
