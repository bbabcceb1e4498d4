/** NIST SP 800-63B asks for length and a look into a list of common ones, and against rules about kinds of characters. */
export const MIN_PASSWORD = 10
export const MAX_PASSWORD = 256

/** Beginnings of what everybody takes; the whole has to be little more than one of them. */
const COMMON = [
  'password',
  'passwort',
  'qwerty',
  'qwertz',
  'letmein',
  'welcome',
  'willkommen',
  'option66',
  'administrator',
  'changeme',
  'iloveyou',
  'provisioning',
  '1234567890',
  '0123456789',
  'abcdefghij',
  '1q2w3e4r5t',
]

/** Why a password is not taken; null = it is. `about` = names that must not be most of it. */
export function passwordProblem(password: string, about: readonly string[]): string | null {
  const length = [...password].length
  if (length < MIN_PASSWORD) return `it has ${length} characters`
  if (length > MAX_PASSWORD) return `it is longer than ${MAX_PASSWORD} characters`
  const plain = password.toLowerCase()
  if (new Set(plain).size < 5) return 'it has the same few characters again and again'
  for (const word of [...COMMON, ...about.map((one) => one.toLowerCase())])
    if (word.length > 2 && plain.includes(word) && plain.length - word.length < 5)
      return word === about[0]?.toLowerCase() ? 'it is the name' : 'everybody tries it'
  return null
}
