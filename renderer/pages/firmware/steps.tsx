import { TextInput } from '@mantine/core'
import type { Refused } from '../../client/refused.ts'
import { saidAt } from '../../parts/field-said.tsx'
import classes from '../../parts/page.module.css'
import { firmware as words } from '../../words/library.ts'
import type { TargetText } from './targets.ts'

type Step = TargetText['steps'][number]
/** Both versions and the button beside them on the smallest screen. */
const STEP_PX = 300

type Props = { steps: readonly Step[]; refused: Refused | null; onChange: (steps: readonly Step[]) => void }

/** Versions that must be loaded on the way to the target, in any order: phones below one go through the other. */
export function Steps({ onChange, refused, steps }: Props) {
  const change = (at: number, part: Partial<Step>) => onChange(steps.map((step, i) => (i === at ? { ...step, ...part } : step)))
  return (
    <fieldset className={`${classes.card} ${classes.stack}`}>
      <legend>{words.steps}</legend>
      <p className={classes.quiet}>{words.stepsLead}</p>
      {steps.map((step, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a step has no name but its place
        <div key={i} className={classes.row}>
          <TextInput
            w={STEP_PX}
            label={words.stepBelow}
            value={step.below}
            onChange={(event) => change(i, { below: event.currentTarget.value })}
            error={saidAt(`steps.${i}`, refused)}
          />
          <TextInput
            w={STEP_PX}
            label={words.stepThrough}
            value={step.through}
            onChange={(event) => change(i, { through: event.currentTarget.value })}
          />
          <button type="button" className={classes.button} onClick={() => onChange(steps.filter((_, at) => at !== i))}>
            {words.removeStep}
          </button>
        </div>
      ))}
      <div>
        <button type="button" className={classes.button} onClick={() => onChange([...steps, { below: '', through: '' }])}>
          {words.addStep}
        </button>
      </div>
    </fieldset>
  )
}
