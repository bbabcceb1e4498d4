import { useCallback, useEffect, useState } from 'react'
import type { StorageView } from '../../../preload/contract/bench.ts'
import { useBench } from '../../app/bench-context.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import page from '../../parts/page.module.css'
import { RefusedSaid, Said } from '../../parts/said.tsx'
import { storageWords as words } from '../../words/storage.ts'
import { CarryPart } from './carry-part.tsx'
import { sizeText } from './size-text.ts'
import { TimePart } from './time-part.tsx'

/** What the bench keeps and what bounds it; reports and receipts by file. */
export function StoragePage() {
  const { client } = useBench()
  const [storage, setStorage] = useState<StorageView | null>(null)
  const [refused, setRefused] = useState<Refused | null>(null)
  const look = useCallback(() => {
    void attempt(client.bench.storage({})).then((answer) => {
      if (answer.ok) setStorage(answer.value)
      else setRefused(answer.refused)
    })
  }, [client])
  useEffect(look, [look])
  return (
    <main className={page.page} aria-label={words.title} aria-busy={storage === null && refused === null}>
      <h1 className={page.title}>{words.title}</h1>
      <p className={page.lead}>{words.lead}</p>
      <div className={page.stack}>
        <TimePart />
        <CarryPart onChanged={look} />
        {refused !== null && <RefusedSaid refused={refused} />}
        {storage !== null && <DiskPart storage={storage} />}
      </div>
    </main>
  )
}

function DiskPart({ storage: { freeBytes, journal, parts } }: { storage: StorageView }) {
  const { disk } = words
  return (
    <section aria-label={disk.title}>
      <h2>{disk.title}</h2>
      {!journal.mayGrow && <Said meaning="bad" message={disk.short(journal.why ?? '')} hint={disk.shortNext} />}
      <p className={page.quiet}>
        {disk.taken(sizeText(journal.takenBytes))}
        {freeBytes !== null && `; ${disk.free(sizeText(freeBytes))}`}
      </p>
      <table className={page.table}>
        <thead>
          <tr>
            <th scope="col">{disk.part}</th>
            <th scope="col">{disk.files}</th>
            <th scope="col">{disk.size}</th>
            <th scope="col">{disk.limit}</th>
            <th scope="col">{disk.oldest}</th>
            <th scope="col">{disk.rule}</th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part) => (
            <tr key={part.part}>
              <th scope="row">{part.part}</th>
              <td>{part.files}</td>
              <td>{sizeText(part.bytes)}</td>
              <td>{part.limitBytes === null ? disk.noLimit : sizeText(part.limitBytes)}</td>
              <td>{part.oldestAt === null ? '' : new Date(part.oldestAt).toLocaleDateString()}</td>
              <td>{part.rule}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
