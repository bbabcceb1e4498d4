import { MantineProvider } from '@mantine/core'
import { useCallback, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { Connection } from '../client/follow.ts'
import { Login } from '../client/login.tsx'
import { isSignedIn, signIn } from '../client/session.ts'
import { type Bench, BenchContext } from './bench-context.ts'
import { Shell } from './shell.tsx'
import { theme } from './theme.ts'

const SECOND = 1000

/** Signed in or not, and the one stream that feeds everything below. */
export function App({ bench, connection, givenKey }: { bench: Bench; connection: Connection; givenKey: string | null }) {
  const [mayEnter, setMayEnter] = useState<boolean | null>(givenKey === null ? true : null)
  useEffect(() => {
    if (givenKey !== null) void signIn(givenKey).then((outcome) => setMayEnter(outcome !== 'wrong-key'))
  }, [givenKey])
  useEffect(() => {
    if (mayEnter !== true) return
    const leave = new AbortController()
    const mayReconnect = async () => {
      const known = await isSignedIn()
      if (known === false && !leave.signal.aborted) setMayEnter(false)
      return known !== false
    }
    void connection.follow(leave.signal, mayReconnect)
    return () => leave.abort()
  }, [mayEnter, connection])
  useTicking(bench)
  const enter = useCallback(() => setMayEnter(true), [])
  const isFirst = useStore(bench.board, (board) => board.line.state === 'first')
  return (
    // Variables and classes stand in our own files: nothing is put into style elements, so the content policy can stay strict.
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <BenchContext value={bench}>{mayEnter === false ? <Login onEntered={enter} /> : <Shell isFirst={isFirst} />}</BenchContext>
    </MantineProvider>
  )
}

function useTicking({ clock }: Bench): void {
  useEffect(() => {
    const timer = setInterval(() => clock.getState().tick(), SECOND)
    return () => clearInterval(timer)
  }, [clock])
}
