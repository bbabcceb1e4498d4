import type { Project } from '@playwright/test'
import type { DesktopOptions } from './launch.ts'

/** The same specs twice: under the double, and with Electron itself where its binary is ("not run" elsewhere). For the list of projects of the Playwright config. */
export const desktopProjects: Project<object, DesktopOptions>[] = [
  { name: 'desktop-double', testDir: import.meta.dirname, testMatch: '*.spec.ts', use: { electron: 'double' } },
  // What only the double can show (an app packed over a stand-in, a keychain that is a file) ends in .double.spec.ts.
  {
    name: 'desktop-electron',
    testDir: import.meta.dirname,
    testMatch: '*.spec.ts',
    testIgnore: '*.double.spec.ts',
    use: { electron: 'real' },
  },
]
