import { Buffer } from 'node:buffer'
import { posix } from 'node:path'
import type { Ipv4 } from '../core/model/ipv4.ts'
import type { PhoneAnswer } from './answer.ts'
import { authorization } from './authorization.ts'
import type { PhoneClock } from './clock.ts'
import { readIni } from './config-text.ts'
import { readXml } from './config-xml.ts'
import { takeFirmware } from './firmware.ts'
import { type Dial, openHttp, readAll } from './http-client.ts'
import { applyConfig, credentialsIn, firmwareUrl, mergeConfigs, namedUrl, readConfig, readSyntax, storedCredentials } from './memory.ts'
import type { SampleStep } from './phone-sample.ts'
import type { Faults, PhoneSpec, PhoneStep, PhoneTimes } from './phone-spec.ts'
import { fill, valuesOf } from './spelling.ts'
import { openTftp } from './tftp-client.ts'

/** One walk through everything the family asks for. */
export type RoundContext = {
  spec: PhoneSpec
  base: URL
  localAddress: Ipv4 | null
  dial?: Dial | null
  /** The authority whose certificates the phone trusts (PEM); null or absent = those of this machine. */
  authority?: string | null
  /** Where TFTP listens when the URL does not say; absent = 69. */
  tftpPort?: number
  clock: PhoneClock
  times: PhoneTimes
  faults: Faults
  emit: (step: PhoneStep, detail: string) => void
  signal: AbortSignal
}

/** `shown` = this answer came to a request with credentials. */
export type Answer = { method: 'GET' | 'PUT'; path: string; status: number; shown: boolean }

/**
 * How a round ended: `done`; `flashed` new firmware and starts anew; `prompt` shows a login prompt (401 without stored credentials, or they
 * were refused); `unreachable` = no answer, or the server failed. `changed` are the config keys that got another value.
 */
export type RoundEnd = { outcome: 'done' | 'flashed' | 'prompt' | 'unreachable'; answers: readonly Answer[]; changed: readonly string[] }

type State = RoundContext & {
  answers: Answer[]
  configs: Map<string, string>[]
  changed: string[]
  hasBoot: boolean
  master: Map<string, string> | null
}

/** Ends a round early; an outcome, not a fault. */
class RoundStop extends Error {
  readonly outcome: 'flashed' | 'prompt' | 'unreachable'
  constructor(outcome: 'flashed' | 'prompt' | 'unreachable') {
    super(outcome)
    this.outcome = outcome
  }
}

export async function runRound(context: RoundContext): Promise<RoundEnd> {
  const state: State = { ...context, answers: [], configs: [], changed: [], hasBoot: false, master: null }
  try {
    for (const step of context.spec.sample.round) await runStep(state, step)
    applyAll(state)
    return { outcome: 'done', answers: state.answers, changed: state.changed }
  } catch (error) {
    if (!(error instanceof RoundStop)) throw error
    if (error.outcome !== 'flashed') applyAll(state)
    return { outcome: error.outcome, answers: state.answers, changed: state.changed }
  }
}

async function runStep(state: State, step: SampleStep): Promise<void> {
  switch (step.do) {
    case 'boot':
      return runBoot(state, step)
    case 'master':
      return runMaster(state, step)
    case 'config':
      if (!(step.unlessBoot && state.hasBoot)) await applyFirst(state, step, step.ask)
      return
    case 'follow':
      return runFollow(state, step)
    case 'listed':
      return runListed(state, step)
    case 'firmware':
      return runFirmware(state, step)
    case 'resource':
      await firstFound(state, step, step.ask)
      return
    case 'upload':
      return runUpload(state, step)
  }
}

/** Yealink: a boot file starts with its fixed line and lists `include:config` entries; relative to the boot file. */
async function runBoot(state: State, step: SampleStep & { do: 'boot' }): Promise<void> {
  const found = await firstFound(state, step, step.ask)
  if (found === null) return
  const firstLine = state.spec.sample.config.firstLine
  if (firstLine !== null && !readIni(found.text.split(/\r?\n/)[0] ?? '', firstLine).ok) {
    state.emit('ignored', `${found.name}: the first line is not ${firstLine}`)
    return
  }
  state.hasBoot = true
  const includes = [...found.text.matchAll(/^\s*include:config\s+(\S+)/gm)].map((match) => match[1] ?? '')
  for (const name of includes) await applyFirst(state, step, [new URL(name.replace(/^["<]|[">]$/g, ''), found.url).href])
}

