import type { Definition, Scalar } from '../shapes.ts'

/** What every input of a setting is given. */
export type InputProps = {
  settingKey: string
  definition: Definition
  value: Scalar | null
  form: 'inherited' | 'own'
  isDraft: boolean
  error: string | null
  /** What a screen reader hears; the words in sight stand beside the input. */
  label: string
  onChange: (value: Scalar) => void
}
