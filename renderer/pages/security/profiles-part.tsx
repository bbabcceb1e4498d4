import { NumberInput, Select } from '@mantine/core'
import { useCallback, useEffect, useState } from 'react'
import type { CertificateList } from '../../../preload/contract/certificates.ts'
import { useBench } from '../../app/bench-context.ts'
import { useMay } from '../../app/use-me.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import page from '../../parts/page.module.css'
import { RefusedSaid, Said } from '../../parts/said.tsx'
import { securityWords } from '../../words/security.ts'
import classes from './security.module.css'

const words = securityWords.profiles

type Policy = 'ignore' | 'prefer' | 'require'
type Profile = { id: string; name: string; certificates: Record<string, Policy>; rotateDays: number | null }

const POLICIES: readonly Policy[] = ['ignore', 'prefer', 'require']

/** What certificates count for, and when tokens are replaced: by persistent profile, for all packs or one. */
export function ProfilesPart() {
  const { client } = useBench()
  const [profiles, setProfiles] = useState<readonly Profile[]>([])
  const [packs, setPacks] = useState<CertificateList['packs']>([])
  const [refused, setRefused] = useState<Refused | null>(null)
  const look = useCallback(() => {
    void attempt(client.profiles.list({})).then((answer) => (answer.ok ? setProfiles(answer.value.profiles) : setRefused(answer.refused)))
    void attempt(client.certificates.list({})).then((answer) => (answer.ok ? setPacks(answer.value.packs) : setRefused(answer.refused)))
  }, [client])
  useEffect(look, [look])
  return (
    <section aria-label={words.title} className={page.stack}>
      <h2 className={page.part}>{words.title}</h2>
      <p className={page.quiet}>{words.lead}</p>
      {refused !== null && <RefusedSaid refused={refused} />}
      {profiles.map((profile) => (
        <ProfileRow key={`${profile.id} ${JSON.stringify(profile)}`} profile={profile} packs={packs} onSaved={look} />
      ))}
    </section>
  )
}

function ProfileRow({ onSaved, packs, profile }: { profile: Profile; packs: CertificateList['packs']; onSaved: () => void }) {
  const { client } = useBench()
  const mayChange = useMay('profiles.save')
  const [certificates, setCertificates] = useState(profile.certificates)
  const [rotateDays, setRotateDays] = useState<number | null>(profile.rotateDays)
  const [pack, setPack] = useState<string | null>(Object.keys(profile.certificates).find((one) => one !== '*') ?? null)
  const [refused, setRefused] = useState<Refused | null>(null)
  const [isSaved, setSaved] = useState(false)
  const set = (key: string, policy: string | null) => {
    const { [key]: _, ...rest } = certificates
    setCertificates(POLICIES.includes(policy as Policy) ? { ...rest, [key]: policy as Policy } : rest) // asked just before
  }
  const isChanged = rotateDays !== profile.rotateDays || JSON.stringify(certificates) !== JSON.stringify(profile.certificates)
  const save = async () => {
    setRefused(null)
    const answer = await attempt(client.profiles.save({ id: profile.id, certificates, rotateDays }))
    if (!answer.ok) return setRefused(answer.refused)
    setSaved(true)
    onSaved()
  }
  const policies = (reads: boolean) => [
    { value: '', label: words.policy.pack },
    ...POLICIES.map((value) => ({ value, label: words.policy[value], disabled: value === 'require' && !reads })),
  ]
  const named = packs.find((one) => one.pack === pack)
  return (
    <form
      className={page.card}
      aria-label={profile.name}
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <strong>{profile.name}</strong>
      <div className={classes.fields}>
        <Select
          className={classes.field}
          label={words.all}
          data={policies(true)}
          value={certificates['*'] ?? ''}
          allowDeselect={false}
          disabled={!mayChange}
          onChange={(value) => set('*', value)}
        />
        <Select
          className={classes.field}
          label={words.pack}
          placeholder={words.choosePack}
          data={packs.map((one) => ({ value: one.pack, label: one.reads ? one.name : `${one.name} (${words.unread})` }))}
          value={pack}
          searchable
          clearable
          disabled={!mayChange}
          onChange={setPack}
        />
        {named !== undefined && (
          <Select
            className={classes.field}
            label={named.name}
            data={policies(named.reads)}
            value={certificates[named.pack] ?? ''}
            allowDeselect={false}
            disabled={!mayChange}
            onChange={(value) => set(named.pack, value)}
          />
        )}
        <NumberInput
          className={classes.short}
          label={words.rotate}
          placeholder={words.rotateHelp}
          min={1}
          max={3650}
          allowDecimal={false}
          value={rotateDays ?? ''}
          disabled={!mayChange}
          onChange={(value) => setRotateDays(typeof value === 'number' ? value : null)}
        />
        {mayChange && (
          <button type="submit" className={page.button} disabled={!isChanged}>
            {words.save}
          </button>
        )}
      </div>
      {refused !== null && <RefusedSaid refused={refused} />}
      {isSaved && !isChanged && <Said meaning="good" message={words.saved(profile.name)} />}
    </form>
  )
}
