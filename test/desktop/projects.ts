import type { Project } from '@playwright/test'
import type { DesktopOptions } from './launch.ts'

/** The same specs twice: under the double, and with Electron itself where its binary is ("not run" elsewhere). For the list of projects of the Playwright config. */
export const desktopProjects: Project<object, DesktopOptions>[] = [
  { name: 'desktop-double', testDir: import.meta.dirname, testMatch: '*.spec.ts', use: { electron: 'double' } },
  // The app is packed over a stand-in of Electron's files: nothing the real one could start.
  {
    name: 'desktop-electron',
    testDir: import.meta.dirname,
    testMatch: '*.spec.ts',
    testIgnore: 'packaged.spec.ts',
    use: { electron: 'real' },
  },
]
