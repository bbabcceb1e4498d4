import { life } from './app.ts'
import { strict } from './strict.ts'

type CheckHandler = (contents: unknown, permission: string, origin: string, details: { requestingUrl: string }) => boolean
type RequestHandler = (
  contents: unknown,
  permission: string,
  done: (isGranted: boolean) => void,
  details: { requestingUrl: string },
) => void

/** Electron's name of a permission, and the browser's. */
const PERMISSIONS: readonly [string, string][] = [
  ['geolocation', 'geolocation'],
  ['notifications', 'notifications'],
  ['media', 'camera'],
  ['media', 'microphone'],
  ['midi', 'midi'],
  ['clipboard-read', 'clipboard-read'],
  ['clipboard-sanitized-write', 'clipboard-write'],
]

let check: CheckHandler = () => true
let request: RequestHandler = (_contents, _permission, done) => done(true)

/** The session's two handlers. Without them everything is granted, as in Electron. */
export const defaultSession = strict('session.defaultSession', {
  setPermissionCheckHandler(handler: CheckHandler | null) {
    check = handler ?? (() => true)
  },
  setPermissionRequestHandler(handler: RequestHandler | null) {
    request = handler ?? ((_contents, _permission, done) => done(true))
  },
})

/** The browser cannot ask us in the middle of a call, so the handlers are asked for every permission before a page loads. */
export async function applyPermissions(contents: unknown, url: string): Promise<void> {
  const { send } = await life.chromium()
  for (const [name, browserName] of PERMISSIONS) {
    const isGranted =
      check(contents, name, new URL(url).origin, { requestingUrl: url }) &&
      (await new Promise<boolean>((done) => request(contents, name, done, { requestingUrl: url })))
    await send('Browser.setPermission', { permission: { name: browserName }, setting: isGranted ? 'granted' : 'denied' })
  }
}
