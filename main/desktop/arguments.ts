/** Switches of Chromium that people and tools put on the command line; they are not ours to judge. */
const CHROMIUM =
  /^--(no-sandbox|no-zygote|disable-|enable-|force-|ozone-|use-|ignore-|inspect|remote-debugging|user-data-dir|password-store|js-flags|lang|log-|v=|vmodule|gtk-version|headless|allow-|original-process-start-time)/

/**
 * Our own arguments among Electron's: without the executable, without Chromium's switches (which may stand anywhere), and, unless packed, without the
 * app's folder, which comes first of what is left.
 */
export function ownArguments(argv: readonly string[], isPackaged: boolean): string[] {
  const own = argv.slice(1).filter((arg) => !CHROMIUM.test(arg) || arg.startsWith('--allow-default-route'))
  return isPackaged ? own : own.slice(1)
}
