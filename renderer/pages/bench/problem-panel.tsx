import { Panel } from '../../parts/panel.tsx'
import { strip as words } from '../../words/text.ts'
import { attentionOf } from './attention.ts'
import { Card, useAttention } from './attention-strip.tsx'
import classes from './problem-panel.module.css'

/** Everything that needs a hand, or all phones of one card, each with its own button. */
export function ProblemPanel({ only }: { only: string | null }) {
  const cards = useAttention()
  const chosen = only === null ? undefined : cards.find((card) => card.key === only)
  // A group is shown phone by phone: asked one at a time, none of them shares a card.
  const shown = chosen === undefined ? cards : chosen.devices.flatMap((device) => attentionOf([device], null))
  const title = chosen?.title ?? words.allTitle
  return (
    <Panel label={title} head={<h2>{title}</h2>}>
      <div className={classes.list}>
        {shown.map((card) => (
          <Card key={card.key} card={card} />
        ))}
        {shown.length === 0 && <p>{words.none}</p>}
      </div>
    </Panel>
  )
}
