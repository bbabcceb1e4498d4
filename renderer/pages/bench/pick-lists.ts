import { useEffect, useState } from 'react'
import { useBench } from '../../app/bench-context.ts'
import { attempt } from '../../client/refused.ts'

/** Names to pick from; asked once when the form opens. Without them the fields still take what is typed. */
export function usePickLists(): { lines: string[]; models: string[] } {
  const { client } = useBench()
  const [lists, setLists] = useState<{ lines: string[]; models: string[] }>({ lines: [], models: [] })
  useEffect(() => {
    let isGone = false
    void Promise.all([attempt(client.packs.list({})), attempt(client.catalogue.list({}))]).then(([packs, catalogue]) => {
      if (isGone) return
      const models = packs.ok ? packs.value.packs.flatMap((pack) => pack.models) : []
      const lines = catalogue.ok ? catalogue.value.lines.map((line) => `${line.number} ${line.displayName}`) : []
      setLists({ lines: [...new Set(lines)], models: [...new Set(models)] })
    })
    return () => {
      isGone = true
    }
  }, [client])
  return lists
}

/** The directory number of a picked or typed line: `4200 Reception` is `4200`. */
export function lineNumber(picked: string): string {
  return picked.trim().split(' ')[0] ?? ''
}
