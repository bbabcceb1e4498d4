import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { delimiter, dirname, join, resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { ensureBuilt } from '../../build/scripts/build.mjs'
import { readImports } from '../../build/scripts/read-imports.ts'
import { notRun } from '../support/not-run.ts'

/** The built programs, as they stand in out. */
const OUT = resolve(import.meta.dirname, '../../out')
const HEADLESS = ['bench', 'central', 'phones', 'demo', 'packs', 'audit', 'accounts', 'drill']

beforeAll(() => ensureBuilt(), 120_000)

/** Every module that a built file names, itself and through its chunks. */
function named(file: string, seen = new Set<string>()): Set<string> {
  const names = new Set<string>()
  if (seen.has(file)) return names
  seen.add(file)
  for (const name of modulesIn(file)) {
    if (!name.startsWith('.')) names.add(name)
    else for (const inner of named(resolve(dirname(file), name), seen)) names.add(inner)
  }
  return names
}

/** Names that are computed are those of packages that look for what they can do without. */
function modulesIn(file: string): string[] {
  return readImports(file).imports.flatMap(({ name }) => (name === null ? [] : [name]))
}

const isOfNode = (name: string) => name.startsWith('node:') || builtinModules.includes(name)

test.each([...HEADLESS, 'desktop'])('%s leans on nothing but Node and what stays a package', (program) => {
  const allowed = ['koffi', '@electric-sql/pglite', ...(program === 'desktop' ? ['electron'] : [])]
  const names = [...named(join(OUT, 'main', `${program}.js`))].filter((name) => !isOfNode(name))
  expect(names.filter((name) => !allowed.includes(name))).toEqual([])
  expect(names.includes('electron')).toBe(program === 'desktop')
})

test.each(['pack-trial', 'tftp-sender'])('the thread %s is one file that requires Node alone', (name) => {
  const text = readFileSync(join(OUT, `main/${name}.cjs`), 'utf8')
  const names = [...text.matchAll(/require\("([^"]+)"\)/g)].map((match) => match[1] ?? '')
  expect(names.length).toBeGreaterThan(0)
  expect(names.filter((name) => !isOfNode(name))).toEqual([])
})

test('the preload is one CommonJS file that requires Electron alone', () => {
  expect(readdirSync(join(OUT, 'preload'))).toEqual(['electron.cjs'])
  const file = join(OUT, 'preload/electron.cjs')
  expect(modulesIn(file)).toEqual(['electron'])
  expect(readFileSync(file, 'utf8')).not.toMatch(/^(import|export) /m)
})

test('the page asks for its own files alone, and holds no script of its own', () => {
  const html = readFileSync(join(OUT, 'renderer/index.html'), 'utf8')
  expect([...html.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1]?.replace(/-[^.]*\./, '-*.')).sort()).toEqual([
    './assets/index-*.css',
    './assets/index-*.js',
    'data:,',
  ])
  expect(html).not.toMatch(/<script(?![^>]*src=)/)
})

describe('on the Node of this machine, besides the one that npm installed', () => {
  const others = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  const node = others.map((folder) => join(folder, 'node')).find((file) => readable(file))
  if (node === undefined) notRun('there is no other Node on this machine')
  else
    test.each(HEADLESS)('%s says what it can do', (program) => {
      expect(execFileSync(node, [join(OUT, 'main', `${program}.js`), '--help'], { encoding: 'utf8', timeout: 20_000 })).toContain('--')
    })
})

function readable(file: string): boolean {
  try {
    return execFileSync(file, ['--version'], { encoding: 'utf8' }).startsWith('v')
  } catch {
    return false
  }
}
