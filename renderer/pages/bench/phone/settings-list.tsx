import { TextInput } from '@mantine/core'
import { useState } from 'react'
import type { ResolvedSettingView } from '../../../../preload/contract/view.ts'
import { layerWords, phone as words } from '../../../words/text.ts'
import classes from './phone.module.css'

/** Each value with where it comes from, what it hides and who locked it. Inherited, set here and locked differ in form. */
export function SettingsList({ settings }: { settings: readonly ResolvedSettingView[] | null }) {
  const [search, setSearch] = useState('')
  if (settings === null) return <p className={classes.quiet}>{words.loading}</p>
  if (settings.length === 0) return <p className={classes.quiet}>{words.noSettings}</p>
  const wanted = search.trim().toLowerCase()
  const shown = settings.filter(({ key, label }) => key.toLowerCase().includes(wanted) || label.toLowerCase().includes(wanted))
  return (
    <div className={classes.settings}>
      <TextInput label={words.search} value={search} onChange={(event) => setSearch(event.currentTarget.value)} />
      {shown.map((setting) => (
        <Setting key={setting.key} setting={setting} />
      ))}
    </div>
  )
}

function Setting({ setting }: { setting: ResolvedSettingView }) {
  const { hidden, key, label, layer, lockedBy, value } = setting
  const form = lockedBy !== null ? 'locked' : layer === 'device' ? 'own' : 'inherited'
  return (
    <div className={classes.setting}>
      <span className={classes.settingName}>
        {label}
        <code>{key}</code>
      </span>
      <span className={classes.value} data-form={form}>
        {show(value)}
      </span>
      <span className={classes.origin}>
        {layer !== null && layerWords[layer]}
        {lockedBy !== null && `, ${words.locked(layerWords[lockedBy])}`}
        {hidden.map((one) => (
          <s key={`${one.layer}:${String(one.value)}`} className={classes.hidden}>
            {words.hides(layerWords[one.layer], show(one.value))}
          </s>
        ))}
      </span>
    </div>
  )
}

function show(value: ResolvedSettingView['value']): string {
  if (value === null || value === '') return words.notSet
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
}
