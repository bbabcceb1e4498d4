import { useMantineColorScheme } from '@mantine/core'
import type { BenchStatus, ServiceView } from '../../../preload/contract/view.ts'
import { useBench, useBoard } from '../../app/bench-context.ts'
import { useMay } from '../../app/use-me.ts'
import { header, serviceWords } from '../../words/text.ts'
import { SoundSwitch } from '../../parts/sound-switch.tsx'
import classes from './header.module.css'
import { ScanField } from './scan-field.tsx'
import { PreflightLink } from '../preflight/preflight-link.tsx'
import { ServeButton } from './serve-button.tsx'

/** Who serves whom, the scanner, and the switch. */
export function Header() {
  const { ui } = useBench()
  const status = useBoard((board) => board.status)
  const isCut = useBoard((board) => board.line.state === 'cut')
  const mayScan = useMay('devices.scan')
  const mayAdd = useMay('devices.add')
  const mayServe = useMay('bench.start')
  return (
    <header className={classes.header}>
      <span className={classes.brand}>
        {header.brand[0]}
        <b>{header.brand[1]}</b>
      </span>
      <ul className={classes.services}>{status !== null && <Services status={status} isCut={isCut} />}</ul>
      {mayScan && <ScanField />}
      {mayAdd && (
        <button type="button" className={classes.button} onClick={() => ui.getState().open({ kind: 'add' })}>
          {header.add}
        </button>
      )}
      {mayServe && <PreflightLink />}
      <SoundSwitch className={classes.button} />
      <SchemeSwitch />
      {mayServe && <ServeButton />}
    </header>
  )
}

function Services({ isCut, status }: { isCut: boolean; status: BenchStatus }) {
  if (isCut) return <Service dot="off" text={header.unknown} />
  const { address, central, pool, running, services, starting } = status
  const named = Object.entries(services).filter(([, service]) => service !== 'off')
  return (
    <>
      <Service
        dot={running ? 'on' : 'off'}
        text={
          running
            ? header.serving(status.interface ?? address ?? '', status.interface === null ? null : address)
            : starting
              ? header.starting
              : header.notServing
        }
      />
      {running &&
        named.map(([name, service]) => (
          <Service
            key={name}
            dot={typeof service === 'string' ? 'on' : 'bad'}
            text={serviceText(name, service, pool)}
            title={typeof service === 'string' ? service : service.message}
          />
        ))}
      <Service dot={central.state === 'online' ? 'on' : 'off'} text={centralText(central)} title={central.url ?? undefined} />
    </>
  )
}

/** Three forms, so that colour is not needed: full, hollow, crossed. */
function Service({ dot, text, title }: { dot: 'on' | 'off' | 'bad'; text: string; title?: string | undefined }) {
  return (
    <li className={classes.service} title={title}>
      <i className={classes.dot} data-dot={dot} data-meaning={dot === 'on' ? 'good' : dot === 'bad' ? 'bad' : 'idle'} />
      {text}
    </li>
  )
}

function serviceText(name: string, service: ServiceView, pool: BenchStatus['pool']): string {
  const words = serviceWords[name] ?? name
  if (typeof service !== 'string') return `${words} ${header.failed}`
  return name === 'dhcp' ? header.dhcp(pool.leased, pool.size) : words
}

function centralText({ pending, state }: BenchStatus['central']): string {
  if (state === 'none') return header.centralNone
  if (state === 'online') return pending === 0 ? header.centralOnline : header.centralSending(pending)
  return pending === 0 ? header.centralOffline : header.centralWaiting(pending)
}

const SCHEMES = ['light', 'dark', 'auto'] as const

function SchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme({ keepTransitions: true }) // switching them off would put a style element into the page
  return (
    <fieldset className={classes.schemes} aria-label={header.scheme}>
      {SCHEMES.map((scheme) => (
        <button key={scheme} type="button" aria-pressed={colorScheme === scheme} onClick={() => setColorScheme(scheme)}>
          {header.schemes[scheme]}
        </button>
      ))}
    </fieldset>
  )
}
