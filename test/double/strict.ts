import { EventEmitter } from 'node:events'

/** Thrown where the app uses a part of Electron that the double does not model: never a silent yes. */
export class NotOffered extends Error {
  constructor(what: string) {
    super(`double: ${what} is not offered`)
  }
}

/** Names that JavaScript itself asks of any value (await, inspection, JSON, tests). */
const LANGUAGE: ReadonlySet<string> = new Set(['then', 'toJSON', 'constructor', 'asymmetricMatch', 'nodeType', 'tagName', '$$typeof'])

/** The object as it is; reading anything it does not have is refused. Writing is allowed: tests replace dialogs. */
export function strict<T extends object>(name: string, object: T): T {
  return new Proxy(object, {
    get(target, key) {
      if (typeof key === 'symbol' || key in target || LANGUAGE.has(key)) {
        const value: unknown = Reflect.get(target, key)
        // Private fields of a class live on the object, not on its proxy.
        return typeof value === 'function' && key !== 'constructor' ? value.bind(target) : value
      }
      throw new NotOffered(`${name}.${key}`)
    },
  })
}

/** Refuses keys that are not in the list; `place` is how the message names them. */
export function onlyKnown(place: string, given: object, known: readonly string[]): void {
  for (const key of Object.keys(given)) if (!known.includes(key)) throw new NotOffered(`${place} ${key}`)
}

/** An emitter of a closed list of events: to listen for one that never comes would be a test that tests nothing. */
export class StrictEmitter extends EventEmitter {
  readonly #name: string
  readonly #events: readonly string[]
  constructor(name: string, events: readonly string[]) {
    super()
    this.#name = name
    this.#events = events
    for (const method of ['on', 'once', 'addListener', 'prependListener', 'prependOnceListener'] as const) {
      const original = this[method].bind(this)
      this[method] = (event: string | symbol, listener: (...args: never[]) => void) => {
        this.#check(event)
        original(event, listener as (...args: unknown[]) => void)
        return this
      }
    }
  }
  #check(event: string | symbol): void {
    if (typeof event === 'string' && !this.#events.includes(event) && event !== 'newListener' && event !== 'removeListener')
      throw new NotOffered(`event '${event}' of ${this.#name}`)
  }
}

/** Electron's event object, as far as listeners use it. */
export function cancellable<T extends object>(more: T = {} as T): T & { defaultPrevented: boolean; preventDefault(): void } {
  const event = {
    ...more,
    defaultPrevented: false,
    preventDefault() {
      event.defaultPrevented = true
    },
  }
  return event
}
