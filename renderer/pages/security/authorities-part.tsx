import { Select } from '@mantine/core'
import { useCallback, useEffect, useState } from 'react'
import type { CertificateList } from '../../../preload/contract/certificates.ts'
import { useBench } from '../../app/bench-context.ts'
import { useMay } from '../../app/use-me.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import { toBase64 } from '../../parts/base64.ts'
import { DropFile } from '../../parts/drop-file.tsx'
import page from '../../parts/page.module.css'
import { RefusedSaid, Said } from '../../parts/said.tsx'
import { securityWords } from '../../words/security.ts'
import classes from './security.module.css'
import { SureButton } from './sure-button.tsx'

const words = securityWords.authorities

/** Makers' certificate authorities: what is trusted, one more from a file, one less. */
export function AuthoritiesPart() {
  const { client } = useBench()
  const mayChange = useMay('certificates.import')
  const [list, setList] = useState<CertificateList | null>(null)
  const [refused, setRefused] = useState<Refused | null>(null)
  const [vendor, setVendor] = useState<string | null>(null)
  const [told, setTold] = useState<string | null>(null)
  const [lacksMaker, setLacksMaker] = useState(false)
  const look = useCallback(() => {
    void attempt(client.certificates.list({})).then((answer) => (answer.ok ? setList(answer.value) : setRefused(answer.refused)))
  }, [client])
  useEffect(look, [look])
  const take = async (file: File) => {
    setTold(null)
    setRefused(null)
    setLacksMaker(vendor === null)
    if (vendor === null) return
    const bytes = new Uint8Array(await file.arrayBuffer())
    const answer = await attempt(client.certificates.import({ vendor, file: toBase64(bytes) }))
    if (!answer.ok) return setRefused(answer.refused)
    setList(answer.value)
    const fresh = answer.value.imported.filter((one) => one.isNew).length
    setTold(fresh === 0 ? words.known : words.added(fresh))
  }
  const remove = async (id: string) => {
    setTold(null)
    const answer = await attempt(client.certificates.remove({ id }))
    if (answer.ok) setList(answer.value)
    else setRefused(answer.refused)
  }
  const makers = [...new Set((list?.packs ?? []).map((one) => one.vendor))].sort()
  return (
    <section aria-label={words.title} className={page.stack}>
      <h2 className={page.part}>{words.title}</h2>
      <p className={page.quiet}>{words.lead}</p>
      {refused !== null && <RefusedSaid refused={refused} />}
      {lacksMaker && <Said meaning="hand" message={words.noMaker} hint={words.noMakerNext} />}
      {told !== null && <Said meaning="good" message={told} />}
      {mayChange && (
        <div className={classes.fields}>
          <Select
            className={classes.field}
            label={words.choose}
            data={makers}
            value={vendor}
            searchable
            onChange={(next) => {
              setVendor(next)
              setLacksMaker(false)
            }}
          />
          <div className={page.grow}>
            <DropFile accept=".pem,.crt,.cer,.der,.p7b,.p7c" button={words.button} onFile={(file) => void take(file)}>
              {words.drop}
            </DropFile>
          </div>
        </div>
      )}
      {list === null ? (
        <p className={page.quiet}>{securityWords.reading}</p>
      ) : list.authorities.length === 0 ? (
        <p className={page.quiet}>{words.none}</p>
      ) : (
        <table className={page.table}>
          <thead>
            <tr>
              <th scope="col">{words.maker}</th>
              <th scope="col">{words.authority}</th>
              <th scope="col">{words.ends}</th>
              <th scope="col">{words.fingerprint}</th>
              {mayChange && <th scope="col" aria-label={words.remove} />}
            </tr>
          </thead>
          <tbody>
            {list.authorities.map((one) => (
              <tr key={one.id}>
                <th scope="row">{one.vendor}</th>
                <td>{one.subject}</td>
                <td>{one.endsAt.slice(0, 10)}</td>
                <td>
                  <code className={classes.finger}>{one.fingerprint}</code>
                </td>
                {mayChange && (
                  <td className={classes.acts}>
                    <SureButton act={words.remove} sure={words.removeSure} onSure={() => void remove(one.id)} />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
