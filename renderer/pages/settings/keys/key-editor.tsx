import { Select, Tabs } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { LayerRef } from '../../../app/route.ts'
import { useBench } from '../../../app/bench-context.ts'
import { keyWords as words, settings } from '../../../words/settings.ts'
import { useEditor, useWhere } from '../editor-context.ts'
import type { Field, LayerView } from '../shapes.ts'
import type { ModelPicture } from '../use-catalogue.ts'
import { KeyForm } from './key-form.tsx'
import classes from './key-editor.module.css'
import { keysOf, type PhoneKey } from './key-layout.ts'
import { KeyPicture } from './key-picture.tsx'

/** The keys as they lie on the phone: click one, change it below. Expansion modules are tabs beside the phone. */
export function KeyEditor({ fields, layer, modules: taken }: { fields: readonly Field[]; layer: LayerRef; modules: LayerView['modules'] }) {
  const { editor } = useBench()
  const { model: own, models } = useWhere()
  const selected = useEditor((editor) => editor.selector.model)
  const [chosen, setChosen] = useState<string | null>(null)
  const [tab, setTab] = useState('0')
  const [open, setOpen] = useState<number | null>(null)
  const all = useMemo(() => keysOf(fields), [fields])
  const withKeys = models.filter(({ keys }) => keys > 0)
  const name = own ?? selected ?? chosen ?? withKeys[0]?.name ?? null
  const model = models.find((one) => one.name === name) ?? null
  const m = Number(tab)
  const keys = limitTo(all.get(m) ?? [], model, m)
  const key = keys.find(({ n }) => n === open) ?? keys[0]
  const most = model === null || model.modules === 0 ? taken.most : Math.min(taken.most, model.modules)
  const modules = Array.from({ length: most }, (_, i) => i + 1)
  if (all.size === 0) return <p className={classes.quiet}>{words.noKeys}</p>
  return (
    <div className={classes.editor}>
      {layer.kind !== 'device' && selected === null && (
        <Select
          size="xs"
          className={classes.model ?? ''}
          label={words.model}
          data={withKeys.map((one) => one.name)}
          value={name}
          onChange={setChosen}
          allowDeselect={false}
          searchable
          limit={100}
        />
      )}
      <Tabs
        value={tab}
        onChange={(next) => {
          setTab(next ?? '0')
          setOpen(null)
          if (next !== null && next !== '0') editor.getState().openModule(Number(next))
        }}
      >
        <Tabs.List>
          <Tabs.Tab value="0">{words.phone}</Tabs.Tab>
          {modules.map((one) => (
            <Tabs.Tab key={one} value={String(one)}>
              {words.module(one)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      </Tabs>
      {m > 0 && !all.has(m) && <p className={classes.quiet}>{taken.shown.includes(m) ? words.noKeys : settings.loading}</p>}
      <KeyPicture
        keys={keys}
        keyColumns={m === 0 ? (model?.keyColumns ?? null) : null}
        isModule={m > 0}
        name={name}
        open={key?.n ?? null}
        onOpen={setOpen}
      >
        {key !== undefined && <KeyForm key={`${m}.${key.n}`} phoneKey={key} />}
      </KeyPicture>
    </div>
  )
}

/** A pack's largest model may have more keys than this one. */
function limitTo(keys: readonly PhoneKey[], model: ModelPicture | null, m: number): readonly PhoneKey[] {
  const most = model === null ? 0 : m === 0 ? model.keys : model.moduleKeys
  return most === 0 ? keys : keys.filter(({ n }) => n <= most)
}
