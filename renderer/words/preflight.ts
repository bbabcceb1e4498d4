/** Words of the preflight: what the bench needs, before phones are plugged in. */
export const preflightWords = {
  title: 'Preflight',
  link: 'Preflight',
  looking: 'Looking at ports, network, clock, disk and images…',
  good: 'All good: plug phones in',
  goodStart: 'All good: start serving',
  warnings: (count: number) => (count === 1 ? 'One thing to know. You can start.' : `${count} things to know. You can start.`),
  stops: (count: number) => (count === 1 ? 'One thing stops the bench' : `${count} things stop the bench`),
  stopsNext: 'Mend the first one, then look again.',
  levels: { good: 'Good', warning: 'Warning', stop: 'Stop' },
  first: 'Do this first',
  again: 'Look again',
  start: 'Start serving',
  startAnyway: 'Start all the same',
  starting: 'Starting…',
  clicks: { interfaces: 'Choose interface', firmware: 'Open Firmware', packs: 'Open Packs' },
  lines: 'What was looked at',
} as const
