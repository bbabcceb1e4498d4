import type { Sealer } from '../bench/ports.ts'
import type { EntityName } from '../core/model/world.ts'
import { StoreUnreadable } from './errors.ts'

/**
 * What never touches the disk in clear, by entity; `*` stands for every member of a list or record. Layer values are sealed whatever their key says:
 * a pack may call a secret by any name. DHCP options are, because a URL in them may carry a password.
 */
export const sealedFields: Readonly<Partial<Record<EntityName, readonly (readonly string[])[]>>> = {
  token: [
    ['tokens', '*', 'secret'],
    ['tokens', '*', 'ha1'],
  ],
  line: [['sipPassword']],
  layer: [['values', '*', 'value']],
  kept: [['phones', '*', 'values', '*', 'value']],
  sync: [['key']],
  account: [['password']],
  session: [['key']],
  // No secret, but what only the holder of the data key can write.
  auditHead: [['seal']],
  outbox: [['body', 'ha1']],
  dhcpConfig: [
    ['options', '*'],
    ['classes', '*', 'options', '*'],
  ],
}

const MARK = '$sealed'

/** The value as it goes to disk: a copy along the sealed paths, the same object elsewhere. */
export function sealRecord(entity: EntityName, value: unknown, sealer: Sealer): unknown {
  let sealed = value
  for (const path of sealedFields[entity] ?? []) sealed = sealAt(sealed, path, sealer)
  return sealed
}

function sealAt(value: unknown, path: readonly string[], sealer: Sealer): unknown {
  if (value === null || value === undefined) return value
  const [step, ...rest] = path
  if (step === undefined) return { [MARK]: sealer.seal(JSON.stringify(value)) }
  if (Array.isArray(value)) return step === '*' ? value.map((one) => sealAt(one, rest, sealer)) : value
  if (typeof value !== 'object') return value
  const copy: Record<string, unknown> = { ...value }
  for (const key of step === '*' ? Object.keys(copy) : [step]) if (key in copy) copy[key] = sealAt(copy[key], rest, sealer)
  return copy
}

/** Opens whatever is sealed, wherever it stands: older versions of the program may have sealed other fields. */
export function openRecord(value: unknown, sealer: Sealer): unknown {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((one) => openRecord(one, sealer))
  if (MARK in value) return openText(value[MARK], sealer)
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, openRecord(one, sealer)]))
}

/** The line's checksum held, so the text is what was written: only the key can be wrong. */
function openText(sealed: unknown, sealer: Sealer): unknown {
  try {
    return JSON.parse(sealer.open(String(sealed)))
  } catch (error) {
    throw new StoreUnreadable(
      `The secrets in the data folder cannot be opened with this key (${error instanceof Error ? error.message : String(error)})`,
      'Put back the key file and keys.json that belong to this folder.',
    )
  }
}
