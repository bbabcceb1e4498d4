import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto'

/** Makes and checks hashes of passwords. Both take some 100 ms of one core, on threads of their own: phones are served meanwhile. */
export type Passwords = {
  hash(password: string): Promise<string>
  /** `stored` null = nobody has that name, or there is no password: takes as long, and is never right. */
  check(password: string, stored: string | null): Promise<boolean>
  /** Whether a hash was made with other costs than now. */
  isOld(stored: string): boolean
}

export type Cost = { N: number; r: number; p: number }

/**
 * scrypt of node:crypto: OpenSSL's, maintained with Node, in the thread pool, there on every Node from 20 on (its argon2 needs 24). The pure JavaScript one of
 * @noble/hashes would hold up the thread that answers phones. 32 MB and three passes: of OWASP's equal settings the one for machines that do something else too.
 */
export const COST: Cost = { N: 2 ** 15, r: 8, p: 3 }

/** Hashes at the same time; more wait in line, and beyond that line nobody is heard. */
const AT_ONCE = 2
const MOST_WAITING = 64

/** So many want to sign in at once that it can only be an attack. */
export class TooBusy extends Error {}

export function scryptPasswords(cost: Cost = COST): Passwords {
  const line = createLine()
  const dummySalt = randomBytes(16)
  const derive = (password: string, salt: Uint8Array, by: Cost) => line(() => derived(password, salt, by))
  return {
    async hash(password) {
      const salt = randomBytes(16)
      return `scrypt.${cost.N}.${cost.r}.${cost.p}.${salt.toString('base64url')}.${(await derive(password, salt, cost)).toString('base64url')}`
    },
    async check(password, stored) {
      const known = stored === null ? null : parse(stored)
      const made = await derive(password, known?.salt ?? dummySalt, known?.cost ?? cost)
      return known !== null && made.length === known.hash.length && timingSafeEqual(made, known.hash)
    },
    isOld(stored) {
      const known = parse(stored)?.cost
      return known === undefined || known.N !== cost.N || known.r !== cost.r || known.p !== cost.p
    },
  }
}

function derived(password: string, salt: Uint8Array, { N, p, r }: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // The same letters may come composed or not, from another keyboard.
    scrypt(password.normalize('NFKC'), salt, 32, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}

function parse(stored: string): { cost: Cost; salt: Buffer; hash: Buffer } | null {
  const [name, N, r, p, salt, hash, ...more] = stored.split('.')
  if (name !== 'scrypt' || salt === undefined || hash === undefined || more.length > 0) return null
  return { cost: { N: Number(N), r: Number(r), p: Number(p) }, salt: Buffer.from(salt, 'base64url'), hash: Buffer.from(hash, 'base64url') }
}

function createLine(): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0
  const waiting: (() => void)[] = []
  return async (work) => {
    if (running >= AT_ONCE) {
      if (waiting.length >= MOST_WAITING) throw new TooBusy('too many wait to sign in')
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}

/** Letters and digits that people do not mix up when they are read out. */
const ALPHABET = '23456789abcdefghjkmnpqrstvwxyz'

/** A password for somebody else to begin with: four groups of four, 78 bits. */
export function makePassword(): string {
  const group = () => Array.from({ length: 4 }, () => ALPHABET.charAt(randomInt(ALPHABET.length))).join('')
  return [group(), group(), group(), group()].join('-')
}