/** Poly: a URL that names a file names the master. */
async function runMaster(state: State, step: SampleStep & { do: 'master' }): Promise<void> {
  const named = fileInUrl(state.base)
  const found = await firstFound(state, step, named === null ? step.ask : [named, ...step.ask])
  state.master = null
  if (found === null) return
  const application = readXml(found.text)?.find((element) => element.name === 'APPLICATION')
  if (application === undefined) state.emit('ignored', `${found.name}: no APPLICATION element`)
  else state.master = application.attributes
}

/** Panasonic, Cisco: a config names the URLs of the next ones; words like `{MAC}` or `$MA` in them are the phone's to fill in. */
async function runFollow(state: State, step: SampleStep & { do: 'follow' }): Promise<void> {
  for (const key of step.keys) {
    const value = state.configs.findLast((config) => config.has(key))?.get(key) ?? state.spec.memory.settings.get(key) ?? ''
    const url = value === '' ? null : namedUrl(withMacros(state, value))
    if (url !== null) await applyFirst(state, step, [url.href])
    else if (value !== '') await applyFirst(state, step, [withMacros(state, value)])
  }
}

function withMacros({ spec }: State, text: string): string {
  const values = valuesOf(spec, spec.memory.firmware)
  const macros = Object.entries(spec.sample.config.macros).sort(([a], [b]) => b.length - a.length)
  return macros.reduce((filled, [word, pattern]) => filled.replaceAll(word, fill(pattern, values)), text)
}

async function runListed(state: State, step: SampleStep): Promise<void> {
  const list = state.master?.get('CONFIG_FILES') ?? ''
  const model = state.spec.sample.models[state.spec.model]
  for (const entry of list.split(',')) {
    const name = entry
      .trim()
      .replaceAll('[PHONE_MAC_ADDRESS]', state.spec.mac)
      .replaceAll('[PHONE_PART_NUMBER]', model?.part ?? '')
      .replaceAll('[PHONE_MODEL]', model?.agent ?? state.spec.model)
    if (name !== '') await applyFirst(state, step, [name])
  }
}

/** The first file that is found is understood as config and kept for the end of the round. */
async function applyFirst(state: State, step: SampleStep, names: readonly string[]): Promise<void> {
  const found = await firstFound(state, step, names)
  if (found === null) return
  const read = readConfig(state.spec.sample, found.text)
  if (!read.ok) {
    state.emit('ignored', `${found.name}: ${read.why}`)
    return
  }
  state.configs.push(read.values)
  state.emit('config', `${found.name}: ${read.values.size} values`)
}

function applyAll(state: State): void {
  const { memory, sample } = state.spec
  state.changed.push(...applyConfig(sample, memory, mergeConfigs(sample, state.configs)))
}

async function runFirmware(state: State, step: SampleStep & { do: 'firmware' }): Promise<void> {
  const named = await namedImage(state, step)
  if (named === null || (named === '' && step.from !== 'name')) return
  const folder = named.slice(0, named.lastIndexOf('/') + 1)
  const values: Record<string, string | null> = { ...valuesOf(state.spec, state.spec.memory.firmware), file: named, folder }
  for (const pattern of step.ask) {
    const name = fill(pattern, values)
    const url = resolve(state.base, step.from === 'name' && named !== '' && !name.includes('://') ? `${named}${name}` : name)
    const answer = await ask(state, step, 'GET', url, null)
    if (answer === null) continue
    const { faults, spec, times } = state
    const { emit, signal } = state
    const firmware = { agent: values.agent ?? '', running: spec.memory.firmware, bytesPerSecond: times.bytesPerSecond, emit, signal }
    const taken = await takeFirmware(answer, firmware)
    if (taken === null) return
    state.emit('flash', `${spec.memory.firmware} → ${taken.version}`)
    await state.clock.wait(times.flashMs, state.signal)
    if (!faults.keepFirmware) spec.memory.firmware = taken.version
    if (spec.sample.reboots.afterFirmware) throw new RoundStop('flashed')
    return
  }
}

