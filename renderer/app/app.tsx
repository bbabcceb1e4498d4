import { MantineProvider } from '@mantine/core'
import { useCallback, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { Me } from '../../preload/contract/people.ts'
import type { Connection } from '../client/follow.ts'
import { FirstPassword, Login } from '../client/login.tsx'
import { askMe, signIn } from '../client/session.ts'
import { type Bench, BenchContext } from './bench-context.ts'
import { Shell } from './shell.tsx'
import { theme } from './theme.ts'

const SECOND = 1000

/** `trying` the key of the address, `in`, `out` = has to sign in, `first` = has to choose a password. */
type Door = 'trying' | 'in' | 'out' | 'first'

/** Signed in or not, and the one stream that feeds everything below. */
export function App({ bench, connection, givenKey }: { bench: Bench; connection: Connection; givenKey: string | null }) {
  const [door, setDoor] = useState<Door>(givenKey === null ? 'in' : 'trying')
  useEffect(() => {
    if (givenKey !== null) void signIn({ key: givenKey }).then((outcome) => setDoor(typeof outcome === 'string' ? 'in' : 'out'))
  }, [givenKey])
  useEffect(() => {
    if (door !== 'in') return
    const leave = new AbortController()
    const mayReconnect = async () => {
      const me = await askMe(bench.client)
      if (leave.signal.aborted || me === null) return true
      if (me === 'out') setDoor('out')
      else if (me.mustChange) setDoor('first')
      return me !== 'out' && !me.mustChange
    }
    void connection.follow(leave.signal, mayReconnect)
    return () => leave.abort()
  }, [door, connection, bench])
  useTicking(bench)
  useWhoAmI(bench, door === 'in')
  const enter = useCallback(() => setDoor('in'), [])
  const isFirst = useStore(bench.board, (board) => board.line.state === 'first')
  const isKnown = useStore(bench.me, ({ me }) => me !== null)
  return (
    // Variables and classes stand in our own files: nothing is put into style elements, so the content policy can stay strict.
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <BenchContext value={bench}>
        {door === 'out' ? (
          <Login onEntered={enter} />
        ) : door === 'first' ? (
          <FirstPassword onChanged={enter} />
        ) : (
          <Shell isFirst={isFirst || !isKnown} />
        )}
      </BenchContext>
    </MantineProvider>
  )
}

/** Who is in, and what that role may: asked when the line is up, and again when people change. Looks with the own eyes from the start. */
function useWhoAmI(bench: Bench, isIn: boolean): void {
  const isLive = useStore(bench.board, (board) => board.line.state === 'live')
  const revision = useStore(bench.board, (board) => board.revisions.people)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the revision says when to ask again
  useEffect(() => {
    if (!isIn) {
      bench.me.getState().set(null)
      return
    }
    if (!isLive) return
    let isGone = false
    void bench.client.people.me({}).then(
      (me) => {
        if (isGone) return
        if (bench.me.getState().me?.role !== me.role) lookAs(bench, me)
        bench.me.getState().set(me)
      },
      () => undefined, // the line was cut, or the session ended: the next line asks again
    )
    return () => {
      isGone = true
    }
  }, [bench, isIn, isLive, revision])
}

function lookAs({ editor, ui }: Bench, { device, groups, role }: Me): void {
  if (role === 'groupAdmin') editor.getState().viewAs({ role: 'groupAdmin', group: groups[0] ?? null, device: null })
  else if (role === 'endUser') editor.getState().viewAs({ role: 'endUser', group: null, device })
  // A user of one phone has one page: his phone.
  if (role === 'endUser' && device !== null && ui.getState().route.page === 'bench')
    ui.getState().go({ page: 'settings', layer: { kind: 'device', id: device }, menu: null })
}

function useTicking({ clock }: Bench): void {
  useEffect(() => {
    const timer = setInterval(() => clock.getState().tick(), SECOND)
    return () => clearInterval(timer)
  }, [clock])
}
