import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { build, type Plugin } from 'vite'

const root = import.meta.dirname
const meta = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as Record<
  'dependencies' | 'devDependencies',
  Record<string, string>
>

/** Stay packages at run time: the native binding, the database with its WebAssembly files, and what Electron brings itself. */
const EXTERNAL = ['koffi', '@electric-sql/pglite', 'electron']
const bundled = Object.keys({ ...meta.devDependencies, ...meta.dependencies }).filter((name) => !EXTERNAL.includes(name))
const external = [...EXTERNAL, /^koffi\//, /^@electric-sql\/pglite\//]

/** Each program is one file in main/entry; out/main/<name>.js is what runs. */
const programs = Object.fromEntries(
  ['desktop', 'bench', 'central', 'phones', 'demo', 'packs', 'audit', 'accounts', 'drill', 'exchange', 'backup', 'keys']
    .map((name) => [name, resolve(root, `main/entry/${name}.ts`)] as const)
    .filter(([, file]) => existsSync(file)),
)
/** Not programs: the threads in which packs from outside are tried, and which send firmware over TFTP. */
const THREADS = { 'pack-trial': 'main/packs/trial-worker.ts', 'tftp-sender': 'main/net/tftp/sender-worker.ts' }

/** One CommonJS file each, without chunks: the program starts it from its text, which it can read inside the archive too. */
const threads: Plugin = {
  name: 'option66:threads',
  async generateBundle() {
    for (const [name, file] of Object.entries(THREADS)) {
      const built = await build({
        configFile: false,
        logLevel: 'warn',
        ssr: { noExternal: true },
        build: { ssr: resolve(root, file), write: false, target: 'node20', rolldownOptions: { output: { format: 'cjs' } } },
      })
      const outputs = (Array.isArray(built) ? built : [built]).flatMap((one) => ('output' in one ? one.output : []))
      const [chunk, more] = outputs.filter((one) => one.type === 'chunk')
      if (chunk === undefined || more !== undefined) throw new Error(`${name} has to be one file`)
      this.emitFile({ type: 'asset', fileName: `${name}.cjs`, source: chunk.code })
    }
  },
}

/** What the programs contain of others, with the texts that have to go along. */
const licences: Plugin = {
  name: 'option66:licences',
  async generateBundle() {
    // By its path: the bundler moves this file, and what it imports, elsewhere.
    const script = pathToFileURL(resolve(root, 'build/scripts/licences.mjs')).href
    const { licenceText, shippedLicences } = (await import(script)) as typeof import('./build/scripts/licences.mjs')
    this.emitFile({ type: 'asset', fileName: 'licences.txt', source: licenceText(shippedLicences()) })
  },
}

export default defineConfig({
  main: {
    plugins: [threads, licences],
    build: {
      // Programs run on the Node that Electron embeds (24) and on whatever Node a person has (20.19 on).
      target: 'node20',
      externalizeDeps: { exclude: bundled },
      sourcemap: true,
      rolldownOptions: {
        input: programs,
        external,
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      // A sandboxed preload can load CommonJS only, and no package.
      externalizeDeps: false,
      rolldownOptions: {
        input: { electron: resolve(root, 'preload/electron.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve(root, 'renderer'),
    base: './',
    plugins: [react()],
    // Nothing inlined as data: the content policy allows scripts and styles from files alone.
    build: {
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      rolldownOptions: { input: { index: resolve(root, 'renderer/index.html') } },
    },
  },
})