/** What names the image: the master, a config key, or a small file whose URL stands in that key. Fixed names lie below the key's URL or beside the config. */
async function namedImage(state: State, step: SampleStep & { do: 'firmware' }): Promise<string | null> {
  if (step.from === 'master') return state.master?.get('APP_FILE_PATH') ?? null
  applyAll(state)
  const { memory, sample } = state.spec
  const said = firmwareUrl(sample, memory)
  const value = said === null ? null : withMacros(state, said)
  const { firmwareDescriptor, scheme, schemes } = sample.config.keys
  if (step.from === 'name') {
    if (value === null) return ''
    const how = scheme === null ? 'http' : (memory.settings.get(scheme) ?? 'http')
    return `${value.includes('://') ? value : `${schemes[how] ?? how}://${value}`}`.replace(/\/*$/, '/')
  }
  if (value === null || firmwareDescriptor === null) return value
  const { name, syntax } = firmwareDescriptor
  const small = name === null ? value : `${value.replace(/\/*$/, '/')}${fill(name, valuesOf(state.spec, memory.firmware))}`
  const found = await firstFound(state, step, [small])
  // A free note may follow the settings (Fanvil).
  const text = syntax === 'ini' ? found?.text.replace(/^[^=]*$/gm, '') : found?.text
  const read = text === undefined ? null : readSyntax(syntax, text, null)
  return read?.ok === true ? (read.values.get(firmwareDescriptor.key) ?? null) : null
}

async function runUpload(state: State, step: SampleStep & { do: 'upload' }): Promise<void> {
  const url = resolve(state.base, fill(step.name, valuesOf(state.spec, state.spec.memory.firmware)))
  const body = Buffer.from(`${state.spec.model} ${state.spec.memory.firmware}\n`)
  const answer = await ask(state, step, 'PUT', url, body)
  answer?.resume()
}

type Found = { name: string; url: URL; text: string }

async function firstFound(state: State, step: SampleStep, patterns: readonly string[]): Promise<Found | null> {
  const values = valuesOf(state.spec, state.spec.memory.firmware)
  for (const pattern of patterns) {
    const name = pattern.includes('://') ? pattern : fill(pattern, values)
    const url = resolve(state.base, name)
    const answer = await ask(state, step, 'GET', url, null, name.includes('://') ? namedUrl(name) : null)
    if (answer === null) continue
    const text = (await reading(state, () => readAll(answer))).toString('utf8')
    return { name: posix.basename(url.pathname), url, text }
  }
  return null
}

/** One request, a second time with credentials when a 401 asks for them. null = not there. */
async function ask(
  state: State,
  step: SampleStep,
  method: 'GET' | 'PUT',
  url: URL,
  body: Buffer | null,
  named: URL | null = null,
): Promise<PhoneAnswer | null> {
  const plain = await send(state, step, method, url, body, null)
  if (plain.statusCode !== 401) return judge(state, method, url, plain)
  plain.resume()
  // A refused upload only costs log noise.
  const own = named === null || named.password === '' ? null : credentialsIn(named)
  const credentials = own ?? storedCredentials(state.spec.sample, state.spec.memory, state.base)
  if (credentials === null && method === 'PUT') return null
  if (credentials === null) return prompt(state, url)
  const { http } = state.spec.sample
  const challenges = [plain.headers['www-authenticate'] ?? []].flat()
  const header = authorization({ method, target: `${url.pathname}${url.search}`, challenges, schemes: http.schemes }, credentials)
  if (header === null) return prompt(state, url)
  const shown = await send(state, step, method, url, body, header)
  if (shown.statusCode !== 401) return judge(state, method, url, shown)
  shown.resume()
  if (method === 'PUT') return null
  state.emit('refused', `${url.pathname}: credentials refused`)
  throw new RoundStop('prompt')
}

function prompt(state: State, url: URL): null {
  if (!state.spec.sample.http.loginPrompt) return null
  state.emit('login-prompt', `${url.pathname}: asks for a user and a password, and there is nobody to type them`)
  throw new RoundStop('prompt')
}

