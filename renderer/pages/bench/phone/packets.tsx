import { useEffect, useRef, useState } from 'react'
import type { PacketView } from '../../../../preload/contract/phone-wire.ts'
import { useBench } from '../../../app/bench-context.ts'
import { attempt, type Refused } from '../../../client/refused.ts'
import { formatClock } from '../../../parts/duration.ts'
import { RefusedSaid } from '../../../parts/said.tsx'
import { packetWords as words } from '../../../words/wire.ts'
import classes from './packets.module.css'
import phoneClasses from './phone.module.css'
import { usePackets } from './use-packets.ts'

/** What the phone and the bench say to each other, in order, with the words of the rules; a press opens a packet field by field. */
export function Packets({ mac }: { mac: string }) {
  const known = usePackets(mac)
  const [open, setOpen] = useState<string | null>(null)
  const [only, setOnly] = useState<string | null>(null)
  const packets = known?.packets ?? []
  const protocols = [...new Set(packets.map(({ protocol }) => protocol))]
  const shown = only === null ? packets : packets.filter(({ protocol }) => protocol === only)
  const list = useStickToEnd(shown.length)
  if (known === null) return <p className={phoneClasses.quiet}>{words.loading}</p>
  if (packets.length === 0) return <p className={phoneClasses.quiet}>{words.none}</p>
  return (
    <div className={classes.view}>
      <div className={classes.bar}>
        <fieldset className={classes.filter} aria-label={words.filter}>
          <button type="button" aria-pressed={only === null} onClick={() => setOnly(null)}>
            {words.all}
          </button>
          {protocols.map((protocol) => (
            <button key={protocol} type="button" aria-pressed={only === protocol} onClick={() => setOnly(protocol)}>
              {words.protocols[protocol]}
            </button>
          ))}
        </fieldset>
        <Download mac={mac} />
      </div>
      {known.dropped > 0 && <p className={phoneClasses.quiet}>{words.dropped(known.dropped)}</p>}
      <ol ref={list} className={classes.list} aria-label={words.label}>
        {shown.map((packet) => {
          const key = `${packet.id} ${packet.at}`
          return <Row key={key} packet={packet} isOpen={open === key} onToggle={() => setOpen(open === key ? null : key)} />
        })}
      </ol>
      <p className={phoneClasses.quiet}>{words.masked}</p>
    </div>
  )
}

function Row({ isOpen, onToggle, packet }: { packet: PacketView; isOpen: boolean; onToggle(): void }) {
  const { at, direction, fields, from, protocol, summary, to, why } = packet
  return (
    <li className={classes.packet} data-direction={direction}>
      <button type="button" className={classes.head} aria-expanded={isOpen} onClick={onToggle}>
        <time className="figures" dateTime={at}>
          {formatClock(Date.parse(at), true)}
        </time>
        <span className={classes.arrow} title={words.directions[direction]}>
          {direction === 'in' ? '→' : '←'}
        </span>
        <span className={classes.protocol}>{words.protocols[protocol]}</span>
        <span className={classes.summary}>{summary}</span>
      </button>
      {why.map((text) => (
        <p key={text} className={classes.why}>
          {text}
        </p>
      ))}
      {isOpen && (
        <dl className={classes.fields}>
          <Field name={words.fromTo} value={`${from} → ${to}`} code={null} />
          {fields.map(({ code, name, value }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: fields of a packet never move, and a name may stand twice
            <Field key={i} code={code} name={name} value={value} />
          ))}
        </dl>
      )}
    </li>
  )
}

function Field({ code, name, value }: { code: number | null; name: string; value: string }) {
  return (
    <div>
      <dt>{code === null ? name : `${code} ${name}`}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function Download({ mac }: { mac: string }) {
  const { client } = useBench()
  const [refused, setRefused] = useState<Refused | null>(null)
  const download = async () => {
    const answer = await attempt(client.devices.capture({ mac }))
    setRefused(answer.ok ? null : answer.refused)
    if (answer.ok) save(answer.value.name, answer.value.base64)
  }
  return (
    <>
      <button type="button" className={phoneClasses.act} onClick={() => void download()}>
        {words.download}
      </button>
      {refused !== null && <RefusedSaid refused={refused} />}
    </>
  )
}

/** Hands a file to the person: the browser, or Electron, asks where it goes. */
function save(name: string, base64: string): void {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** The newest stays in sight, unless somebody scrolled up to read. */
function useStickToEnd(length: number) {
  const list = useRef<HTMLOListElement>(null)
  const isAtEnd = useRef(true)
  useEffect(() => {
    const box = list.current
    if (box === null) return
    const note = () => {
      isAtEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < 40
    }
    box.addEventListener('scroll', note)
    return () => box.removeEventListener('scroll', note)
  }, [])
  // biome-ignore lint/correctness/useExhaustiveDependencies: more packets are the sign to scroll
  useEffect(() => {
    if (isAtEnd.current && list.current !== null) list.current.scrollTop = list.current.scrollHeight
  }, [length])
  return list
}
