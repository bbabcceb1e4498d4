import type { Layer } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { Pack } from '../model/pack.ts'
import type { World } from '../model/world.ts'
import { renderFile } from '../render/render.ts'
import { sameFiles } from './changed-files.ts'
import { Bare, Sight } from './pair-sight.ts'
import type { Pair } from './pair.ts'
import { type Part, partsOf } from './reach-part.ts'
import { keysIn } from './resolve.ts'

export type { Pair } from './pair.ts'

/**
 * Which phones get other files, without rendering two files for each of them. Of each template only the lines that can differ are rendered (`pack/slice.ts`), and those
 * once for all phones that agree in everything these lines read. Where even that leaves a doubt (lines that came in another order, a file that is refused or near the
 * limit of the phone's parser) the whole file is rendered for that very phone. So the answer is that of rendering all files of all phones.
 */
export class Reach {
  readonly #before: World
  readonly #after: World
  readonly #plans = new Map<Pack, Map<string, readonly Part[]>>()
  readonly #targets = new Map<Pack, Map<string, Bare>>()

  #wholes = 0

  constructor(before: World, after: World) {
    this.#before = before
    this.#after = after
  }

  /** null = every file stays as it is. Else a text that is the same for phones whose files change alike. */
  of(pair: Pair): string | null {
    const { changed, fresh, hasOtherFirmware, old, pack } = pair
    if (!isSameUnit(old, fresh)) return this.ofOther(old, fresh)
    const sight = new Sight(pair, this.#bare(pack, old), this.#before, this.#after)
    const hasOtherLines = sight.hasOtherLines()
    if (changed.length === 0 && !hasOtherLines && !hasOtherFirmware && !hasOtherLocks(pair)) return null
    const flags = `${hasOtherLines ? 'l' : ''}${hasOtherFirmware ? 'f' : ''}${changed.every((key) => sight.isIdle(key)) ? 'i' : ''}`
    let kind = ''
    let reaches = false
    for (const part of this.#partsFor(pack, changed, flags)) {
      const verdict = this.#verdict(part, sight)
      if (verdict === null) continue
      reaches = true
      kind += `${part.file.id} ${part.stage} ${verdict}\n`
    }
    return reaches ? `${sight.bare.id}\n${flags}\n${kind}` : null
  }

  /** Another pack shares no lines to look at: phone by phone, and there is an end to what a look ahead may cost. */
  mayLookAtOther(): boolean {
    return this.#wholes < MAX_WHOLES
  }

  /** The same where pack, model or firmware are not the same: by all files of this very phone. */
  ofOther(old: Device, fresh: Device): string | null {
    this.#wholes += 1
    if (sameFiles({ device: old, world: this.#before }, { device: fresh, world: this.#after })) return null
    const { expectedModel, lines, model, pack } = fresh
    return `other ${pack}\n${model ?? expectedModel}\n${lines.length}`
  }

  /** null = this file stays at this stage. */
  #verdict(part: Part, sight: Sight): string | number | null {
    const { pair } = sight
    if (part.mayHoldRaw && hasOtherLocks(pair)) return this.#rawVerdict(part, sight)
    if (part.slice === null) return part.mayBeRefused(pair, sight) && this.#isOther(part, pair) ? 'refused' : null
    const key = part.keyOf(sight)
    const known = part.verdicts.get(key.whole) ?? { says: part.judge(pair, this.#before, this.#after), kind: part.kindOf(key.values) }
    part.verdicts.set(key.whole, known)
    const isDoubtful = known.says === 'ask' || part.isDelicate(sight)
    return (isDoubtful ? this.#isOther(part, pair) : known.says === 'other') ? known.kind : null
  }

  /** Raw lines that go round a lock are not in the file: by the whole file, once for phones of one model with the same raw lines and locks. */
  #rawVerdict(part: Part, { bare, pair }: Sight): string | null {
    const text = `${bare.id}\n${rawText(pair.layers)}\n\n${rawText(pair.layersAfter)}`
    const isAlone = pair.changed.every((key) => key === RAW) && pair.old === pair.fresh && this.#before.line === this.#after.line
    const isOther = (isAlone ? part.rawVerdicts.get(text) : undefined) ?? this.#isOther(part, pair)
    if (isAlone) part.rawVerdicts.set(text, isOther)
    return isOther ? text : null
  }

  /** By the whole file of this very phone. */
  #isOther(part: Part, { fresh, old }: Pair): boolean {
    const [a, b] = [renderFile(part.input(old, this.#before)), renderFile(part.input(fresh, this.#after))]
    return (a.ok ? a.value : a.refusal.message) !== (b.ok ? b.value : b.refusal.message)
  }

  #bare(pack: Pack, { expectedModel, firmware, model: seen }: Device): Bare {
    const model = seen ?? expectedModel
    const known = this.#targets.get(pack) ?? new Map<string, Bare>()
    this.#targets.set(pack, known)
    const name = `${model ?? ''}\n${firmware ?? ''}`
    const made = known.get(name) ?? new Bare(`${pack.id} ${pack.revision} ${name}`, pack, { pack: pack.id, model, firmware })
    known.set(name, made)
    return made
  }

  #partsFor(pack: Pack, changed: readonly string[], flags: string): readonly Part[] {
    const known = this.#plans.get(pack) ?? new Map<string, readonly Part[]>()
    this.#plans.set(pack, known)
    const name = `${flags}\n${changed.join('\n')}`
    const made = known.get(name) ?? partsOf(pack, { keys: new Set(changed), flags, hasUrl: this.#after.network?.httpUrl != null })
    known.set(name, made)
    return made
  }
}

/** Phones whose files are all rendered, before and after: half a millisecond or so each. */
const MAX_WHOLES = 2_000

const RAW = 'raw.lines'

/**
 * Whether other raw lines may be kept out of a phone's file than before (`render/raw-locks.ts`): it has some, and they or the locks around them are not the same. This is
 * the one thing in which locks reach a file by another way than by values.
 */
export function hasOtherLocks({ layers, layersAfter, pack }: Pick<Pair, 'layers' | 'layersAfter' | 'pack'>): boolean {
  if (pack.raw === null || !(layers.some(holdsRaw) || layersAfter.some(holdsRaw))) return false
  if (!layers.some(({ locks }) => locks.length > 0) && !layersAfter.some(({ locks }) => locks.length > 0)) return false
  return rawText(layers) !== rawText(layersAfter)
}

function holdsRaw(layer: Layer): boolean {
  return keysIn(layer).has(RAW)
}

function rawText(layers: readonly Layer[]): string {
  return JSON.stringify(layers.map((layer) => [layer.kind, layer.locks, keysIn(layer).get(RAW) ?? null]))
}

/** What of the record reaches files. All else of a phone comes through its layers, lines and firmware target. */
function isSameUnit(a: Device, b: Device): boolean {
  return (
    a === b ||
    (a.pack === b.pack &&
      (a.packVersion ?? null) === (b.packVersion ?? null) &&
      a.model === b.model &&
      a.expectedModel === b.expectedModel &&
      a.firmware === b.firmware &&
      a.serial === b.serial &&
      a.serials === b.serials &&
      a.staging === b.staging &&
      a.windowStartAt === b.windowStartAt)
  )
}
