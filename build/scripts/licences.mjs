import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { isStarted, ROOT } from './place.mjs'

/**
 * Licences of everything that goes into the programs: the packages that `build/config/layers.ts` lets our code import, what stays a package at run time, and all that
 * these bring along, as package-lock.json says. `npm run licences` prints them, `-- --check` says nothing unless one is not known to be fit; the build puts the
 * texts into the app.
 */

/** Licences that let a program be shipped with nothing but their text beside it. Another one is a person's decision, made here. */
export const FIT = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'PostgreSQL',
  'Python-2.0',
  'Unlicense',
])

/** Not in any program: Electron brings its own texts, Vite's are types alone. */
const NOT_SHIPPED = new Set(['electron', 'vite'])

/** @typedef {{ name: string, version: string, licence: string, text: string }} Licence */

/** @returns {Licence[]} sorted by name; each version once */
export function shippedLicences() {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).packages
  /** @type {Map<string, Licence>} */
  const found = new Map()
  /** @type {{ name: string, from: string }[]} */
  const open = roots(lock['']).map((name) => ({ name, from: '' }))
  const seen = new Set()
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const place = placeOf(lock, next.name, next.from)
    if (place === null || seen.has(place)) continue
    seen.add(place)
    const { dependencies, optionalDependencies } = lock[place]
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) open.push({ name, from: place })
    const folder = join(ROOT, place)
    // A part for another system: it is not in what is built here.
    if (!existsSync(join(folder, 'package.json'))) continue
    const meta = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    found.set(place, { name: meta.name, version: meta.version, licence: licenceOf(meta), text: textIn(folder) })
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1))
}

/** @param {{ dependencies?: Record<string, string>, devDependencies?: Record<string, string> }} own */
function roots({ dependencies = {}, devDependencies = {} }) {
  const layers = readFileSync(join(ROOT, 'build/config/layers.ts'), 'utf8')
  const lists = [...layers.matchAll(/(?:packages: |PAGE_PACKAGES = |core\([^\n]*, )\[([^\]]*)\]/g)].map(([, list]) => list ?? '')
  const named = new Set(lists.flatMap((list) => [...list.matchAll(/'(@?[a-z0-9][^']*)'/g)].map(([, name]) => name ?? '')))
  const known = Object.keys({ ...dependencies, ...devDependencies })
  const used = known.filter((name) => named.has(name) || named.has(name.split('/')[0] ?? ''))
  return [...new Set([...used, ...Object.keys(dependencies)])].filter((name) => !NOT_SHIPPED.has(name))
}

/**
 * As Node looks for it: beside, then further up.
 * @param {Record<string, unknown>} lock @param {string} name @param {string} from
 */
function placeOf(lock, name, from) {
  for (let above = from; ; above = above.slice(0, above.lastIndexOf('/node_modules/'))) {
    const place = above === '' ? `node_modules/${name}` : `${above}/node_modules/${name}`
    if (place in lock) return place
    if (above === '') return null
    if (!above.includes('/node_modules/')) above = '/node_modules/'
  }
}

/** @param {{ license?: unknown, licenses?: unknown }} meta */
function licenceOf({ license, licenses }) {
  if (typeof license === 'string') return license
  const first = Array.isArray(licenses) ? licenses[0] : license
  return first !== null && typeof first === 'object' && 'type' in first ? String(first.type) : 'unknown'
}

/** @param {string} folder */
function textIn(folder) {
  const name = readdirSync(folder).find((one) => /^(?:licen[cs]e|copying)(?:[.-].*)?$/i.test(one) && !one.endsWith('.js'))
  return name === undefined ? '' : readFileSync(join(folder, name), 'utf8').trim()
}

/** `(MIT OR CC0-1.0)`: one that is fit is enough; `A AND B`: all of them. @param {string} expression */
export function isFit(expression) {
  const bare = expression.replace(/[()]/g, ' ').trim()
  return bare.split(/\s+OR\s+/).some((choice) => choice.split(/\s+AND\s+/).every((one) => FIT.has(one.trim())))
}

/** The file that is shipped: each package with its licence, and every text that differs from the others once. @param {readonly Licence[]} licences */
export function licenceText(licences) {
  const lines = licences.map(({ licence, name, version }) => `${name} ${version}: ${licence}`)
  /** @type {Map<string, string[]>} */
  const texts = new Map()
  for (const { name, text } of licences) if (text !== '') texts.set(text, [...(texts.get(text) ?? []), name])
  const parts = [...texts].map(([text, names]) => `${'-'.repeat(78)}\n${names.join(', ')}\n\n${text}\n`)
  return `Option66 contains these packages.\n\n${lines.join('\n')}\n\n${parts.join('\n')}`
}

if (isStarted(import.meta.filename)) {
  const licences = shippedLicences()
  const unfit = licences.filter(({ licence }) => !isFit(licence))
  for (const { licence, name, version } of unfit) process.stderr.write(`not known to be fit: ${name} ${version}: ${licence}\n`)
  if (!process.argv.includes('--check')) process.stdout.write(licenceText(licences))
  else process.stdout.write(`${licences.length} packages, ${unfit.length} with a licence that is not known to be fit\n`)
  process.exitCode = unfit.length === 0 ? 0 : 1
}
