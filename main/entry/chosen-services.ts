import { DEFAULT_SERVICES, SERVICE_NAMES, type ServiceName } from '../core/model/services.ts'
import { serviceConfig, type World } from '../core/model/world.ts'
import { USUAL_PORTS } from '../core/services/edit.ts'
import type { HttpsChoice } from './phone-https.ts'
import type { PhonePorts } from './phone-services.ts'

/** What was said about services when the program started; it beats what the settings page says. */
export type SaidServices = {
  ports: PhonePorts
  /** Those of `ports` that a person said; absent: all of them. */
  saidPorts?: readonly string[]
  oldTls?: boolean
  phoneScheme?: 'http' | 'https' | null
}

/** Switches and ports as they stand at this moment. Read anew at each use, so that a change needs no new program. */
export type ChosenServices = {
  readonly ports: PhonePorts
  readonly https: HttpsChoice
  /** Fields of the settings page that were said at the start, and by which option. */
  readonly said: ReadonlyMap<string, string>
}

export function chosenServices(given: SaidServices, world: World): ChosenServices {
  const isSaid = (name: ServiceName) => given.saidPorts === undefined || given.saidPorts.includes(name)
  const portOf = (name: ServiceName): number => {
    const { off, ports } = serviceConfig(world)
    if (off.includes(name)) return 0
    return isSaid(name) ? given.ports[name] : (ports[name] ?? USUAL_PORTS[name])
  }
  const said = new Map<string, string>()
  for (const name of SERVICE_NAMES) if (isSaid(name)) said.set(`services.ports.${name}`, `--${name}-port`)
  if (given.oldTls === true) said.set('services.oldTls', '--old-tls')
  if (given.phoneScheme != null) said.set('services.phoneScheme', '--phone-scheme')
  return {
    get ports() {
      return Object.fromEntries(SERVICE_NAMES.map((name) => [name, portOf(name)])) as PhonePorts // every name of PhonePorts
    },
    get https() {
      const config = serviceConfig(world)
      return {
        port: portOf('https'),
        httpPort: portOf('http'),
        allowsOld: given.oldTls === true || config.oldTls,
        scheme: given.phoneScheme ?? config.phoneScheme ?? DEFAULT_SERVICES.phoneScheme,
      }
    },
    said,
  }
}
