import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import type { Log } from '../../main/bench/ports.ts'
import type { Change } from '../../main/core/model/world.ts'
import { fileSealer } from '../../main/store/key-file.ts'
import { type OpenStore, openStore, type StoreOptions } from '../../main/store/open.ts'

/** Real folders, removed when the test is over. */
const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true, maxRetries: 3 })
})

export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'option66-store-'))
  folders.push(folder)
  return folder
}

export async function copyOf(folder: string): Promise<string> {
  const copy = await newFolder()
  await cp(folder, copy, { recursive: true })
  return copy
}

export type LogLine = { level: string; message: string; detail: Record<string, unknown> | undefined }

export function keptLog(): { log: Log; lines: LogLine[] } {
  const lines: LogLine[] = []
  return { lines, log: (level, message, detail) => lines.push({ level, message, detail }) }
}

export async function open(folder: string, over: Partial<StoreOptions> = {}): Promise<OpenStore> {
  return openStore({ folder, sealer: await fileSealer(folder), log: () => undefined, reserveBytes: 256 * 1024, ...over })
}

/** One decision of two records, so that half of one would be seen. */
export function pair(slot: number, name: string): Change[] {
  return [
    { entity: 'group', id: `g${slot}`, value: { id: `g${slot}`, name, profile: 'lab' } },
    { entity: 'department', id: `d${slot}`, value: { id: `d${slot}`, name, group: `g${slot}` } },
  ]
}

export function nameAt(store: OpenStore, slot: number): string | undefined {
  const group = store.world.group.get(`g${slot}`)?.name
  if (group !== store.world.department.get(`d${slot}`)?.name) throw new Error(`half of a decision in slot ${slot}`)
  return group
}

export async function names(folder: string, pattern: RegExp): Promise<string[]> {
  return (await readdir(folder)).filter((name) => pattern.test(name)).sort()
}

/** Files under a folder that hold a text in clear. */
export async function filesWith(folder: string, text: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    if ((await readFile(path)).includes(text)) found.push(entry.name)
  }
  return found
}
