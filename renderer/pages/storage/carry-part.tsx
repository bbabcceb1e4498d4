import { useState } from 'react'
import { useBench, useBoard } from '../../app/bench-context.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import { toBase64 } from '../../parts/base64.ts'
import { DropFile } from '../../parts/drop-file.tsx'
import page from '../../parts/page.module.css'
import { RefusedSaid, Said } from '../../parts/said.tsx'
import { saveFile } from '../../parts/save-file.ts'
import { storageWords } from '../../words/storage.ts'

const words = storageWords.carry
const FILES = '.o66'

/** Reports out, receipts in, as files. */
export function CarryPart({ onChanged }: { onChanged: () => void }) {
  const { client } = useBench()
  const pending = useBoard((board) => board.status?.central.pending ?? 0)
  const [said, setSaid] = useState<string | null>(null)
  const [refused, setRefused] = useState<Refused | null>(null)
  const [isBusy, setBusy] = useState(false)
  const act = async <T,>(call: Promise<T>, tell: (value: T) => string): Promise<void> => {
    setBusy(true)
    const answer = await attempt(call)
    setBusy(false)
    setSaid(answer.ok ? tell(answer.value) : null)
    setRefused(answer.ok ? null : answer.refused)
    onChanged()
  }
  const save = () =>
    act(client.sync.export({}), ({ entries, file, name }) => {
      saveFile(
        name,
        Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0)),
      )
      return words.saved(entries, name)
    })
  const taken = async (file: File) => toBase64(new Uint8Array(await file.arrayBuffer()))
  const takeReceipts = async (file: File) =>
    act(client.sync.import({ file: await taken(file) }), ({ acknowledged, pending: left }) => words.took(acknowledged, left))
  const enrol = async (file: File) => act(client.sync.enrol({ file: await taken(file) }), ({ bench }) => words.enrolled(bench))
  return (
    <section aria-label={words.title} aria-busy={isBusy}>
      <h2>{words.title}</h2>
      <p className={page.quiet}>{words.lead}</p>
      <div className={page.row}>
        <button type="button" className={page.primary} disabled={isBusy} onClick={() => void save()}>
          {words.save}
        </button>
        <span className={page.quiet}>{words.pending(pending)}</span>
      </div>
      <DropFile accept={FILES} button={words.takeReceipts} onFile={(file) => void takeReceipts(file)}>
        {words.receipts}
      </DropFile>
      <DropFile accept={FILES} button={words.takeEnrolment} onFile={(file) => void enrol(file)}>
        {words.enrolment}
      </DropFile>
      {said !== null && <Said meaning="good" message={said} hint={null} />}
      {refused !== null && <RefusedSaid refused={refused} />}
    </section>
  )
}
