import { useEffect, useState } from 'react'
import type { PacketView } from '../../../../preload/contract/phone-wire.ts'
import { useBench, useBoard } from '../../../app/bench-context.ts'
import { attempt } from '../../../client/refused.ts'

export type Packets = { packets: readonly PacketView[]; dropped: number }

const MOST = 500

/** Packets of one phone, in order: those kept so far, and every further one as it comes, for as long as this is shown. Null while nothing is known. */
export function usePackets(mac: string): Packets | null {
  const { client } = useBench()
  const isCut = useBoard((board) => board.line.state === 'cut')
  const [known, setKnown] = useState<Packets | null>(null)
  useEffect(() => {
    if (isCut) return
    const leave = new AbortController()
    const add = (packets: readonly PacketView[], dropped: number) =>
      setKnown((before) => ({ packets: merged(before?.packets ?? [], packets), dropped: Math.max(before?.dropped ?? 0, dropped) }))
    const follow = async () => {
      // Asked for first, so that nothing is missed between the list and the stream.
      const stream = await client.devices.followPackets({ mac }, { signal: leave.signal })
      void attempt(client.devices.packets({ mac, limit: MOST })).then((answer) => {
        if (answer.ok && !leave.signal.aborted) add(answer.value.packets, answer.value.dropped)
      })
      for await (const { packets } of stream) add(packets, 0)
    }
    follow().catch(() => undefined) // a cut line is told by the board, and asked again when it is back
    return () => leave.abort()
  }, [client, isCut, mac])
  return known
}

/** By id; one that comes again has more words. After a restart of the bench ids begin anew: time then tells the order. */
function merged(before: readonly PacketView[], more: readonly PacketView[]): PacketView[] {
  const byId = new Map(before.map((one) => [`${one.id} ${one.at}`, one]))
  for (const one of more) byId.set(`${one.id} ${one.at}`, one)
  return [...byId.values()].sort((a, b) => a.at.localeCompare(b.at) || a.id - b.id).slice(-MOST)
}
