import type { Layer } from '../model/catalogue.ts'
import type { Device } from '../model/device.ts'
import type { Pack, SettingDefinition } from '../model/pack.ts'
import type { World } from '../model/world.ts'
import { firmwareTarget } from '../pack/target.ts'
import type { TemplateLine } from '../render/context.ts'
import { type PhoneLine, phoneLines } from './lines.ts'
import type { Pair } from './pair.ts'
import { definitionOf, keysIn, resolveSetting, type Target } from './resolve.ts'

/** Values of one model and firmware with nothing set anywhere. */
export class Bare {
  readonly id: string
  readonly pack: Pack
  readonly target: Target
  readonly accounts: number
  readonly #values = new Map<string, unknown>()
  #hasLineDefaults: boolean | null = null

  constructor(id: string, pack: Pack, target: Target) {
    this.id = id
    this.pack = pack
    this.target = target
    this.accounts = pack.models[target.model ?? '']?.lines ?? 1
  }

  hasLineDefaults(): boolean {
    this.#hasLineDefaults ??= this.pack.settings.some(({ default: standard, key }) => standard !== null && key.startsWith('lines.'))
    return this.#hasLineDefaults
  }

  /** undefined = the family has no such setting. */
  valueOf(key: string): unknown {
    if (this.#values.has(key)) return this.#values.get(key)
    const definition = definitionOf(this.pack.settings, key)
    const value = definition === null ? undefined : resolveSetting(definition, [], this.target).value
    this.#values.set(key, value)
    return value
  }
}

/** A phone before and after; what several files ask is worked out once. */
export class Sight {
  readonly pair: Pair
  readonly bare: Bare
  readonly #before: World
  readonly #after: World
  #lines: readonly [TemplateLine[], TemplateLine[]] | null = null

  constructor(pair: Pair, bare: Bare, before: World, after: World) {
    this.pair = pair
    this.bare = bare
    this.#before = before
    this.#after = after
  }

  value(definition: SettingDefinition, isAfter: boolean): unknown {
    return resolveSetting(definition, isAfter ? this.pair.layersAfter : this.pair.layers, this.bare.target).value
  }

  lines(): readonly [TemplateLine[], TemplateLine[]] {
    const { changed, fresh, layers, layersAfter, old } = this.pair
    if (this.#lines !== null) return this.#lines
    const before = this.#linesIn(old, layers, this.#before)
    const isSame = old === fresh && this.#before.line === this.#after.line && !changed.some((key) => key.startsWith('lines.'))
    this.#lines = [before, isSame ? before : this.#linesIn(fresh, layersAfter, this.#after)]
    return this.#lines
  }

  hasOtherLines(): boolean {
    const { changed, fresh, old } = this.pair
    if (old === fresh && this.#before.line === this.#after.line && !changed.some((key) => key.startsWith('lines.'))) return false
    const [before, after] = this.lines()
    return JSON.stringify(before) !== JSON.stringify(after)
  }

  /** A field of a key that does nothing, before and after: such a key is not among those a template sees (`render/context.ts`). */
  isIdle(key: string): boolean {
    const field = KEY_FIELD.exec(key)
    if (field === null) return false
    const action = definitionOf(this.bare.pack.settings, `${field[1]}.action`)
    return action === null || (this.value(action, false) === null && this.value(action, true) === null)
  }

  firmware(): string {
    return [firmwareTarget(this.pair.old, this.#before), firmwareTarget(this.pair.fresh, this.#after)]
      .map((goal) => `${goal?.step} ${goal?.image?.name}`)
      .join('\n')
  }

  #linesIn(device: Device, layers: readonly Layer[], world: World): TemplateLine[] {
    const { accounts, pack, target } = this.bare
    // Nobody says anything of lines: they are those of the record, and no more need be asked for.
    if (!layers.some(hasLineKeys) && !this.bare.hasLineDefaults())
      return phoneLines(device, () => null, Math.min(accounts, device.lines.length), world).map(factsOf)
    const settingOf = (key: string) => {
      if (!layers.some((layer) => keysIn(layer).has(key))) return this.bare.valueOf(key)
      const definition = definitionOf(pack.settings, key)
      return definition === null ? undefined : resolveSetting(definition, layers, target).value
    }
    return phoneLines(device, settingOf, accounts, world).map(factsOf)
  }
}

const KEY_FIELD = /^((?:modules\.\d+\.)?keys\.\d+)\.(?:value|label|line)$/

/** What a line is beside its settings. */
export const LINE_FIELDS = ['index', 'number', 'label', 'displayName', 'sipUser', 'sipAuthUser', 'sipPassword', 'isOwn'] as const

const withLineKeys = new WeakMap<Layer, boolean>()

function hasLineKeys(layer: Layer): boolean {
  const known = withLineKeys.get(layer)
  if (known !== undefined) return known
  const made = [...keysIn(layer).keys()].some((key) => key.startsWith('lines.'))
  withLineKeys.set(layer, made)
  return made
}

/** What of a line is no setting; those that are (`lines.2.label`) are read as settings as well. */
function factsOf({ isOwn, label, line, n }: PhoneLine): TemplateLine {
  const { displayName, number, sipAuthUser, sipPassword, sipUser } = line
  const facts = {
    index: n,
    number,
    label: label ?? displayName,
    displayName,
    sipUser,
    sipAuthUser: sipAuthUser ?? sipUser,
    sipPassword,
    isOwn,
  }
  return facts as TemplateLine // what else templates may ask of a line comes from settings
}
