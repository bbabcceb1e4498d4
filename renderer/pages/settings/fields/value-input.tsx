import { NumberInput, PasswordInput, SegmentedControl, Select, Textarea, TextInput } from '@mantine/core'
import { settings as words } from '../../../words/settings.ts'
import type { InputProps } from './input-props.ts'
import { ListInput } from './list-input.tsx'
import { showChoice } from './show-value.ts'
import classes from './value-input.module.css'

/** The input that fits a setting's type. Inherited is dashed, set here is framed: told apart without colour. */
export function ValueInput(props: InputProps) {
  const { definition, error, form, isDraft, label, onChange, settingKey, value } = props
  const shared = {
    'aria-label': label,
    error,
    size: 'sm' as const,
    classNames: { input: classes.input ?? '' },
    attributes: { input: { 'data-form': form } },
  }
  switch (definition.type) {
    case 'boolean':
      return (
        <SegmentedControl
          aria-label={label}
          className={classes.segments ?? ''}
          data-form={form}
          value={value === true ? 'true' : value === false ? 'false' : ''}
          onChange={(next) => onChange(next === 'true')}
          data={[
            { value: 'true', label: words.yes },
            { value: 'false', label: words.no },
          ]}
        />
      )
    case 'choice':
      return (
        <Select
          {...shared}
          data={(definition.choices ?? []).map((choice) => ({ value: choice, label: showChoice(settingKey, choice) }))}
          value={value === null ? null : String(value)}
          placeholder={words.notSet}
          onChange={(next) => next !== null && onChange(next)}
          searchable={(definition.choices?.length ?? 0) > 8}
          allowDeselect={false}
          limit={60}
        />
      )
    case 'number':
      return (
        <NumberInput
          {...shared}
          value={typeof value === 'number' ? value : ''}
          placeholder={words.notSet}
          onChange={(next) => onChange(next === '' ? '' : Number(next))}
          suffix={definition.unit === null ? '' : ` ${definition.unit}`}
          allowDecimal={false}
          clampBehavior="none"
        />
      )
    case 'list':
      return <ListInput {...props} />
    case 'password':
      return (
        <PasswordInput
          {...shared}
          value={isDraft && form === 'own' && value !== null ? String(value) : ''}
          placeholder={value === null ? words.notSet : `${words.secretSet}. ${words.typeNew}`}
          onChange={(event) => onChange(event.currentTarget.value)}
          autoComplete="new-password"
        />
      )
    case 'raw':
      return (
        <Textarea
          {...shared}
          classNames={{ input: `${classes.input} ${classes.raw}` }}
          autosize
          minRows={4}
          maxRows={16}
          spellCheck={false}
          value={value === null ? '' : String(value)}
          placeholder={words.notSet}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      )
    case 'text':
    case 'host':
    case 'url':
    case 'directoryNumber':
    case 'time':
      return (
        <TextInput
          {...shared}
          value={value === null ? '' : String(value)}
          placeholder={definition.type === 'time' ? 'HH:MM' : words.notSet}
          onChange={(event) => onChange(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={definition.type === 'text'}
        />
      )
  }
}
