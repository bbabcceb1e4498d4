import { execFileSync } from 'node:child_process'
import { test } from 'vitest'

/** Says in the report that something here was not tried, and why; a test that cannot run is never left out without a word. */
export function notRun(reason: string): void {
  test.skip(`NOT RUN: ${reason}`, () => undefined)
}

/** Why network namespaces cannot be made here, or null when they can. */
export function canNamespaces(): string | null {
  if (process.platform !== 'linux') return 'network namespaces need Linux'
  if (process.getuid?.() !== 0) return 'network namespaces need root'
  const name = `o66-try-${process.pid}`
  try {
    execFileSync('ip', ['netns', 'add', name], { stdio: 'ignore' })
    execFileSync('ip', ['netns', 'delete', name], { stdio: 'ignore' })
    return null
  } catch {
    return 'iproute2 is missing or namespaces are not allowed here'
  }
}

/** Why a program cannot be used here, or null when it can. */
export function canRun(program: string): string | null {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' })
    return null
  } catch {
    return `${program} is not installed`
  }
}
