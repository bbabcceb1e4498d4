import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PAGE_POLICY } from '../../main/web/pages.ts'

test('the page opened from a file lives under the same content policy as the served one', () => {
  const page = readFileSync(join(import.meta.dirname, '../../renderer/index.html'), 'utf8')
  expect(/http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(page)?.[1]).toBe(PAGE_POLICY)
  expect(page).not.toMatch(/<style|style="|<script(?![^>]*\ssrc=)/)
})
