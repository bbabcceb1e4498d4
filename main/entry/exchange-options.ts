import { type Option, readOptions, UsageError } from './options.ts'

export const EXCHANGE_OPTIONS: readonly Option[] = [
  { name: 'bench', value: 'URL', meaning: 'the running bench, as its ready line says it under ui' },
  { name: 'central', value: 'URL', meaning: 'the running central store' },
  { name: 'key', value: 'KEY', meaning: 'bearer key of that program' },
  { name: 'out', value: 'FILE', meaning: 'where the file goes (default: its own name, here)' },
  { name: 'name', value: 'NAME', meaning: 'enrolment: what the bench is called at the central store' },
]

export const EXCHANGE_USAGE = `exchange: reports and receipts by file, where no network comes

  npm run exchange -- enrolment --central URL --key KEY --name NAME   once: a file that enrols a bench; destroy it when the bench has taken it
  npm run exchange -- enrol FILE --bench URL --key KEY                once: the bench takes it
  npm run exchange -- export --bench URL --key KEY                    what waits, as one sealed file; it waits on until a receipt comes
  npm run exchange -- import FILE --central URL --key KEY             the central store takes it, and gives the receipts as a file
  npm run exchange -- import FILE --bench URL --key KEY               the bench takes the receipts

Every step may be done twice. A file that is damaged, or of another bench, is refused whole.
`

export type ExchangeAct = 'enrolment' | 'enrol' | 'export' | 'import'
export type ExchangeProgram = {
  act: ExchangeAct
  at: 'bench' | 'central'
  url: string
  key: string
  file: string | null
  out: string | null
  name: string | null
}

const ACTS: Readonly<Record<ExchangeAct, { at: readonly ('bench' | 'central')[]; takesFile: boolean }>> = {
  enrolment: { at: ['central'], takesFile: false },
  enrol: { at: ['bench'], takesFile: true },
  export: { at: ['bench'], takesFile: false },
  import: { at: ['bench', 'central'], takesFile: true },
}

/** Words first, then options. null = help was asked for. */
export function exchangeProgram(args: readonly string[], env: Readonly<Record<string, string | undefined>>): ExchangeProgram | null {
  const first = args.findIndex((arg) => arg.startsWith('-'))
  const words = first === -1 ? args : args.slice(0, first)
  const given = readOptions(EXCHANGE_OPTIONS, first === -1 ? [] : args.slice(first), env)
  if (given.flag('help')) return null
  const [act, file, more] = words
  if (!isAct(act) || more !== undefined) throw new UsageError('Say what to do: enrolment, enrol, export or import. --help says more.')
  const { at, takesFile } = ACTS[act]
  if (takesFile !== (file !== undefined)) throw new UsageError(takesFile ? `Name the file: ${act} FILE` : `${act} takes no file`)
  const urls = at.flatMap((one) => (given.text(one) === null ? [] : [{ at: one, url: given.text(one) ?? '' }]))
  const [target, second] = urls
  if (target === undefined || second !== undefined) throw new UsageError(`Name one of --${at.join(' and --')}`)
  const key = given.text('key')
  if (key === null) throw new UsageError('Give the key of that program: --key KEY')
  const name = given.text('name')
  if (act === 'enrolment' && name === null) throw new UsageError('Say what the bench is called: --name NAME')
  return { act, ...target, key, file: file ?? null, out: given.text('out'), name }
}

function isAct(text: string | undefined): text is ExchangeAct {
  return text !== undefined && Object.hasOwn(ACTS, text)
}
