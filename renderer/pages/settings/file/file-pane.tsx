import { Select } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useBench } from '../../../app/bench-context.ts'
import type { LayerRef } from '../../../app/route.ts'
import { FileLines } from '../../../parts/file-lines.tsx'
import { countChanged } from '../../../parts/line-diff.ts'
import { RefusedSaid } from '../../../parts/said.tsx'
import { nameOf } from '../../../parts/sight.ts'
import { settings as words } from '../../../words/settings.ts'
import { useAllDevices } from '../../bench/devices.ts'
import { useEditor } from '../editor-context.ts'
import { phonesOf } from '../places.ts'
import type { PreviewState } from '../use-preview.ts'
import classes from './file-pane.module.css'
import { useFiles } from './use-files.ts'

const MOST_OPTIONS = 200

/** The file of one phone of this place, as it is and as it would be. */
export function FilePane({ layer, preview }: { layer: LayerRef; preview: PreviewState }) {
  const { editor } = useBench()
  const devices = useAllDevices()
  const phones = useMemo(() => phonesOf(layer, devices), [layer, devices])
  const chosen = useEditor((state) => state.samplePhone)
  const phone = phones.find(({ mac }) => mac === chosen) ?? phones.find(({ pack }) => pack !== null) ?? phones[0]
  const files = useFiles(phone?.mac ?? null, preview)
  const [isOnlyChanged, setOnlyChanged] = useState(false)
  if (phone === undefined)
    return (
      <aside className={classes.pane} aria-label={words.file}>
        <p className={classes.quiet}>{words.fileNone}</p>
      </aside>
    )
  const changed = files.state === 'ready' ? files.files.reduce((sum, { lines }) => sum + countChanged(lines), 0) : 0
  const shown =
    files.state !== 'ready' ? [] : isOnlyChanged && changed > 0 ? files.files.filter(({ lines }) => countChanged(lines) > 0) : files.files
  return (
    <aside className={classes.pane} aria-label={words.file}>
      <header className={classes.head}>
        <Select
          size="xs"
          aria-label={words.filePhone}
          data={phones.slice(0, MOST_OPTIONS).map((one) => ({
            value: one.mac,
            label: [nameOf(one), one.line, one.model ?? one.expectedModel].filter((part) => part !== null).join(' · '),
          }))}
          value={phone.mac}
          onChange={(mac) => editor.getState().showPhone(mac)}
          allowDeselect={false}
          searchable
        />
        {preview.edits > 0 && (
          <div className={classes.changes}>
            <b className={classes.count}>{changed === 0 ? words.fileSame : words.fileChanged(changed)}</b>
            {changed > 0 && (
              <button type="button" className={classes.toggle} aria-pressed={isOnlyChanged} onClick={() => setOnlyChanged(!isOnlyChanged)}>
                {isOnlyChanged ? words.fileWhole : words.fileOnlyChanged}
              </button>
            )}
          </div>
        )}
      </header>
      {files.state === 'loading' && <p className={classes.quiet}>{words.loading}</p>}
      {files.state === 'refused' && <RefusedSaid refused={files.refused} />}
      {files.state === 'ready' && files.files.length === 0 && <p className={classes.quiet}>{words.fileNoPack}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long files are scrolled with the keyboard */}
      <div className={classes.files} tabIndex={0}>
        {shown.map(({ lines, name }) => (
          <FileLines key={name} name={name} lines={lines} isFolded={isOnlyChanged && changed > 0} />
        ))}
        {shown.length > 0 && <p className={classes.note}>{words.fileMasked}</p>}
      </div>
    </aside>
  )
}
