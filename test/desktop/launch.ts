import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, test as base, type ElectronApplication, expect, type Page } from '@playwright/test'
import { isElectronHere } from './electron-binary.ts'

export type { Page } from '@playwright/test'
export { expect } from '@playwright/test'

const ROOT = resolve(import.meta.dirname, '../..')
const DOUBLE = join(ROOT, 'test/double/bin')
/** The app to launch: a folder with package.json and the built files. */
const APP = process.env.OPTION66_APP ?? ROOT

export type Running = { app: ElectronApplication; page: Page; data: string; log(): string; said(): string[] }
export type Ended = { code: number | null; said: string; log: string }

/** `resources` = the packed app of that folder instead of the built one. */
type Options = { env?: Record<string, string>; args?: string[]; data?: string; resources?: string }
type Fixtures = {
  data: string
  /** The app through Playwright, up to its first page. */
  launch(options?: Options): Promise<Running>
  /** The app as its users start it, without Playwright; resolves when it has ended. */
  run(options?: Options & { until?: (child: ChildProcess, said: string) => void }): Promise<Ended>
}

/** `double` = the project's stand-in on this machine's Chromium; `real` = Electron itself, where its binary is. */
export type DesktopOptions = { electron: 'double' | 'real' }

export const test = base.extend<Fixtures & { environment: Record<string, string> }, DesktopOptions>({
  electron: ['double', { option: true, scope: 'worker' }],
  environment: [
    async ({ electron }, use, info) => {
      const missing = electron === 'real' ? isElectronHere() : isDoubleHere()
      info.skip(missing !== null, `NOT RUN: ${missing}`)
      // Read by the electron package when Playwright asks it for the executable, in this very process.
      if (electron === 'double') process.env.ELECTRON_OVERRIDE_DIST_PATH = DOUBLE
      const { ELECTRON_RUN_AS_NODE: _, ...env } = process.env as Record<string, string>
      await use(electron === 'double' ? { ...env, DOUBLE_HEADLESS: '1' } : env)
    },
    // Of every test, whatever else it uses: one that has no Electron must not pass by not noticing.
    { auto: true },
  ],
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what a fixture uses from this pattern
  data: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'option66-desktop-'))
    await use(folder)
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  },
  launch: async ({ data, environment }, use) => {
    const running: ElectronApplication[] = []
    await use(async (options = {}) => {
      const app = await _electron.launch({
        args: [...(options.resources === undefined ? [APP] : []), ...argumentsOf(options, data)],
        cwd: ROOT,
        env: { ...environment, ...packedEnv(options), ...options.env },
      })
      running.push(app)
      let log = ''
      let said = ''
      app.process().stderr?.on('data', (chunk) => (log += String(chunk)))
      app.process().stdout?.on('data', (chunk) => (said += String(chunk)))
      const page = await app.firstWindow()
      await expect.poll(() => said, { message: 'the ready line' }).toContain('"ready":true')
      // Playwright may hear of the page's arrival after we did.
      await page.waitForURL(/index\.html/)
      return { app, page, data: options.data ?? data, log: () => log, said: () => said.trim().split('\n') }
    })
    for (const app of running) await app.close()
  },
  run: async ({ data, environment }, use) => {
    const children: ChildProcess[] = []
    await use(async (options = {}) => {
      const executable = createRequire(import.meta.url)('electron') as string
      const child = spawn(executable, [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), APP, ...argumentsOf(options, data)], {
        cwd: ROOT,
        env: { ...environment, ...options.env },
      })
      children.push(child)
      let log = ''
      let said = ''
      child.stderr.on('data', (chunk) => (log += String(chunk)))
      child.stdout.on('data', (chunk) => {
        said += String(chunk)
        options.until?.(child, said)
      })
      const code = await new Promise<number | null>((done) => child.on('close', done))
      return { code, said, log }
    })
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL')
  },
})

function packedEnv({ resources }: Options): Record<string, string> {
  return resources === undefined ? {} : { DOUBLE_RESOURCES: resources }
}

/** Phone services are off: nothing but the window is on trial here. */
function argumentsOf({ args = [], data }: Options, fallback: string): string[] {
  const off = ['dhcp', 'http', 'https', 'tftp', 'ntp', 'dns', 'sip', 'syslog'].flatMap((name) => [`--${name}-port`, '0'])
  return ['--data', data ?? fallback, ...off, ...args]
}

function isDoubleHere(): string | null {
  if (process.platform !== 'linux') return 'the double of Electron needs Linux'
  const chromium = process.env.DOUBLE_CHROMIUM ?? '/usr/bin/chromium'
  if (!existsSync(chromium)) return 'Chromium is not installed'
  const main = join(APP, (JSON.parse(readFileSync(join(APP, 'package.json'), 'utf8')) as { main: string }).main)
  if (!existsSync(main)) throw new Error(`The app is not built (${main}): npm run build`)
  return null
}

/** Sends one frame of the contract through the page's own bridge and gives the answer to it. */
export function callFromPage(
  page: Page,
  path: string,
  input: unknown = {},
): Promise<{ i: string; p: { s?: number; b?: { json: unknown } } }> {
  return page.evaluate(
    ([url, json]) =>
      new Promise((answered) => {
        const bridge = (
          window as unknown as { option66: { post(message: unknown): void; onMessage(listener: (message: unknown) => void): void } }
        ).option66
        const id = `test-${Math.random()}`
        bridge.onMessage((message) => {
          const frame = JSON.parse(String(message)) as { i: string; p: { s?: number; b?: { json: unknown } } }
          if (frame.i === id) answered(frame)
        })
        bridge.post(JSON.stringify({ i: id, p: { u: url, b: { json } } }))
      }),
    [path, input] as const,
  )
}
