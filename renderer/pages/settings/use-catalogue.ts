import { useEffect, useState } from 'react'
import { useBench, useBoard } from '../../app/bench-context.ts'
import { attempt } from '../../client/refused.ts'
import type { Catalogue } from './places.ts'

export type ModelPicture = {
  name: string
  pack: string
  keys: number
  keyColumns: readonly [number, number] | null
  modules: number
  moduleKeys: number
}

/** Names of places and packs, and what the packs say of models. Asked when the page opens, and again when the stream says that they changed. */
export type CatalogueNames = Catalogue & {
  isLoaded: boolean
  packNames: ReadonlyMap<string, string>
  /** Packs that a profile supports, by profile. */
  packsOf: ReadonlyMap<string, readonly string[]>
  models: readonly ModelPicture[]
}

const NONE: CatalogueNames = {
  profiles: [],
  groups: [],
  departments: [],
  isLoaded: false,
  packNames: new Map(),
  packsOf: new Map(),
  models: [],
}

export function useCatalogue(): CatalogueNames {
  const { client } = useBench()
  const revision = useBoard((board) => `${board.run} ${board.revisions.catalogue} ${board.revisions.packs}`)
  const [names, setNames] = useState(NONE)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `revision` is the sign to ask again
  useEffect(() => {
    let isGone = false
    void Promise.all([attempt(client.catalogue.list({})), attempt(client.packs.list({}))]).then(([catalogue, packs]) => {
      if (isGone || !catalogue.ok) return
      const { departments, groups, profiles } = catalogue.value
      const known = packs.ok ? packs.value.packs : []
      setNames({
        profiles,
        groups,
        departments,
        isLoaded: true,
        packNames: new Map(known.map(({ id, name }) => [id, name])),
        packsOf: new Map(profiles.map((profile) => [profile.id, profile.packs])),
        models: known.flatMap((pack) => picturesOf(pack)),
      })
    })
    return () => {
      isGone = true
    }
  }, [client, revision])
  return names
}

type Listed = Awaited<ReturnType<ReturnType<typeof useBench>['client']['packs']['list']>>['packs'][number]

function picturesOf({ id, modelDetails }: Listed): ModelPicture[] {
  return modelDetails.map(({ keyColumns, ...model }) => {
    const [left, right] = keyColumns ?? []
    return { ...model, pack: id, keyColumns: left === undefined || right === undefined ? null : ([left, right] as const) }
  })
}
