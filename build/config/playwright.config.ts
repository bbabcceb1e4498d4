import { resolve } from 'node:path'
import process from 'node:process'
import { defineConfig } from '@playwright/test'
import type { DesktopOptions } from '../../test/desktop/launch.ts'
import { desktopProjects } from '../../test/desktop/projects.ts'

const root = resolve(import.meta.dirname, '../..')

/** Debian's Chromium: the same major as the one inside Electron. It must neither call home nor need a display. */
const launchOptions = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ],
}

/** Everything that ends in `.spec.ts`: the pages in a browser against a real bench, and the desktop app. */
export default defineConfig<object, DesktopOptions>({
  outputDir: resolve(root, 'test-output/playwright'),
  timeout: 60_000,
  workers: 1,
  // A spec that passes only at the second try is a fault to find.
  retries: 0,
  forbidOnly: true,
  projects: [
    {
      name: 'board',
      testDir: resolve(root, 'test/e2e'),
      testMatch: '**/*.spec.ts',
      use: { browserName: 'chromium', launchOptions, viewport: { width: 1280, height: 800 }, screenshot: 'only-on-failure' },
    },
    ...desktopProjects,
  ],
})
