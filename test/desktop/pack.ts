import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { createPackage, extractAll, listPackage } from '@electron/asar'

const ROOT = resolve(import.meta.dirname, '../..')
/** Where the switches stand inside an executable: mark, version, how many, one letter each (0 off, 1 on; the stand-in has Electron's defaults). */
const FUSE_MARK = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'

export type Packed = { resources: string; inAsar: string[]; unpacked: string[]; fuses: string }

/**
 * Packs the built app for Linux with the project's own configuration, over a stand-in of Electron's distribution (its files are there, its executable is not):
 * file selection, asar, unpacking, integrity and fuses are real, the executable is not.
 */
export async function packApp(folder: string): Promise<Packed> {
  const electronDist = await makeStandIn(join(folder, 'electron-dist'))
  const cli = join(ROOT, 'node_modules/electron-builder/cli.js')
  const options = [
    '--linux',
    '--dir',
    '--config',
    'build/electron-builder.yml',
    `-c.electronDist=${electronDist}`,
    `-c.directories.output=${join(folder, 'dist')}`,
  ]
  await promisify(execFile)(process.execPath, [cli, ...options], { cwd: ROOT, timeout: 120_000 })
  const app = join(folder, 'dist', `linux-${process.arch === 'x64' ? '' : `${process.arch}-`}unpacked`)
  const resources = join(app, 'resources')
  const files = listPackage(join(resources, 'app.asar'), { isPack: true }).map((line) => line.split(/\s*:\s*/) as [string, string])
  extractAll(join(resources, 'app.asar'), join(resources, 'app'))
  return {
    resources,
    inAsar: files.filter(([kind]) => kind === 'pack').map(([, name]) => name.slice(1)),
    unpacked: files.filter(([kind]) => kind === 'unpack').map(([, name]) => name.slice(1)),
    fuses: fusesOf(await readFile(join(app, 'option66'), 'latin1')),
  }
}

async function makeStandIn(dist: string): Promise<string> {
  await mkdir(join(dist, 'locales'), { recursive: true })
  await mkdir(join(dist, 'resources'))
  for (const name of ['version', 'LICENSE', 'LICENSES.chromium.html', 'locales/en-US.pak', 'chrome-sandbox', 'chrome_crashpad_handler'])
    await writeFile(join(dist, name), '')
  await writeFile(join(dist, 'electron'), `#!/bin/sh\nexit 1\n${FUSE_MARK}\u0001\u0009101100011`, 'latin1')
  await chmod(join(dist, 'electron'), 0o755)
  await mkdir(join(dist, 'default-app'))
  await writeFile(join(dist, 'default-app', 'main.js'), '')
  await createPackage(join(dist, 'default-app'), join(dist, 'resources', 'default_app.asar'))
  return dist
}

function fusesOf(executable: string): string {
  const at = executable.indexOf(FUSE_MARK)
  if (at < 0) throw new Error('the executable has no fuses')
  const count = executable.charCodeAt(at + FUSE_MARK.length + 1)
  return executable.slice(at + FUSE_MARK.length + 2, at + FUSE_MARK.length + 2 + count)
}
