import { useCallback, useEffect, useState } from 'react'
import type { DrillReport } from '../../../preload/contract/drill.ts'
import { useBench } from '../../app/bench-context.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import page from '../../parts/page.module.css'
import { RefusedSaid, Said } from '../../parts/said.tsx'
import { drillWords as words } from '../../words/drill.ts'

/** One button, and for each attack whether it was refused, with the evidence. */
export function DrillPage() {
  const { isRunning, refused, report, run } = useDrill()
  return (
    <main className={page.page} aria-label={words.title} aria-busy={isRunning}>
      <h1 className={page.title}>{words.title}</h1>
      <p className={page.lead}>{words.lead}</p>
      <div className={page.stack}>
        <div className={page.row}>
          <button type="button" className={page.primary} disabled={isRunning} onClick={run}>
            {isRunning ? words.running : words.run}
          </button>
          {report !== null && <span className={page.quiet}>{words.at(new Date(report.endedAt).toLocaleString())}</span>}
        </div>
        {refused !== null && <RefusedSaid refused={refused} />}
        {report === null ? !isRunning && <p className={page.quiet}>{words.none}</p> : <Report report={report} />}
      </div>
    </main>
  )
}

function Report({ report: { notRefused, notRun, refused, results } }: { report: DrillReport }) {
  const said = notRefused > 0 ? words.bad(notRefused) : notRun > 0 ? words.some(refused, notRun) : words.good(refused)
  return (
    <>
      <Said meaning={notRefused > 0 ? 'bad' : notRun > 0 ? 'hand' : 'good'} message={said} hint={notRefused > 0 ? words.badNext : null} />
      <table className={page.table}>
        <thead>
          <tr>
            <th scope="col">{words.attack}</th>
            <th scope="col">{words.outcome}</th>
            <th scope="col">{words.evidence}</th>
          </tr>
        </thead>
        <tbody>
          {results.map((result) => (
            <tr key={result.attack}>
              <th scope="row">{result.attack}</th>
              <td>{result.refused === null ? words.notRun : result.refused ? words.refused : <strong>{words.notRefused}</strong>}</td>
              <td>
                {result.evidence.map((line) => (
                  <div key={line}>{line}</div>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

/** The report of the last drill, whoever ran it, and the way to run one. */
function useDrill() {
  const { client } = useBench()
  const [report, setReport] = useState<DrillReport | null>(null)
  const [refused, setRefused] = useState<Refused | null>(null)
  const [isRunning, setRunning] = useState(false)
  const run = useCallback(() => {
    setRunning(true)
    setRefused(null)
    void attempt(client.drill.run({})).then((answer) => {
      if (answer.ok) setReport(answer.value)
      else setRefused(answer.refused)
      setRunning(false)
    })
  }, [client])
  useEffect(() => {
    void attempt(client.drill.last({})).then((answer) => {
      if (!answer.ok) return
      setReport(answer.value.report)
      // Somebody else's: asking again while it runs waits for that one.
      if (answer.value.isRunning) run()
    })
  }, [client, run])
  return { report, refused, isRunning, run }
}
