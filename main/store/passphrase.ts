import { randomBytes, scrypt } from 'node:crypto'
import { decrypt, encrypt, type KeyWay } from './data-key.ts'

/** scrypt with 64 MB (OWASP's parameters for interactive use are N=2^17, r=8, p=1; half of it still opens on small machines in well under a second). */
const COST = { N: 2 ** 16, r: 8, p: 1, maxmem: 256 * 1024 * 1024 }

/** A wrap that a passphrase opens; parameters and salt stand beside it. */
export function passphraseWay(passphrase: string): KeyWay {
  return {
    kind: 'passphrase',
    async wrap(key) {
      const salt = randomBytes(16)
      return `scrypt.${COST.N}.${COST.r}.${COST.p}.${salt.toString('base64url')}.${encrypt(await derive(passphrase, salt, COST), key)}`
    },
    async unwrap(text) {
      const [name, N, r, p, salt, ...sealed] = text.split('.')
      if (name !== 'scrypt' || salt === undefined) throw new Error('not a passphrase wrap')
      const cost = { ...COST, N: Number(N), r: Number(r), p: Number(p) }
      return decrypt(await derive(passphrase, Buffer.from(salt, 'base64url'), cost), sealed.join('.'))
    },
  }
}

/** 32 bytes out of a passphrase, in a thread of its own: phones are answered meanwhile. */
export function derive(passphrase: string, salt: Uint8Array, cost: { N: number; r: number; p: number; maxmem: number }): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), salt, 32, cost, (error, key) => (error === null ? resolve(key) : reject(error)))
  })
}
