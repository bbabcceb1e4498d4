import process from 'node:process'

const LOOK_MS = 500

/**
 * Started by npm, ends with npm: when npm is gone without having passed a signal on (kill -9), this process stops itself as a SIGTERM would. Otherwise the
 * port and the data folder would stay taken by a program nobody sees.
 */
export function endWithNpm() {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, LOOK_MS)
  timer.unref()
}
