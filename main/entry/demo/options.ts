import { type Given, type Option, UsageError } from '../options.ts'

export const DEMO_OPTIONS: readonly Option[] = [
  { name: 'keep', value: '', meaning: 'leave everything running at the end for a look; Ctrl-C ends it', flag: true },
  { name: 'data', value: 'DIR', meaning: 'folder for everything the demo writes; it stays (default: a temporary one, removed at the end)' },
  { name: 'phones', value: 'N', meaning: 'how many fake phones, half of each family (default 12)' },
  { name: 'image-mb', value: 'N', meaning: 'size of a firmware image (default 20)' },
  { name: 'timeout', value: 'SECONDS', meaning: 'give up after this (default 300)' },
  { name: 'quick', value: '', meaning: 'no pauses for the viewer', flag: true },
]

export type DemoOptions = { keep: boolean; data: string | null; phones: number; imageBytes: number; timeoutMs: number; quick: boolean }

export function demoOptions(given: Given): DemoOptions {
  return {
    keep: given.flag('keep'),
    data: given.text('data'),
    phones: whole(given, 'phones', 12, 2, 200),
    imageBytes: whole(given, 'image-mb', 20, 1, 1000) * 1024 * 1024,
    timeoutMs: whole(given, 'timeout', 300, 1, 86_400) * 1000,
    quick: given.flag('quick'),
  }
}

function whole(given: Given, name: string, fallback: number, least: number, most: number): number {
  const text = given.text(name)
  if (text === null) return fallback
  const value = Number(text)
  if (!Number.isInteger(value) || value < least || value > most)
    throw new UsageError(`--${name}: "${text}" is not a whole number from ${least} to ${most}`)
  return value
}
