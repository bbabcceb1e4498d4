import type { Pack } from '../../../main/core/model/pack.ts'
import { bundledPacksFolder, loadPacks } from '../../../main/packs/load.ts'

/** Two of the families that ship with the program: rules of settings are the same for all, and what another pack lacks is no affair of theirs. */
export async function twoFamilies(): Promise<Pack[]> {
  const { packs, problems } = await loadPacks([bundledPacksFolder()])
  const two = packs.filter((pack) => pack.id === 'yealink/t4x-t5x' || pack.id === 'poly/vvx')
  if (two.length < 2) throw new Error(JSON.stringify(problems))
  return two
}
