import { CopyButton } from '@mantine/core'
import { type DragEvent, useRef, useState } from 'react'
import type { ImportError } from '../../../../preload/contract/devices.ts'
import { useBench } from '../../../app/bench-context.ts'
import { attempt, type Refused } from '../../../client/refused.ts'
import { RefusedSaid, Said } from '../../../parts/said.tsx'
import { acts, add as words } from '../../../words/text.ts'
import classes from './add.module.css'
import { wrongRows, wrongRowsAsCsv } from './csv-table.ts'

type Report = { added: number; updated: number; errors: ImportError[] }
/** `checked` = tried without changing anything; `taken` = the good rows are listed. */
type Step = { kind: 'empty' } | { kind: 'busy' } | { kind: 'refused'; refused: Refused } | { kind: 'checked' | 'taken'; report: Report }

/** Paste or drop; it is checked at once and nothing is changed before a person presses "Import". */
export function AddCsv() {
  const { client } = useBench()
  const [csv, setCsv] = useState('')
  const [step, setStep] = useState<Step>({ kind: 'empty' })
  const round = useRef(0)
  const run = async (text: string, dryRun: boolean) => {
    const mine = ++round.current
    setStep({ kind: 'busy' })
    const answer = await attempt(client.devices.import({ csv: text, dryRun }))
    if (mine !== round.current) return // a newer text is being checked
    setStep(answer.ok ? { kind: dryRun ? 'checked' : 'taken', report: answer.value } : { kind: 'refused', refused: answer.refused })
  }
  const give = (text: string) => {
    setCsv(text)
    if (text.trim() === '') {
      round.current++
      setStep({ kind: 'empty' })
    } else void run(text, true)
  }
  return (
    <div className={classes.form}>
      <Drop onText={give} />
      <div>
        <label className={classes.label} htmlFor="csv-text">
          {words.paste}
        </label>
        <textarea
          id="csv-text"
          className={classes.csv}
          value={csv}
          onChange={(event) => give(event.currentTarget.value)}
          placeholder={words.sample}
          rows={step.kind === 'empty' ? 10 : 4}
          spellCheck={false}
          wrap="off"
        />
      </div>
      {step.kind === 'busy' && <p className={classes.quiet}>{words.checking}</p>}
      {step.kind === 'refused' && <RefusedSaid refused={step.refused} />}
      {step.kind === 'checked' && <Checked report={step.report} onImport={() => void run(csv, false)} />}
      {step.kind === 'taken' && <Taken report={step.report} onNext={() => give('')} />}
      {(step.kind === 'checked' || step.kind === 'taken') && step.report.errors.length > 0 && (
        <WrongRows csv={csv} errors={step.report.errors} />
      )}
    </div>
  )
}

function Drop({ onText }: { onText: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null)
  const [isOver, setOver] = useState(false)
  const read = (file: File | undefined) => {
    if (file !== undefined) void file.text().then(onText)
  }
  const onDrop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    read(event.dataTransfer.files[0])
  }
  const onDragOver = (event: DragEvent) => {
    event.preventDefault()
    setOver(true)
  }
  return (
    <section
      className={classes.drop}
      aria-label={words.drop}
      data-over={isOver || undefined}
      onDrop={onDrop}
      onDragOver={onDragOver}
      onDragLeave={() => setOver(false)}
    >
      <span>{words.drop}</span>
      <button type="button" className={classes.choose} onClick={() => input.current?.click()}>
        {words.choose}
      </button>
      <input ref={input} type="file" accept=".csv,text/csv,text/plain" hidden onChange={(event) => read(event.currentTarget.files?.[0])} />
    </section>
  )
}

function Checked({ onImport, report }: { report: Report; onImport: () => void }) {
  const good = report.added + report.updated
  const wrong = report.errors.length
  if (good === 0) return <Said meaning="bad" message={words.rowsWrong(wrong)} hint={words.nothingToImport} />
  return (
    <div className={classes.checked}>
      <Said
        meaning={wrong === 0 ? 'good' : 'hand'}
        message={[words.wouldAdd(report.added, report.updated), ...(wrong === 0 ? [] : [words.rowsWrong(wrong)])].join('; ')}
        hint={words.nothingYet}
      />
      <button type="button" className={classes.import} onClick={onImport}>
        {wrong === 0 ? words.import(good) : words.importGood(good)}
      </button>
    </div>
  )
}

function Taken({ onNext, report }: { report: Report; onNext: () => void }) {
  const wrong = report.errors.length
  return (
    <div className={classes.checked}>
      <Said
        meaning={wrong === 0 ? 'good' : 'hand'}
        message={words.imported(report.added, report.updated)}
        hint={wrong === 0 ? words.allTaken : words.notTaken(wrong)}
      />
      <button type="button" className={classes.choose} onClick={onNext}>
        {words.clear}
      </button>
    </div>
  )
}

function WrongRows({ csv, errors }: { csv: string; errors: readonly ImportError[] }) {
  return (
    <>
      <table className={classes.table}>
        <thead>
          <tr>
            <th>{words.columns.row}</th>
            <th>{words.columns.column}</th>
            <th>{words.columns.what}</th>
            <th>{words.columns.todo}</th>
          </tr>
        </thead>
        <tbody>
          {wrongRows(csv, errors).map(({ column, field, row, todo, what }) => (
            <tr key={`${row}:${column}:${what}`}>
              <td className="figures">{row}</td>
              <td>
                <b>{column ?? words.wholeRow}</b>
                {field !== null && field !== '' && <code className={classes.wrong}>{field}</code>}
              </td>
              <td>{what}</td>
              <td>{todo}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <CopyButton value={wrongRowsAsCsv(csv, errors)} timeout={3000}>
        {({ copied, copy }) => (
          <button type="button" className={classes.choose} onClick={copy}>
            {copied ? acts.copied : words.copyBad}
          </button>
        )}
      </CopyButton>
    </>
  )
}
