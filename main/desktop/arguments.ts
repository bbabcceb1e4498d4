/** Switches of Chromium that people and tools put on the command line; they are not ours to judge. */
const CHROMIUM =
  /^--(no-sandbox|no-zygote|disable-|enable-|force-|ozone-|use-|ignore-|inspect|remote-debugging|user-data-dir|password-store|js-flags|lang|log-|v=|vmodule|gtk-version|headless|allow-|original-process-start-time)/

/** Our own arguments of Electron's: without the executable, without the app's folder (which stands there unless packed), without Chromium's switches. */
export function ownArguments(argv: readonly string[], isPackaged: boolean): string[] {
  return argv.slice(isPackaged ? 1 : 2).filter((arg) => !CHROMIUM.test(arg))
}
