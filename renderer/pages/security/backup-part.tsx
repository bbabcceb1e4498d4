import { Checkbox, PasswordInput } from '@mantine/core'
import { type FormEvent, useCallback, useEffect, useState } from 'react'
import type { BackupList } from '../../../preload/contract/backup.ts'
import { useBench } from '../../app/bench-context.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import { Mend } from '../../parts/mend.tsx'
import page from '../../parts/page.module.css'
import { RefusedSaid, Said } from '../../parts/said.tsx'
import { saveFile } from '../../parts/save-file.ts'
import { securityWords } from '../../words/security.ts'
import { sizeText } from '../storage/size-text.ts'
import classes from './security.module.css'
import { SureButton } from './sure-button.tsx'

const words = securityWords.backup

/** The bench as one encrypted file: make one, carry it away, and how to put it back. */
export function BackupPart() {
  const { client } = useBench()
  const [list, setList] = useState<BackupList | null>(null)
  const [refused, setRefused] = useState<Refused | null>(null)
  const [made, setMade] = useState<{ name: string; files: number } | null>(null)
  const look = useCallback(() => {
    void attempt(client.backup.list({})).then((answer) => (answer.ok ? setList(answer.value) : setRefused(answer.refused)))
  }, [client])
  useEffect(look, [look])
  const remove = async (name: string) => {
    const answer = await attempt(client.backup.remove({ name }))
    if (answer.ok) setList(answer.value)
    else setRefused(answer.refused)
  }
  return (
    <section aria-label={words.title} className={page.stack}>
      <h2 className={page.part}>{words.title}</h2>
      <p className={page.quiet}>{words.lead}</p>
      <MakeForm
        onMade={(next, one) => {
          setRefused(null)
          setList(next)
          setMade(one)
        }}
        onRefused={setRefused}
      />
      {refused !== null && <RefusedSaid refused={refused} />}
      {made !== null && <Said meaning="good" message={words.made(made.name, made.files)} hint={words.madeNext} />}
      {list !== null && list.backups.length === 0 && <p className={page.quiet}>{words.none}</p>}
      {list !== null && list.backups.length > 0 && (
        <>
          <table className={page.table}>
            <thead>
              <tr>
                <th scope="col">{words.name}</th>
                <th scope="col">{words.size}</th>
                <th scope="col">{words.at}</th>
                <th scope="col" aria-label={words.save} />
              </tr>
            </thead>
            <tbody>
              {list.backups.map(({ madeAt, name, sizeBytes }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>{sizeText(sizeBytes)}</td>
                  <td>{new Date(madeAt).toLocaleString()}</td>
                  <td className={classes.acts}>
                    <div className={page.row}>
                      <SaveButton name={name} onRefused={setRefused} />
                      <SureButton act={words.remove} sure={words.removeSure} onSure={() => void remove(name)} />
                    </div>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <p className={page.quiet}>{words.place(list.folder)}</p>
        </>
      )}
      <div className={page.card}>
        <strong>{words.restoreTitle}</strong>
        <span>{words.restore}</span>
        <Mend command={words.restoreCommand} />
      </div>
    </section>
  )
}

type Made = (list: BackupList, made: { name: string; files: number }) => void

function MakeForm({ onMade, onRefused }: { onMade: Made; onRefused: (refused: Refused | null) => void }) {
  const { client } = useBench()
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const [firmware, setFirmware] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const differs = again !== '' && again !== passphrase
  const make = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    onRefused(null)
    const answer = await attempt(client.backup.create({ passphrase, firmware }))
    setBusy(false)
    if (!answer.ok) return onRefused(answer.refused)
    setPassphrase('')
    setAgain('')
    const { made, ...list } = answer.value
    onMade(list, made)
  }
  return (
    <form className={page.card} onSubmit={(event) => void make(event)} aria-label={words.make}>
      <div className={classes.fields}>
        <PasswordInput
          className={classes.field}
          label={words.passphrase}
          value={passphrase}
          autoComplete="new-password"
          onChange={(event) => setPassphrase(event.currentTarget.value)}
        />
        <PasswordInput
          className={classes.field}
          label={words.again}
          value={again}
          autoComplete="new-password"
          onChange={(event) => setAgain(event.currentTarget.value)}
          error={differs ? words.differ : null}
        />
        <Checkbox label={words.firmware} checked={firmware} onChange={(event) => setFirmware(event.currentTarget.checked)} />
        <button type="submit" className={page.primary} disabled={isBusy || passphrase === '' || again !== passphrase}>
          {isBusy ? words.making : words.make}
        </button>
      </div>
      <span className={page.quiet}>{words.rule}</span>
    </form>
  )
}

/** Fetched piece by piece: the calls carry text, and a backup may be large. */
function SaveButton({ name, onRefused }: { name: string; onRefused: (refused: Refused) => void }) {
  const { client } = useBench()
  const [percent, setPercent] = useState<number | null>(null)
  const save = async () => {
    const parts: Uint8Array<ArrayBuffer>[] = []
    let offset = 0
    for (let size = 1; offset < size; ) {
      setPercent(Math.floor((100 * offset) / size))
      const answer = await attempt(client.backup.part({ name, offset }))
      if (!answer.ok) {
        setPercent(null)
        return onRefused(answer.refused)
      }
      const bytes = Uint8Array.from(atob(answer.value.bytes), (char) => char.charCodeAt(0))
      if (bytes.length === 0) break
      parts.push(bytes)
      offset += bytes.length
      size = answer.value.sizeBytes
    }
    setPercent(null)
    saveFile(name, new Blob(parts))
  }
  return (
    <button type="button" className={page.button} disabled={percent !== null} onClick={() => void save()}>
      {percent === null ? words.save : words.saving(percent)}
    </button>
  )
}
