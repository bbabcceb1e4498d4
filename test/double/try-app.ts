import { spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Tried = { code: number | null; said: string; log: string }

/** Writes an app of the given files (package.json is made) and runs it under the double until it ends. */
export async function tryApp(files: Record<string, string>, env: Record<string, string> = {}, args: string[] = []): Promise<Tried> {
  const folder = await mkdtemp(join(tmpdir(), 'double-app-'))
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'tried', version: '1.2.3', type: 'module', main: 'main.js' }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  try {
    return await run(folder, { XDG_CONFIG_HOME: join(folder, 'config'), ...env }, args)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
}

function run(folder: string, env: Record<string, string>, args: string[]): Promise<Tried> {
  const child = spawn(join(import.meta.dirname, 'bin/electron'), [folder, ...args], {
    env: { ...process.env, DOUBLE_HEADLESS: '1', ...env },
  })
  const late = setTimeout(() => child.kill('SIGKILL'), 20_000)
  let said = ''
  let log = ''
  child.stdout.on('data', (chunk) => (said += String(chunk)))
  child.stderr.on('data', (chunk) => (log += String(chunk)))
  return new Promise((done) =>
    child.on('close', (code) => {
      clearTimeout(late)
      done({ code, said, log })
    }),
  )
}

/** Main code that tries each expression after `ready` and prints what it threw, by name. */
export function triesInMain(
  tries: Record<string, string>,
  imports = 'app, BrowserWindow, dialog, ipcMain, Menu, safeStorage, session, webContents',
): string {
  const list = Object.entries(tries).map(([name, code]) => `[${JSON.stringify(name)}, async () => { ${code} }]`)
  return `import { ${imports} } from 'electron'
await app.whenReady()
const thrown = {}
for (const [name, attempt] of [${list.join(',\n')}]) {
  try { await attempt(); thrown[name] = 'nothing' } catch (error) { thrown[name] = error.message }
}
console.log(JSON.stringify(thrown))
app.exit(0)
`
}
