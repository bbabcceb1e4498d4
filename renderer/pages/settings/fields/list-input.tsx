import { Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { choiceWords, settings as words } from '../../../words/settings.ts'
import { listOf } from './show-value.ts'
import type { InputProps } from './input-props.ts'
import classes from './value-input.module.css'

/** Entries whose order counts (codecs): each can go earlier or away; new ones come last. Kept as one text with commas. */
export function ListInput({ definition, error, form, label, onChange, value }: InputProps) {
  const items = listOf(value)
  const left = definition.choices?.filter((choice) => !items.includes(choice)) ?? null
  const keep = (next: readonly string[]) => onChange(next.join(','))
  return (
    <fieldset aria-label={label} style={{ border: 0, margin: 0, padding: 0 }}>
      <ol className={classes.list} data-form={form}>
        {items.length === 0 && <li className={classes.none}>{words.emptyList}</li>}
        {items.map((item, index) => (
          <li key={item} className={classes.item}>
            <span>{choiceWords[item] ?? item}</span>
            <button
              type="button"
              className={classes.small}
              disabled={index === 0}
              aria-label={`${item}: ${words.up}`}
              onClick={() => keep(items.map((one, i) => (i === index - 1 ? item : i === index ? (items[index - 1] ?? item) : one)))}
            >
              {words.up}
            </button>
            <button
              type="button"
              className={classes.small}
              aria-label={`${item}: ${words.remove}`}
              onClick={() => keep(items.filter((one) => one !== item))}
            >
              {words.remove}
            </button>
          </li>
        ))}
        <li>
          {left === null ? (
            <FreeEntry onAdd={(item) => keep([...items, item])} />
          ) : (
            <ChosenEntry left={left} onAdd={(item) => keep([...items, item])} />
          )}
        </li>
      </ol>
      {error !== null && <p className={classes.error}>{error}</p>}
    </fieldset>
  )
}

function ChosenEntry({ left, onAdd }: { left: readonly string[]; onAdd: (item: string) => void }) {
  if (left.length === 0) return null
  return (
    <Select
      size="xs"
      aria-label={words.addItem}
      placeholder={words.addItem}
      data={left.map((choice) => ({ value: choice, label: choiceWords[choice] ?? choice }))}
      value={null}
      onChange={(item) => item !== null && onAdd(item)}
    />
  )
}

function FreeEntry({ onAdd }: { onAdd: (item: string) => void }) {
  const [text, setText] = useState('')
  const add = () => {
    if (text.trim() !== '') onAdd(text.trim())
    setText('')
  }
  return (
    <div className={classes.adding}>
      <TextInput
        size="xs"
        aria-label={words.addItem}
        placeholder={words.addItem}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Enter' && add()}
      />
      <button type="button" className={classes.small} disabled={text.trim() === ''} onClick={add}>
        {words.add}
      </button>
    </div>
  )
}
