import { readFile } from 'node:fs/promises'
import process from 'node:process'
import { bundledPacksFolder } from '../packs/load.ts'
import { makeFleet } from '../phones/fleet.ts'
import { openLan } from '../phones/lan-link.ts'
import { loadPhoneSample } from '../phones/load-sample.ts'
import type { PhoneEvent, PhoneSpec } from '../phones/phone-spec.ts'
import type { PowerOptions } from '../phones/power-on.ts'
import { type RunningFleet, runFleet } from '../phones/run-fleet.ts'
import { helpText, readOptions, UsageError } from './options.ts'
import { PHONES_OPTIONS, type PhonesOptions, phonesOptions } from './phones-options.ts'

/** Fake phones against a running bench. Exit 0 when all have departed, 1 when the time is over before, 2 for a mistake on the command line. */
async function main(): Promise<number> {
  const given = readOptions(PHONES_OPTIONS, process.argv.slice(2), process.env)
  if (given.flag('help')) {
    process.stdout.write(helpText('phones', 'fake phones, driven by the samples of endpoint packs', PHONES_OPTIONS))
    return 0
  }
  const options = phonesOptions(given)
  const sample = await loadPhoneSample(options.pack, [bundledPacksFolder(), ...options.packs]).catch(usage)
  const specs = await Promise.resolve()
    .then(() => makeFleet({ sample, count: options.count, model: options.model, firmware: options.firmware, firstMac: options.firstMac }))
    .catch(usage)
  const lan =
    options.interface === null ? null : await openLan(options.interface, options.server, (why) => process.stderr.write(`${why}\n`))
  const power: PowerOptions = {
    dhcpServer: options.server,
    times: { bootMs: options.bootMs, replugMs: options.replugMs, bytesPerSecond: options.bytesPerSecond },
    faults: options.faults,
    seed: options.seed,
    tftpPort: options.tftpPort,
    authority: options.authorityFile === null ? null : await readFile(options.authorityFile, 'utf8').catch(usage),
    onEvent: (event) => report(event, options.json),
    ...(lan === null ? {} : { openLink: lan.openLink, takeAddress: lan.takeAddress }),
  }
  process.stdout.write(
    `${JSON.stringify({ ready: true, program: 'phones', pack: options.pack, count: specs.length, first: specs[0]?.mac, last: specs.at(-1)?.mac })}\n`,
  )
  const fleet = runFleet(specs, { ...power, staggerMs: options.staggerMs })
  try {
    return await runUntil(fleet, specs, options)
  } finally {
    await fleet.close()
    await lan?.close()
  }
}

async function runUntil(fleet: RunningFleet, specs: readonly PhoneSpec[], options: PhonesOptions): Promise<number> {
  let timer: NodeJS.Timeout | undefined
  const timeIsOver = new Promise<'time'>((resolve) => {
    timer = setTimeout(() => resolve('time'), Math.min(options.runMs, 0x7fffffff))
  })
  const stopped = new Promise<'signal'>((resolve) => {
    process.once('SIGTERM', () => resolve('signal'))
    process.once('SIGINT', () => resolve('signal'))
  })
  const departed = fleet.allDeparted.then((): 'departed' => 'departed')
  const end = await Promise.race(options.untilDeparted ? [departed, timeIsOver, stopped] : [timeIsOver, stopped])
  clearTimeout(timer)
  const left = fleet.phones.filter((phone) => !phone.status().departed)
  const count = fleet.phones.length - left.length
  process.stderr.write(`${count} of ${specs.length} phones departed\n`)
  for (const phone of left) process.stderr.write(`${phone.mac} stands at ${phone.status().step}: ${phone.status().detail}\n`)
  return end === 'signal' || count === specs.length ? 0 : 1
}

function report(event: PhoneEvent, asJson: boolean): void {
  const line = asJson
    ? JSON.stringify(event)
    : `${new Date(event.at).toISOString().slice(11, 23)} ${event.mac} ${event.step.padEnd(17)} ${event.detail}`
  process.stderr.write(`${line.trimEnd()}\n`)
}

function usage(error: unknown): never {
  throw new UsageError(error instanceof Error ? error.message : String(error))
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exit(error instanceof UsageError ? 2 : 1)
  },
)
