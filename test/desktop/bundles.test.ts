import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { notRun } from '../support/not-run.ts'

/** What the built programs carry: Electron only where there is a window, and nothing of whoever built them. */
const ROOT = resolve(import.meta.dirname, '../..')
const MAIN = join(ROOT, 'out/main')
const isBuilt = existsSync(join(MAIN, 'desktop.js'))

/** A program and the chunks it imports, by path. */
function reach(file: string, seen = new Map<string, string>()): Map<string, string> {
  if (seen.has(file) || !existsSync(file)) return seen
  const text = readFileSync(file, 'utf8')
  seen.set(file, text)
  for (const [, path] of text.matchAll(/(?:from|import)\s*\(?\s*["'](\.[^"']+\.js)["']/g)) reach(join(dirname(file), path ?? ''), seen)
  return seen
}

const ELECTRON = /(?:from|import|require)\s*\(?\s*["'`]electron(?:\/\w+)?["'`]/
const SECRETS: [string, RegExp][] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----\s*[A-Za-z0-9+/]{20}/],
  ['a key of a cloud', /\bAKIA[0-9A-Z]{16}\b/],
  ['a token of a registry or a forge', /\b(?:npm_[A-Za-z0-9]{36}|gh[pousr]_[A-Za-z0-9]{36}|glpat-[\w-]{20})\b/],
  ['a key written into a header', /\b(?:Bearer|Basic) [A-Za-z0-9+/_-]{24,}/],
]

if (!isBuilt) notRun('the programs are not built: npm run build')
describe.skipIf(!isBuilt)('built programs', () => {
  const programs = isBuilt ? readdirSync(MAIN).filter((name) => name.endsWith('.js')) : []

  test('the desktop app is the one that imports electron', () => {
    const users = programs.filter((name) => [...reach(join(MAIN, name)).values()].some((text) => ELECTRON.test(text)))
    expect([programs.length > 1, users]).toEqual([true, ['desktop.js']])
  })

  const shipped = isBuilt
    ? [
        ...reach(join(MAIN, 'desktop.js')),
        ...['preload', 'renderer/assets'].flatMap((folder) =>
          readdirSync(join(ROOT, 'out', folder)).map((name) => [name, readFileSync(join(ROOT, 'out', folder, name), 'utf8')] as const),
        ),
      ]
    : []
  test.each(SECRETS)('the desktop app holds no %s', (_, pattern) => {
    expect(shipped.length).toBeGreaterThan(3)
    expect(shipped.flatMap(([file, text]) => (pattern.test(text) ? [file] : []))).toEqual([])
  })

  test('nothing of the machine that built it: no folders, no values of its secret variables', () => {
    const values = Object.entries(process.env).filter(
      ([name, value]) => /TOKEN|SECRET|PASSWORD|CREDENTIAL/i.test(name) && (value ?? '').length >= 12,
    )
    const forbidden = [ROOT, ...(homedir().length > 5 ? [homedir()] : []), ...values.map(([, value]) => value ?? '')]
    expect(shipped.flatMap(([file, text]) => (forbidden.some((one) => text.includes(one)) ? [file] : []))).toEqual([])
  })

  test('the preload is CommonJS and needs electron alone', () => {
    const text = readFileSync(join(ROOT, 'out/preload/electron.cjs'), 'utf8')
    expect([...text.matchAll(/require\(["'`]([^"'`]+)["'`]\)/g)].map(([, name]) => name)).toEqual(['electron'])
    expect(text).not.toMatch(/^\s*(?:import|export)\s/m)
  })
})
