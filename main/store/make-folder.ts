import { mkdirSync, statSync } from 'node:fs'
import { mkdir, open, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { codeOf } from './errors.ts'
import { OWN, unfinished } from './files.ts'

/** Makes a folder and those above it, for its owner alone. Node's own recursive `mkdir` never comes back from a path below /proc. */
export async function makeFolder(folder: string): Promise<void> {
  const path = resolve(folder)
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && (await stat(path)).isDirectory()) return
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error
    await makeFolder(dirname(path))
    await mkdir(path, { mode: 0o700 })
  }
}

/** The same for a start that cannot wait. */
export function makeFolderSync(folder: string): void {
  const path = resolve(folder)
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if (codeOf(error) === 'EEXIST' && statSync(path).isDirectory()) return
    if (codeOf(error) !== 'ENOENT' || dirname(path) === path) throw error
    makeFolderSync(dirname(path))
    mkdirSync(path, { mode: 0o700 })
  }
}

/** The same as makeFolder, and proves that files can be made in it: a program that finds out only at its first phone has lost that phone's token. */
export async function makeUsableFolder(folder: string): Promise<void> {
  await makeFolder(folder)
  const probe = unfinished(join(folder, `${OWN}probe`))
  const handle = await open(probe, 'wx', 0o600)
  await handle.close()
  await rm(probe, { force: true })
}