function judge(state: State, method: 'GET' | 'PUT', url: URL, answer: PhoneAnswer): PhoneAnswer | null {
  const status = answer.statusCode ?? 0
  if (status >= 200 && status < 300) return answer
  answer.resume()
  if (status >= 500 && method === 'GET') {
    state.emit('unreachable', `${url.pathname}: the server failed (${status})`)
    throw new RoundStop('unreachable')
  }
  return null
}

async function send(
  state: State,
  step: SampleStep,
  method: 'GET' | 'PUT',
  url: URL,
  body: Buffer | null,
  shown: string | null,
): Promise<PhoneAnswer> {
  const answer = await reading(state, () => openBy(state, step, { method, url, body, authorization: shown }))
  state.answers.push({ method, path: url.pathname, status: answer.statusCode ?? 0, shown: shown !== null })
  const how = shown === null ? '' : ` with credentials${shown.startsWith('Digest') ? ' (digest)' : ''}`
  const via = url.protocol === 'http:' ? '' : ` by ${url.protocol.slice(0, -1).toUpperCase()}`
  state.emit(method === 'GET' ? 'get' : 'put', `${url.pathname} ${answer.statusCode}${via}${how}`)
  return answer
}

type Asked = { method: 'GET' | 'PUT'; url: URL; body: Buffer | null; authorization: string | null }

const TFTP_PORT = 69

function openBy(state: State, step: SampleStep, { authorization: header, body, method, url }: Asked): Promise<PhoneAnswer> {
  const { localAddress, signal } = state
  switch (url.protocol) {
    case 'http:':
    case 'https:':
      return openHttp({
        ...{ method, url, body, localAddress, signal, authorization: header },
        userAgent: userAgent(state, step),
        dial: state.dial ?? null,
        authority: state.authority ?? null,
      })
    case 'tftp:': {
      const values = valuesOf(state.spec, state.spec.memory.firmware)
      const options = Object.fromEntries(Object.entries(state.spec.sample.tftp.options).map(([name, value]) => [name, fill(value, values)]))
      const port = url.port === '' ? (state.tftpPort ?? TFTP_PORT) : Number(url.port)
      return openTftp({
        method,
        host: url.hostname,
        port,
        file: decodeURIComponent(url.pathname).replace(/^\/+/, ''),
        options,
        localAddress,
        body,
        signal,
      })
    }
    default:
      return Promise.reject(new Error(`${url.protocol}//${url.host}: fake phones speak TFTP, HTTP and HTTPS`))
  }
}

/** Trouble on the wire ends the round; a cut of the power ends more than that. */
async function reading<T>(state: State, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    state.signal.throwIfAborted()
    state.emit('unreachable', error instanceof Error ? error.message : String(error))
    throw new RoundStop('unreachable')
  }
}

function userAgent(state: State, step: SampleStep): string {
  const { agents } = state.spec.sample
  const isTagged = agents.tagged !== null && state.spec.memory.settings.get(agents.tagged.key) === '1'
  const forms = (isTagged ? agents.tagged : agents)?.[step.as] ?? []
  const form = forms[state.spec.form % Math.max(1, forms.length)] ?? ''
  return fill(form, valuesOf(state.spec, state.spec.memory.firmware))
}

/** Name below the base URL's folder; a last part with a dot or a macro in it is a file (`$mac.cfg`); a whole URL stands for itself. Credentials of the base never travel in the path. */
function resolve(base: URL, name: string): URL {
  const folder = new URL(base.href)
  if (/[.$%{]/.test(folder.pathname.slice(folder.pathname.lastIndexOf('/'))))
    folder.pathname = folder.pathname.slice(0, folder.pathname.lastIndexOf('/') + 1)
  else if (!folder.pathname.endsWith('/')) folder.pathname += '/'
  const url = new URL(name.includes('://') ? name : name.replace(/^\/+/, ''), folder)
  url.username = ''
  url.password = ''
  return url
}

/** Poly takes a last path part as a file name when it ends in `.cfg`. */
function fileInUrl(base: URL): string | null {
  const last = base.pathname.slice(base.pathname.lastIndexOf('/') + 1)
  return last.endsWith('.cfg') && last.length >= 5 ? last : null
}
