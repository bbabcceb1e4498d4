import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const FOLDER = join(import.meta.dirname, '../../main/phones')

it('fake phones share nothing with the server but the nouns and what packs say', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.ts'))
  expect(files.length).toBeGreaterThan(5)
  const outside = files.flatMap((name) => {
    const source = readFileSync(join(FOLDER, name), 'utf8')
    return [...source.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => `${name}: ${match[1]}`)
  })
  const forbidden = outside.filter((line) => !/: (\.\/[\w-]+\.ts|\.\.\/core\/model\/[\w-]+\.ts|node:[\w/]+|yaml|zod)$/.test(line))
  expect(forbidden).toEqual([])
})
