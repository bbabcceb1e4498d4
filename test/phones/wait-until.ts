import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until something is true; fails with the words given after `seconds`. */
export async function waitUntil(what: string, isTrue: () => boolean, seconds = 10): Promise<void> {
  const deadline = Date.now() + seconds * 1000
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error(`waited ${seconds} s for: ${what}`)
    await sleep(5)
  }
}
