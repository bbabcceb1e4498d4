import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

type Params = Record<string, unknown>
type Reply = { id: number; result?: Params; error?: { message: string } }
type Event = { method: string; params: Params; sessionId?: string }

/** The browser behind the double, spoken to in DevTools protocol. */
export type Chromium = {
  send(method: string, params?: Params, sessionId?: string): Promise<Params>
  /** Events of one page; without a session those of the browser. */
  listen(sessionId: string | null, listener: (method: string, params: Params) => void): void
  /** Ends the browser and removes its profile. */
  end(): void
}

/** `--allow-file-access-from-files`: Debian's Chromium refuses ES modules of file: pages, Electron does not. */
const FLAGS =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --no-default-browser-check --disable-background-networking --disable-component-update --disable-sync --disable-extensions --disable-dev-shm-usage --allow-file-access-from-files --remote-debugging-port=0 --remote-debugging-pipe --no-startup-window'.split(
    ' ',
  )

/** Where a Chromium is, or null. */
export function chromiumPath(): string {
  return process.env.DOUBLE_CHROMIUM ?? '/usr/bin/chromium'
}

export async function startChromium(switches: readonly string[]): Promise<Chromium> {
  const profile = mkdtempSync(join(tmpdir(), 'double-'))
  const isHeadless = process.env.DISPLAY === undefined || process.env.DOUBLE_HEADLESS !== undefined
  const child = spawn(chromiumPath(), [...FLAGS, `--user-data-dir=${profile}`, ...switches, ...(isHeadless ? ['--headless'] : [])], {
    // The last two are a second door for DevTools, which nobody uses: when it closes, however we ended, the browser ends too.
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
  })
  const end = () => {
    // The whole group: renderers left alive would write into the profile again.
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
    try {
      rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 })
    } catch (error) {
      process.stderr.write(`double: the profile ${profile} stays: ${String(error)}\n`) // the browser's last writes; the system clears its temporary folder
    }
  }
  process.on('exit', end)
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.stderr?.on('data', (chunk) => {
      said += String(chunk)
      const found = /DevTools listening on (ws:\S+)/.exec(said)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.on('error', (error) => reject(new Error(`double: no Chromium: ${error.message}`)))
    child.on('exit', (code) => reject(new Error(`double: Chromium ended (${code}): ${said.slice(-400)}`)))
  })
  const connection = await connect(url)
  // The line that Playwright waits for before it connects to the same browser.
  process.stderr.write(`DevTools listening on ${url}\n`)
  return { ...connection, end }
}

async function connect(url: string): Promise<Omit<Chromium, 'end'>> {
  const socket = new WebSocket(url)
  await new Promise((resolve, reject) => {
    socket.onopen = resolve
    socket.onerror = () => reject(new Error('double: Chromium does not take the connection'))
  })
  const waiting = new Map<number, { method: string; resolve(result: Params): void; reject(error: Error): void }>()
  const listeners = new Map<string | null, (method: string, params: Params) => void>()
  let ids = 0
  socket.onmessage = ({ data }) => {
    const message = JSON.parse(String(data)) as Reply | Event
    if ('method' in message) return listeners.get(message.sessionId ?? null)?.(message.method, message.params)
    const call = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.error === undefined) call?.resolve(message.result ?? {})
    else call?.reject(new Error(`${call.method}: ${message.error.message}`))
  }
  return {
    send: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        ids += 1
        waiting.set(ids, { method, resolve, reject })
        socket.send(JSON.stringify({ id: ids, method, params, ...(sessionId === undefined ? {} : { sessionId }) }))
      }),
    listen: (sessionId, listener) => void listeners.set(sessionId, listener),
  }
}
