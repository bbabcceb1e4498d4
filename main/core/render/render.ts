import type { FileEncoding, FileFormat, Pack, PackFile, Stage } from '../model/pack.ts'
import { refusal } from '../model/refusals.ts'
import { ok, refuse, type Result } from '../model/result.ts'
import { fitEncoding, RawText } from '../pack/escape.ts'
import { createEngine, type Template, type TemplateEngine } from '../pack/template.ts'
import { contextFor, type RenderInput, type TemplateContext } from './context.ts'
import { exactProblem } from './exact.ts'
import { stoppedRawLines, withoutStopped } from './raw-locks.ts'

/**
 * Text of one config file for one device at one stage. `secretText` is the token in clear, given only where it may be stated; without it the token
 * is left out. A template that fails is the pack's mistake, told as PACK_INVALID; no value, however hostile, makes it fail or leaves its place.
 */
export function renderFile(input: RenderInput): Result<string> {
  const { file, pack, stage } = input
  const name = file.stages[stage] ?? file.stages.full
  const text = name === undefined ? undefined : pack.templates[name]
  if (name === undefined || text === undefined)
    return refuse(refusal('PACK_INVALID', { pack: pack.id, why: `${file.id} has no template for the stage ${stage}` }))
  try {
    const context = unlocked(contextFor(input), input)
    const lost = exactProblem(pack, file, context)
    if (lost !== null) return refuse(refusal('CONFIG_UNWRITABLE', { file: file.id, why: lost }))
    const { engine, template } = prepared(pack, file.format, name, text)
    const whole = finished(engine.render(template, context), file)
    const why = limitProblem(file, whole)
    return why === null ? ok(whole) : refuse(refusal('CONFIG_TOO_LONG', { file: file.id, why }))
  } catch (error) {
    return refuse(refusal('PACK_INVALID', { pack: pack.id, why: `templates/${name}${wordsOf(error)}` }))
  }
}

/** The parsed template of a file for a stage, with what renders it; null where it has none. Throws where it is not in the language. */
export function templateFor(pack: Pack, file: PackFile, stage: Stage): Prepared | null {
  const name = file.stages[stage] ?? file.stages.full
  const text = name === undefined ? undefined : pack.templates[name]
  return name === undefined || text === undefined ? null : prepared(pack, file.format, name, text)
}

/** What a template gave, as it stands in the file. */
export function finished(text: string, file: PackFile): string {
  return fitEncoding(withLineEnds(text, file), file.encoding)
}

/** Raw lines that would go round a lock of above stay out; the settings page says which (settings/raw-locks.ts). */
function unlocked(context: TemplateContext, { device, pack, world }: RenderInput): TemplateContext {
  if (context.raw === null || device === null) return context
  const stopped = stoppedRawLines(pack, device, world, context.raw.text, renderFile)
  return stopped.length === 0 ? context : Object.assign(context, { raw: new RawText(withoutStopped(context.raw.text, stopped)) })
}

/** ` line 3: undefined variable: x` */
function wordsOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  const found = /^(.*), line:(\d+), col:\d+/s.exec(message)
  return found === null ? `: ${message}` : ` line ${found[2]}: ${found[1]}`
}

/** Templates leave blank lines where a branch was not taken; a config file needs none, but for the one that ends a file of `quoted` (the vendor's guides). */
function withLineEnds(text: string, { format, lineEnd }: PackFile): string {
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
  return lines.map((line) => line + lineEnd).join('') + (format === 'quoted' ? lineEnd : '')
}

/** A phone that cuts a line or a file off would run with half a value: better none. Bytes as sent, line ends not counted in a line. */
function limitProblem({ encoding, maxBytes, maxLineBytes }: PackFile, text: string): string | null {
  if (maxBytes !== null && text.length * 3 > maxBytes) {
    const bytes = sizeBytes(text, encoding)
    if (bytes > maxBytes) return `${bytes} bytes, and it takes ${maxBytes} at most`
  }
  if (maxLineBytes === null) return null
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    const bytes = line.length * 3 > maxLineBytes ? sizeBytes(line, encoding) : 0
    if (bytes > maxLineBytes) return `line ${i + 1} has ${bytes} bytes, and it takes ${maxLineBytes} at most: ${line.slice(0, 40)}…`
  }
  return null
}

function sizeBytes(text: string, encoding: FileEncoding): number {
  if (encoding === 'latin-1') return text.length
  let bytes = 0
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}

export type Prepared = { engine: TemplateEngine; template: Template[] }

const engines = new WeakMap<Pack, Map<FileFormat, TemplateEngine>>()
const templates = new WeakMap<Pack, Map<string, Prepared>>()

/** Parsed once a pack: the same template is rendered for every phone. */
function prepared(pack: Pack, format: FileFormat, name: string, text: string): Prepared {
  const known = templates.get(pack) ?? new Map<string, Prepared>()
  templates.set(pack, known)
  const key = `${format} ${name}`
  const made = known.get(key)
  if (made !== undefined) return made
  const byFormat = engines.get(pack) ?? new Map<FileFormat, TemplateEngine>()
  engines.set(pack, byFormat)
  const engine = byFormat.get(format) ?? createEngine(format, pack.maps)
  byFormat.set(format, engine)
  const parsed: Prepared = { engine, template: engine.parse(text) }
  known.set(key, parsed)
  return parsed
}
