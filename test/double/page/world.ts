/// <reference lib="dom" />

/**
 * One end of the bridge between a page's own world and the preload's isolated world. The two share the DOM and nothing else, so every value crosses as text in a
 * CustomEvent, which copies it as contextBridge does. Injected as text into both worlds (and used by Node for its codec), so it may refer to nothing outside itself.
 */
export function createWorld(side: string, other: string, window: Pick<Window, 'addEventListener' | 'dispatchEvent'>) {
  type Coded = { $: string; v?: unknown; n?: string }
  type Message = { op: string; id?: number; args?: Coded; ok?: boolean; v?: Coded; key?: string; api?: Coded }
  const functions = new Map<number, (...args: unknown[]) => unknown>()
  const promises = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>()
  let ids = 0
  let returned: Message | null = null

  const encode = (value: unknown, depth = 0): Coded => {
    if (depth > 1000) throw new Error('contextBridge: object nested too deep')
    if (typeof value === 'function') return { $: 'function', v: keep(functions, value as (...args: unknown[]) => unknown) }
    if (typeof value === 'symbol') throw new Error('An object could not be cloned.')
    if (value === undefined) return { $: 'undefined' }
    if (typeof value === 'bigint') return { $: 'bigint', v: String(value) }
    if (value === null || typeof value !== 'object') return { $: 'plain', v: value }
    if ('then' in value && typeof value.then === 'function') return encodePromise(value as Promise<unknown>)
    if (value instanceof Date) return { $: 'date', v: value.getTime() }
    if (value instanceof Error) return { $: 'error', v: value.message, n: value.name }
    if (value instanceof Map) return { $: 'map', v: encode([...value], depth + 1) }
    if (value instanceof Set) return { $: 'set', v: encode([...value], depth + 1) }
    if (value instanceof ArrayBuffer) return { $: 'bytes', v: [...new Uint8Array(value)] }
    if (ArrayBuffer.isView(value)) return { $: 'bytes', v: [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)] }
    if (Array.isArray(value)) return { $: 'array', v: value.map((one) => encode(one, depth + 1)) }
    return { $: 'object', v: Object.entries(value).map(([key, one]) => [key, encode(one, depth + 1)]) }
  }
  const keep = <T>(map: Map<number, T>, value: T): number => {
    ids += 1
    map.set(ids, value)
    return ids
  }
  const encodePromise = (promise: Promise<unknown>): Coded => {
    ids += 1
    const id = ids
    promise.then(
      (value) => fire({ op: 'settle', id, ok: true, v: encode(value) }),
      (error) => fire({ op: 'settle', id, ok: false, v: encode(error) }),
    )
    return { $: 'promise', v: id }
  }
  const decode = (coded: Coded): unknown => {
    const { $: kind, v } = coded
    if (kind === 'function') return (...args: unknown[]) => call(v as number, args)
    if (kind === 'promise') return new Promise((resolve, reject) => promises.set(v as number, { resolve, reject }))
    if (kind === 'undefined') return undefined
    if (kind === 'bigint') return BigInt(v as string)
    if (kind === 'date') return new Date(v as number)
    if (kind === 'error') return Object.assign(new Error(v as string), { name: coded.n })
    if (kind === 'map') return new Map(decode(v as Coded) as [unknown, unknown][])
    if (kind === 'set') return new Set(decode(v as Coded) as unknown[])
    if (kind === 'bytes') return Uint8Array.from(v as number[])
    if (kind === 'array') return (v as Coded[]).map(decode)
    if (kind === 'object') return Object.fromEntries((v as [string, Coded][]).map(([key, one]) => [key, decode(one)]))
    return v
  }
  const fire = (message: Message) => window.dispatchEvent(new CustomEvent(`double:${other}`, { detail: JSON.stringify(message) }))
  const call = (id: number, args: unknown[]): unknown => {
    returned = null
    fire({ op: 'call', id, args: encode(args) })
    const answer = returned as Message | null // events are dispatched synchronously
    if (answer?.v === undefined) throw new Error('double: the other world did not answer')
    const value = decode(answer.v)
    if (!answer.ok) throw value
    return value
  }
  const freeze = (value: unknown): unknown => {
    if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return value
    for (const one of Object.values(value)) freeze(one)
    return Object.freeze(value)
  }
  const answerCall = ({ args, id }: Message): void => {
    try {
      const value = functions.get(id ?? 0)?.(...(decode(args as Coded) as unknown[]))
      fire({ op: 'return', ok: true, v: encode(value) })
    } catch (error) {
      fire({ op: 'return', ok: false, v: encode(error) })
    }
  }
  window.addEventListener(`double:${side}`, (event) => {
    const message = JSON.parse((event as CustomEvent<string>).detail) as Message
    if (message.op === 'call') answerCall(message)
    else if (message.op === 'return') returned = message
    else if (message.op === 'settle') {
      const promise = promises.get(message.id ?? 0)
      promises.delete(message.id ?? 0)
      if (message.ok) promise?.resolve(decode(message.v as Coded))
      else promise?.reject(decode(message.v as Coded))
    } else if (message.op === 'expose') {
      const key = message.key ?? ''
      if (key in window)
        fire({ op: 'return', ok: false, v: encode(new Error('Cannot bind an API on top of an existing property on the window object')) })
      else Object.defineProperty(window, key, { value: freeze(decode(message.api as Coded)), enumerable: true })
    }
  })
  return {
    decode,
    /** As IPC takes values: functions and promises cannot be sent. */
    encodePlain(value: unknown): Coded {
      const coded = encode(value)
      if (/\{"\$":"(function|promise)"/.test(JSON.stringify(coded))) throw new Error('An object could not be cloned.')
      return coded
    },
    encodeError: (error: Error) => encode(error),
    expose(key: string, api: unknown): void {
      returned = null
      fire({ op: 'expose', key, api: encode(api) })
      const refused = returned as Message | null
      if (refused?.ok === false) throw decode(refused.v as Coded)
    },
  }
}

export type World = ReturnType<typeof createWorld>
