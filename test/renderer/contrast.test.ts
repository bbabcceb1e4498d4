import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const css = readFileSync(join(import.meta.dirname, '../../renderer/style/tokens.css'), 'utf8')
const schemes = {
  light: colours(/:root \{\s*color-scheme: light;([^}]*)\}/),
  dark: colours(/:root\[data-mantine-color-scheme="dark"\] \{([^}]*)\}/),
}
const MEANINGS = ['idle', 'working', 'firmware', 'good', 'hand', 'bad']

/** WCAG AA: 4.5 for text, 3 for the shapes and frames one has to tell apart. */
const TEXT = 4.5
const PARTS = 3

describe.each(Object.entries(schemes))('contrast, %s', (_, scheme) => {
  const ratio = (front: string, back: string): number => contrast(colour(scheme, front), colour(scheme, back))

  test.each(['page', 'surface', 'raised'])('plain text on %s', (ground) => {
    expect(ratio('text', ground)).toBeGreaterThanOrEqual(7)
    expect(ratio('text-2', ground)).toBeGreaterThanOrEqual(TEXT)
    expect(ratio('focus', ground)).toBeGreaterThanOrEqual(PARTS)
    expect(ratio('line-strong', ground)).toBeGreaterThanOrEqual(PARTS)
  })

  test.each(MEANINGS)('%s', (meaning) => {
    for (const ground of ['page', 'surface', 'raised', `${meaning}-fill`]) {
      expect([ground, ratio(`${meaning}-ink`, ground)]).toEqual([ground, expect.toSatisfy((value: number) => value >= TEXT)])
      expect([ground, ratio(`${meaning}-line`, ground)]).toEqual([ground, expect.toSatisfy((value: number) => value >= PARTS)])
    }
    expect(ratio('text', `${meaning}-fill`)).toBeGreaterThanOrEqual(7)
    expect(ratio('text-2', `${meaning}-fill`)).toBeGreaterThanOrEqual(TEXT)
  })

  test.each(MEANINGS.filter((meaning) => meaning !== 'idle'))('bar of %s', (meaning) => {
    for (const ground of ['page', 'surface']) expect(ratio(`${meaning}-solid`, ground)).toBeGreaterThanOrEqual(PARTS)
  })

  test('words on a filled button', () => {
    expect(ratio('on-solid', 'focus')).toBeGreaterThanOrEqual(TEXT)
  })
})

test('sizes come from one scale and colours from the tokens: no file of the pages has its own', () => {
  const rest = ['renderer/style/base.css', ...moduleFiles()]
    .map((path) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8'))
    .join('\n')
  expect([...rest.matchAll(/#[0-9a-fA-F]{3,8}\b(?=[;\s])/g)].map(([text]) => text)).toEqual([])
  expect([...rest.matchAll(/font-size: (?!var|calc\(var)[^;]+/g)].map(([text]) => text)).toEqual([])
})

function moduleFiles(): string[] {
  return [...readFilesBelow('renderer')].filter((path) => path.endsWith('.module.css'))
}

function* readFilesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(join(import.meta.dirname, '../..', folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) yield* readFilesBelow(path)
    else yield path
  }
}

function colours(block: RegExp): Record<string, string> {
  const text = block.exec(css)?.[1] ?? ''
  return Object.fromEntries([...text.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name ?? '', value ?? '']))
}

function colour(scheme: Record<string, string>, name: string): string {
  const value = scheme[name]
  if (value === undefined) throw new Error(`tokens.css has no colour ${name}`)
  return value
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (high + 0.05) / (low + 0.05)
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
