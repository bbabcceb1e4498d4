/** The page on which a bench is attacked. */
export const drillWords = {
  title: 'Attack drill',
  lead: 'Attacks known from the field, played against this very bench. It lists a phone of its own for that and takes it off again; phones on the bench go on.',
  run: 'Attack now',
  running: 'Attacking, up to a minute…',
  none: 'No drill since this bench was started.',
  good: (count: number) => (count === 1 ? 'The attack was refused' : `All ${count} attacks were refused`),
  some: (refused: number, notRun: number) => `${refused} refused, ${notRun} not run`,
  bad: (count: number) => (count === 1 ? '1 attack was NOT REFUSED' : `${count} attacks were NOT REFUSED`),
  badNext: 'Stop serving phones and report this with the evidence below.',
  at: (time: string) => `Ended ${time}`,
  attack: 'Attack',
  outcome: 'Outcome',
  evidence: 'Evidence',
  refused: 'refused',
  notRefused: 'NOT REFUSED',
  notRun: 'not run',
} as const
