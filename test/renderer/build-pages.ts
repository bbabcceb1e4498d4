import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { build } from 'vite'

/** Builds the pages alone, for tests that serve them over a bench of their own. */
export async function buildPages(outDir: string): Promise<void> {
  const root = resolve(import.meta.dirname, '../..')
  await build({
    configFile: false,
    root: resolve(root, 'renderer'),
    base: './',
    logLevel: 'warn',
    plugins: [react()],
    build: { outDir: resolve(root, outDir), emptyOutDir: true, sourcemap: false, modulePreload: { polyfill: false }, assetsInlineLimit: 0 },
  })
}
