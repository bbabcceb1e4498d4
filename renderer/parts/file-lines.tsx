import { Fragment, useEffect, useRef } from 'react'
import { fileLines as words } from '../words/text.ts'
import classes from './file-lines.module.css'
import { type DiffLine, foldSame } from './line-diff.ts'

const SIGNS = { same: '', removed: '−', added: '+' } as const

/** A line of a file; `from` = where its value comes from, in words. */
export type ShownLine = DiffLine & { from?: string | null | undefined }

/** A file line by line; removed and added lines are told by their sign, not by colour alone. In a whole file the first of them is scrolled into view. */
export function FileLines({ isFolded, lines, name }: { name: string; lines: readonly ShownLine[]; isFolded: boolean }) {
  const first = useRef<HTMLDivElement>(null)
  const firstChanged = lines.findIndex(({ kind }) => kind !== 'same')
  // biome-ignore lint/correctness/useExhaustiveDependencies: another first change is shown, a longer text below it is not a reason to jump
  useEffect(() => {
    if (!isFolded) first.current?.scrollIntoView({ block: 'center' })
  }, [firstChanged, name, isFolded])
  const shown = isFolded ? foldSame(lines, 1) : lines
  let seen = false
  return (
    <figure className={classes.file}>
      <figcaption className={classes.name}>{name}</figcaption>
      <div className={classes.lines}>
        {shown.map((line, index) => {
          if ('skipped' in line)
            // biome-ignore lint/suspicious/noArrayIndexKey: lines repeat and have no name but their place
            return <Fragment key={index}>{<div className={classes.skipped}>{words.skipped(line.skipped)}</div>}</Fragment>
          const isFirst = !seen && line.kind !== 'same'
          seen = seen || isFirst
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines repeat and have no name but their place
            <div key={index} ref={isFirst ? first : null} className={classes.line} data-kind={line.kind}>
              <span className={classes.sign}>{SIGNS[line.kind]}</span>
              <span className={classes.text}>
                {line.kind !== 'same' && <span className="unseen">{words.kinds[line.kind]}</span>}
                {line.text}
              </span>
              {'from' in line && line.from != null && <span className={classes.from}>{String(line.from)}</span>}
            </div>
          )
        })}
      </div>
    </figure>
  )
}
