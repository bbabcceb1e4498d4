import { useEffect, useState } from 'react'
import { useBench } from '../../app/bench-context.ts'
import { attempt } from '../../client/refused.ts'

export type Pick = { value: string; label: string }
export type PickLists = {
  lines: readonly string[]
  models: readonly string[]
  groups: readonly Pick[]
  profiles: readonly Pick[]
  /** Profile of each business group, by ids. */
  groupProfiles: ReadonlyMap<string, string>
}

const NONE: PickLists = { lines: [], models: [], groups: [], profiles: [], groupProfiles: new Map() }

/** Names to pick from; asked once when the form opens. Without them the fields still take what is typed. */
export function usePickLists(): PickLists {
  const { client } = useBench()
  const [lists, setLists] = useState(NONE)
  useEffect(() => {
    let isGone = false
    void Promise.all([attempt(client.packs.list({})), attempt(client.catalogue.list({}))]).then(([packs, catalogue]) => {
      if (isGone) return
      const models = packs.ok ? packs.value.packs.flatMap((pack) => pack.models) : []
      const { groups, lines, profiles } = catalogue.ok ? catalogue.value : { groups: [], lines: [], profiles: [] }
      const pick = ({ id, name }: { id: string; name: string }): Pick => ({ value: id, label: name })
      setLists({
        lines: [...new Set(lines.map((line) => `${line.number} ${line.displayName}`))],
        models: [...new Set(models)],
        groups: groups.map(pick),
        profiles: profiles.map(pick),
        groupProfiles: new Map(groups.map(({ id, profile }) => [id, profile])),
      })
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
