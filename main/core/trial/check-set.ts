import type { Pack } from '../model/pack.ts'
import { refusal } from '../model/refusals.ts'
import { checkAll } from '../pack/check.ts'
import type { PackTexts } from '../pack/sources.ts'
import { type IdentifySamples, identifyProblems, readIdentifySamples } from './identify-samples.ts'

type Member = { pack: Pack; texts: PackTexts; isBundled: boolean }

/**
 * A set of packs, earlier ones first: ids and models are unique, and every recognition sample is claimed by its own pack and by no other. A pack that takes a
 * phone from an earlier one, or does not know its own, is left out. The packs that ship with the program were tried against each other when it was built.
 */
export function checkSet(members: readonly Member[]): { packs: Pack[]; problems: { pack: string; message: string }[] } {
  const { packs, problems } = checkAll(members.map((one) => one.pack))
  if (members.every((one) => one.isBundled)) return { packs, problems }
  const kept = members.filter((one) => one.isBundled && packs.includes(one.pack))
  for (const member of members) {
    if (member.isBundled || !packs.includes(member.pack)) continue
    const why = claimProblem(member, kept)
    if (why === null) kept.push(member)
    else problems.push({ pack: member.pack.id, message: refusal('PACK_INVALID', { pack: member.pack.id, why }).message })
  }
  return { packs: packs.filter((pack) => kept.some((one) => one.pack === pack)), problems }
}

function claimProblem(member: Member, kept: readonly Member[]): string | null {
  const set = [...kept.map((one) => one.pack), member.pack]
  const own = readIdentifySamples(member.texts)
  if ('why' in own) return `${own.file} ${own.why}`
  const [first] = identifyProblems(member.pack, set, own, member.texts)
  if (first !== undefined) return `${first.file} line ${first.line}: ${first.why}`
  for (const other of kept) {
    const samples: IdentifySamples | { why: string } = readIdentifySamples(other.texts)
    if ('why' in samples) continue
    const [taken] = identifyProblems(other.pack, set, samples, other.texts)
    if (taken !== undefined) return `it takes a phone of ${other.pack.id} (${taken.file} line ${taken.line}): ${taken.why}`
  }
  return null
}
