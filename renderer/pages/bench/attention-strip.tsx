import { useViewportSize } from '@mantine/hooks'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useBench, useBoard } from '../../app/bench-context.ts'
import { formatClock } from '../../parts/duration.ts'
import { Elapsed } from '../../parts/elapsed.tsx'
import { line as lineWords, strip as words } from '../../words/text.ts'
import { type Attention, attentionOf, quietWords } from './attention.ts'
import classes from './attention-strip.module.css'
import { useAllDevices, useListed } from './devices.ts'
import { useHelp } from './use-help.ts'

const WIDE = 1600

export function useAttention(): readonly Attention[] {
  const devices = useAllDevices()
  const status = useBoard((board) => board.status)
  return useMemo(() => attentionOf(devices, status), [devices, status])
}

/** Always as high, whatever it has to say, so that no tile moves: troubles with the one button that helps, or else the next thing to do. */
export function AttentionStrip({ isQuietHidden }: { isQuietHidden: boolean }) {
  const { ui } = useBench()
  const line = useBoard((board) => board.line)
  const cards = useAttention()
  const room = useViewportSize().width >= WIDE ? 4 : 3
  if (line.state === 'cut') return <Cut sinceAt={line.sinceAt} />
  if (cards.length === 0) return isQuietHidden ? null : <Quiet />
  const shown = cards.slice(0, room)
  const more = cards.length - shown.length
  return (
    <section className={classes.strip} aria-label={words.label}>
      {shown.map((card) => (
        <Card key={card.key} card={card} />
      ))}
      {more > 0 && (
        <button type="button" className={classes.more} onClick={() => ui.getState().open({ kind: 'problems', key: null })}>
          <b>{words.more(more)}</b>
          {words.moreButton}
        </button>
      )}
      <Announce cards={cards} />
    </section>
  )
}

export function Card({ card }: { card: Attention }) {
  const { isBusy, label, press, refused } = useHelp(card)
  return (
    <article className={classes.card} data-meaning={card.meaning}>
      <span className={classes.slot}>
        {card.sign}
        {card.since !== null && <Elapsed since={card.since} className={classes.since} />}
      </span>
      <div className={classes.words}>
        <strong className={classes.title}>{refused?.message ?? card.title}</strong>
        <span className={classes.next}>{refused?.hint ?? card.next}</span>
      </div>
      {label !== null && (
        <button type="button" className={classes.help} disabled={isBusy} onClick={() => void press()}>
          {label}
        </button>
      )}
    </article>
  )
}

function Quiet() {
  const devices = useListed()
  const status = useBoard((board) => board.status)
  const { meaning, next, title } = useMemo(() => quietWords(devices, status), [devices, status])
  return (
    <section className={classes.strip} aria-label={words.label}>
      <div className={classes.quiet} data-meaning={meaning}>
        <strong>{title}</strong>
        <span>{next}</span>
      </div>
    </section>
  )
}

function Cut({ sinceAt }: { sinceAt: number }) {
  return (
    <section className={classes.strip} role="alert">
      <article className={classes.card} data-meaning="bad">
        <span className={classes.slot}>!</span>
        <div className={classes.words}>
          <strong className={classes.title}>{lineWords.cut(formatClock(sinceAt, true))}</strong>
          <span className={classes.next}>{lineWords.cutNext}</span>
        </div>
      </article>
    </section>
  )
}

/** Tells a screen reader of troubles that are new, once each. */
function Announce({ cards }: { cards: readonly Attention[] }) {
  const known = useRef<ReadonlySet<string>>(new Set())
  const [text, setText] = useState('')
  useEffect(() => {
    const fresh = cards.filter((card) => !known.current.has(card.key))
    known.current = new Set(cards.map((card) => card.key))
    if (fresh.length > 0) setText(fresh.map((card) => `${card.sign}: ${card.title}. ${card.next}`).join(' '))
  }, [cards])
  return (
    <div className="unseen" aria-live="polite">
      {text}
    </div>
  )
}
