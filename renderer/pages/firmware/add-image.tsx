import { MultiSelect, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useBench } from '../../app/bench-context.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import { toBase64 } from '../../parts/base64.ts'
import { DropFile } from '../../parts/drop-file.tsx'
import classes from '../../parts/page.module.css'
import { RefusedSaid, Said } from '../../parts/said.tsx'
import { firmware as words } from '../../words/library.ts'
import type { ModelPicture } from '../settings/use-catalogue.ts'
import type { Image } from './targets.ts'

type Outcome = { image: Image } | { refused: Refused } | { percent: number } | null

/** Takes an image from where the page runs, in parts, or by its path on the bench's own machine. */
export function AddImage({ models, onAdded }: { models: readonly ModelPicture[]; onAdded: () => void }) {
  const { client } = useBench()
  const [chosen, setChosen] = useState<string[]>([])
  const [version, setVersion] = useState('')
  const [path, setPath] = useState('')
  const [outcome, setOutcome] = useState<Outcome>(null)
  const said = { ...(chosen.length === 0 ? {} : { models: chosen }), ...(version.trim() === '' ? {} : { version: version.trim() }) }
  const finish = async (work: Promise<Image>): Promise<void> => {
    const answer = await attempt(work)
    setOutcome(answer.ok ? { image: answer.value } : { refused: answer.refused })
    if (answer.ok) onAdded()
  }
  const send = async (file: File): Promise<Image> => {
    setOutcome({ percent: 0 })
    const { partBytes, upload } = await client.firmware.uploadBegin({ name: file.name, sizeBytes: file.size })
    for (let offset = 0; offset < file.size; offset += partBytes) {
      const part = new Uint8Array(await file.slice(offset, offset + partBytes).arrayBuffer())
      const { receivedBytes } = await client.firmware.uploadPart({ upload, offset, data: toBase64(part) })
      setOutcome({ percent: Math.floor((receivedBytes / Math.max(1, file.size)) * 100) })
    }
    return client.firmware.uploadEnd({ upload, ...said })
  }
  return (
    <section className={classes.stack} aria-label={words.add}>
      <h3 className={classes.part}>{words.add}</h3>
      <DropFile accept="*/*" button={words.choose} onFile={(file) => void finish(send(file))}>
        {outcome !== null && 'percent' in outcome ? words.adding(outcome.percent) : words.addLead}
      </DropFile>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault()
          void finish(client.firmware.add({ path: path.trim(), ...said }))
        }}
      >
        <MultiSelect
          label={words.models}
          data={[...new Set(models.map(({ name }) => name))]}
          value={chosen}
          onChange={setChosen}
          searchable
          clearable
          limit={60}
        />
        <TextInput label={words.version} value={version} onChange={(event) => setVersion(event.currentTarget.value)} />
        <TextInput label={words.path} value={path} onChange={(event) => setPath(event.currentTarget.value)} />
        <button type="submit" className={classes.button} disabled={path.trim() === ''}>
          {words.addButton}
        </button>
      </form>
      {outcome !== null && 'image' in outcome && (
        <Said meaning="good" message={words.added(outcome.image.name, outcome.image.version, outcome.image.models.join(', '))} />
      )}
      {outcome !== null && 'refused' in outcome && <RefusedSaid refused={outcome.refused} />}
    </section>
  )
}
