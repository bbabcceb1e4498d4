import { homedir } from 'node:os'
import { posix, win32 } from 'node:path'
import process from 'node:process'

/** Where an app keeps its data on this system. Linux: XDG base directories; a relative XDG_DATA_HOME counts as unset, as its specification says. */
export function defaultDataFolder(
  platform: NodeJS.Platform = process.platform,
  env: NodeJS.ProcessEnv = process.env,
  home: string = homedir(),
): string {
  switch (platform) {
    case 'win32':
      return win32.join(env.APPDATA || win32.join(home, 'AppData', 'Roaming'), 'Option66')
    case 'darwin':
      return posix.join(home, 'Library', 'Application Support', 'Option66')
    default: {
      const given = env.XDG_DATA_HOME ?? ''
      return posix.join(posix.isAbsolute(given) ? given : posix.join(home, '.local', 'share'), 'option66')
    }
  }
}
