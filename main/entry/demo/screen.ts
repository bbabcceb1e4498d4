import process from 'node:process'
import { formatMac } from '../../core/model/mac.ts'
import { table } from './table.ts'
import type { Watched } from './watch.ts'

/** What a person sees while the phones are staged: a table drawn over itself on a terminal, else one line for each change. */
export type Screen = {
  say(line: string): void
  changed(phone: Watched, before: string): void
  draw(phones: readonly Watched[]): void
  /** The table stays as it is; what follows stands below it. */
  leave(): void
}

export function openScreen(startedAt: number): Screen {
  return process.stdout.isTTY ? liveScreen(startedAt) : lineScreen(startedAt)
}

function clockText(startedAt: number): string {
  return `${((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)} s`
}

function lineScreen(startedAt: number): Screen {
  return {
    say: (line) => process.stdout.write(`${line}\n`),
    changed: (phone, before) =>
      process.stdout.write(
        `${clockText(startedAt)}  ${formatMac(phone.spec.mac)}  ${phone.spec.model.padEnd(8)} ${before} → ${stateText(phone)}\n`,
      ),
    draw: () => {},
    leave: () => {},
  }
}

function liveScreen(startedAt: number): Screen {
  let drawnLines = 0
  const wipe = () => {
    if (drawnLines > 0) process.stdout.write(`\u001b[${drawnLines}A\u001b[J`)
    drawnLines = 0
  }
  return {
    say: (line) => {
      wipe()
      process.stdout.write(`${line}\n`)
    },
    changed: () => {},
    draw: (phones) => {
      const text = `${liveTable(phones)}\n${clockText(startedAt)}\n`
      wipe()
      process.stdout.write(text)
      drawnLines = text.split('\n').length - 1
    },
    leave: () => {
      drawnLines = 0
    },
  }
}

const BAR = 20

function liveTable(phones: readonly Watched[]): string {
  const rows = phones.map((phone) => [
    formatMac(phone.spec.mac),
    phone.spec.model,
    phone.spec.memory.firmware,
    stateText(phone),
    phone.device?.token ?? '',
    phone.phoneStep,
    bar(phone),
  ])
  return table(['phone', 'model', 'runs', 'state', 'token', 'phone does', 'firmware download'], rows)
}

function stateText(phone: Watched): string {
  const { device } = phone
  if (device === null) return 'off'
  return device.reason === null ? device.state : `${device.state}: ${device.reason.message}`
}

function bar(phone: Watched): string {
  const progress = phone.device?.progress
  if (progress === null || progress === undefined || progress.sizeBytes === 0) return ''
  const done = Math.round((BAR * progress.sentBytes) / progress.sizeBytes)
  return `${'█'.repeat(done)}${'·'.repeat(BAR - done)} ${Math.round((100 * progress.sentBytes) / progress.sizeBytes)} %`
}
