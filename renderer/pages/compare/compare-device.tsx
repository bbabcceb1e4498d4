import { Select, TextInput } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useBench } from '../../app/bench-context.ts'
import { FileLines } from '../../parts/file-lines.tsx'
import { isSaidAtField, saidAt } from '../../parts/field-said.tsx'
import { RefusedSaid, Said } from '../../parts/said.tsx'
import { formatMac, nameOf } from '../../parts/sight.ts'
import { compare as words } from '../../words/library.ts'
import { useListed } from '../bench/devices.ts'
import type { CatalogueNames } from '../settings/use-catalogue.ts'
import classes from './compare.module.css'
import { Rows } from './rows.tsx'
import { useAnswer } from './use-answer.ts'

const SHOWN = 60

/** One phone as it is, against itself under another profile or with other firmware. */
export function CompareDevice({ by, catalogue: { profiles } }: { by: 'profile' | 'firmware'; catalogue: CatalogueNames }) {
  const { client } = useBench()
  const devices = useListed()
  const [mac, setMac] = useState<string | null>(null)
  const [profile, setProfile] = useState<string | null>(null)
  const [firmware, setFirmware] = useState('')
  const other = by === 'profile' ? profile : firmware.trim() === '' ? null : firmware.trim()
  const question = mac === null || other === null ? null : `${mac} ${by} ${other}`
  const answer = useAnswer(question, () =>
    client.settings.compareDevice({ mac: mac ?? '', ...(by === 'profile' ? { profile: other } : { firmware: other ?? '' }) }),
  )
  const refused = answer.state === 'refused' ? answer.refused : null
  const phones = useMemo(
    () =>
      devices.map((device) => ({
        value: device.mac,
        label: [nameOf(device), device.line, device.model ?? device.expectedModel, formatMac(device.mac)]
          .filter((part) => part !== null)
          .join(' · '),
      })),
    [devices],
  )
  const b = by === 'profile' ? (profiles.find(({ id }) => id === profile)?.name ?? '') : (other ?? '')
  return (
    <>
      <div className={classes.choice}>
        <Select label={words.phone} placeholder={words.findPhone} data={phones} value={mac} onChange={setMac} searchable limit={SHOWN} />
        {by === 'profile' ? (
          <Select
            label={words.profile}
            data={profiles.map(({ id, name }) => ({ value: id, label: name }))}
            value={profile}
            onChange={setProfile}
            error={saidAt('profile', refused)}
            searchable
          />
        ) : (
          <TextInput
            label={words.firmware}
            placeholder={words.firmwareSample}
            value={firmware}
            onChange={(event) => setFirmware(event.currentTarget.value)}
            error={saidAt('firmware', refused)}
          />
        )}
      </div>
      {answer.state === 'none' && <p className={classes.quiet}>{words.choose[by === 'profile' ? 'device' : 'firmware']}</p>}
      {refused !== null && !isSaidAtField(refused, ['profile', 'firmware']) && <RefusedSaid refused={refused} />}
      {answer.state === 'ready' && (
        <>
          {answer.value.unsupported != null && <Said meaning="bad" message={answer.value.unsupported} hint={words.unsupportedNote} />}
          {answer.value.rows.length + answer.value.files.length === 0 && (
            <Said meaning="good" message={words.same} hint={answer.value.same ?? words.sameNote} />
          )}
          <Rows rows={answer.value.rows} a={words.now} b={b} isFromShown />
          {answer.value.rows.length > 0 && (
            <h2 className={classes.part}>{answer.value.files.length === 0 ? words.noFiles : words.files(answer.value.files.length)}</h2>
          )}
          <div className={classes.files}>
            {answer.value.files.map(({ lines, name }) => (
              <FileLines key={name} name={name} lines={lines} isFolded />
            ))}
          </div>
        </>
      )}
    </>
  )
}
