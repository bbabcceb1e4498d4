import { existsSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { type BenchUnderTest, startBenchUnderTest } from '../board/bench-under-test.ts'
import { CUSTOMERS, PHONES } from './customers.ts'

/** The key editor: what changes a key is in sight beside every key of the picture, on a small screen too. Pictures: test-output/settings/keys-*.png. */

const CHROMIUM = '/usr/bin/chromium'
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

test.use({ launchOptions: existsSync(CHROMIUM) ? { executablePath: CHROMIUM, args: FLAGS } : {} })
test.setTimeout(120_000)
test.skip(!existsSync(CHROMIUM), 'NOT RUN: chromium is not installed')

let bench: BenchUnderTest
test.beforeAll(async () => {
  test.setTimeout(120_000)
  bench = await startBenchUnderTest(CUSTOMERS)
})
test.afterAll(() => bench?.close())

for (const viewport of [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
])
  for (const colorScheme of ['light', 'dark'] as const)
    test.describe(`${viewport.width}x${viewport.height} ${colorScheme}`, () => {
      test.use({ viewport, colorScheme })
      test('the form of a key is in sight, for the first key and the last, of the phone and of a module', async ({ page }) => {
        const [base, key] = bench.address.split('#')
        await page.goto(`${base}#${key}`)
        await page.goto(`${base}#settings/device/${PHONES.dock}/keys`)
        const form = () => page.getByRole('region', { name: /^(?:Module 1, k|K)ey \d+$/ })
        const first = page.locator('[data-n="1"]')
        await first.click()
        const action = form().getByRole('combobox', { name: 'Action' })
        await action.click()
        await page.getByRole('option', { name: 'Speed dial' }).click()
        for (const name of ['Number', 'Label']) await expect(form().getByRole('textbox', { name })).toBeInViewport({ ratio: 1 })
        await expect(action).toBeInViewport({ ratio: 1 })
        await expect(first).toBeInViewport({ ratio: 1 })
        await page.screenshot({ path: `test-output/settings/keys-${viewport.width}-${colorScheme}.png` })
        const last = page.locator('[data-n]').last()
        await last.click()
        await expect(action).toBeInViewport({ ratio: 1 })
        await page.getByRole('tab', { name: 'Module 1' }).click()
        await expect(form()).toHaveAccessibleName('Module 1, key 1')
        await expect(action).toBeInViewport({ ratio: 1 })
        await page.screenshot({ path: `test-output/settings/module-${viewport.width}-${colorScheme}.png` })
      })
    })
