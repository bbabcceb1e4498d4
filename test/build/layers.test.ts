import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkLayers } from '../../build/scripts/check-layers.ts'

/** Planted mistakes, each in a small tree of its own that is held to the real table. */

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'option66-layers-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

async function plant(files: Record<string, string>): Promise<string[]> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), text)
  }
  return checkLayers(root).mistakes
}

const CASES: [what: string, file: string, text: string, mistake: string][] = [
  ['Node in the core', 'main/core/staging/step.ts', "import { readFileSync } from 'node:fs'", '(main/core/staging) may not import node:fs'],
  ['a package nobody allowed', 'main/core/access/token.ts', "import x from 'left-pad'", '(main/core/access) may not import left-pad'],
  [
    'a package whose name begins like an allowed one',
    'main/core/model/mac.ts',
    "import x from 'zod-extra'",
    '(main/core/model) may not import zod-extra',
  ],
  ['Electron outside of its folder', 'main/web/serve.ts', "import { app } from 'electron'", '(main/web) may not import electron'],
  [
    'an arrow against the table',
    'main/core/staging/step.ts',
    "import '../dhcp/there.ts'",
    '(main/core/staging) may not import main/core/dhcp/there.ts',
  ],
  [
    'a type from main in the page',
    'renderer/pages/a.tsx',
    "import type { A } from '../../main/core/dhcp/there.ts'",
    '(renderer) may not import main/core/dhcp/there.ts',
  ],
  [
    'a type written as import()',
    'renderer/pages/a.ts',
    "export type B = import('../../main/core/dhcp/there.ts').A",
    '(renderer) may not import main/core/dhcp/there.ts',
  ],
  [
    'an export from elsewhere',
    'preload/contract/a.ts',
    "export * from '../../main/core/dhcp/there.ts'",
    '(preload/contract) may not import main/core/dhcp/there.ts',
  ],
  ['a later import', 'main/bench/a.ts', "const a = await import('../net/x.ts')", 'imports main/net/x.ts, which is not there'],
  ['require', 'main/store/a.ts', "createRequire(import.meta.url)('koffi')", '(main/store) may not import koffi'],
  ['a computed name', 'main/packs/a.ts', 'await import(name)', 'computes the name of a module'],
  ['the clock in the core', 'main/core/tick.ts', 'const now = Date.now()', 'uses Date.now'],
  ['the clock, newly made', 'main/core/tick.ts', 'const now = new Date()', 'uses new Date()'],
  ['dice in the core', 'main/core/tick.ts', 'const dice = Math.random()', 'uses Math.random'],
  ['a file of no layer', 'main/stray.ts', 'export const a = 1', 'lies in no layer'],
]

test.each(CASES)('%s', async (_, file, text, mistake) => {
  const mistakes = await plant({ [file]: text, 'main/core/dhcp/there.ts': 'export type A = 1' })
  expect(mistakes).toEqual([expect.stringContaining(mistake)])
  expect(mistakes[0]).toMatch(new RegExp(`^${file}:1 `))
})

test('what the table allows passes, a given instant may be read', async () => {
  const mistakes = await plant({
    'main/core/tick.ts':
      "import { z } from 'zod'\nimport type { A } from './dhcp/there.ts'\nexport const iso = (at: number) => new Date(at).toISOString()",
    'main/core/dhcp/there.ts': 'export type A = 1',
    'renderer/client/connect.ts': "import { connect } from '../../preload/browser.ts'\nimport '../style/a.css'",
    'preload/browser.ts': 'export const connect = 1',
    'renderer/style/a.css': '',
  })
  expect(mistakes).toEqual([])
})

test('a ring of files is found, even of types alone', async () => {
  const mistakes = await plant({
    'main/core/model/a.ts': "import type { B } from './b.ts'\nexport type A = B",
    'main/core/model/b.ts': "export type { C as B } from './c.ts'",
    'main/core/model/c.ts': "import { A } from './a.ts'\nexport type C = A",
    'main/core/model/outside.ts': "import './a.ts'",
  })
  expect(mistakes).toEqual([
    'main/core/model/a.ts:1 is in a ring of imports: main/core/model/a.ts, main/core/model/b.ts, main/core/model/c.ts',
  ])
})
