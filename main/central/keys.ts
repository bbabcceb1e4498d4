import { createHash, createHmac, randomBytes } from 'node:crypto'

/** Letters and digits that people do not mix up on paper (no 0 O 1 I L U). */
const CODE_ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ'
const CODE_LENGTH = 20

/** A code for a bench, in groups to be read out: 20 characters of 30, 98 bits. */
export function makeCode(): string {
  let text = ''
  while (text.length < CODE_LENGTH)
    for (const byte of randomBytes(CODE_LENGTH))
      if (byte < 240 && text.length < CODE_LENGTH) text += CODE_ALPHABET.charAt(byte % CODE_ALPHABET.length)
  return (text.match(/.{5}/g) ?? []).join('-')
}

/** As typed by people: any case, with or without hyphens. */
export function plainCode(text: string): string {
  return text.toUpperCase().replace(/[^0-9A-Z]/g, '')
}

export function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** The key of a bench: by chance, or drawn from code and claim so that the same two give the same key when the answer got lost. */
export function benchKey(code: string, claim: string | undefined): string {
  return claim === undefined
    ? randomBytes(32).toString('base64url')
    : createHmac('sha256', code).update(`option66 bench key\n${claim}`).digest('base64url')
}
