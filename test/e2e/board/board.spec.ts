import { existsSync } from 'node:fs'
import { expect, type Locator, type Page, test } from '@playwright/test'
import { type BenchUnderTest, startBenchUnderTest } from './bench-under-test.ts'

/** The board against a real headless bench, while fake phones run: from nothing to "box them". Pictures go to test-output/board/. */

const CHROMIUM = '/usr/bin/chromium'
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]
const PICTURES = 'test-output/board'

const YEALINK = ['805ec0000001', '805ec0000002', '805ec0000003']
const POLY = ['64167f000001', '64167f000002', '64167f000003']
const SCANNED = '64:16:7F:00:00:04'
const CSV = [
  'mac,model,line,order',
  ...YEALINK.map((mac, i) => `${mac},,${4200 + i},2026-1187`),
  ...POLY.map((mac, i) => `${mac},VVX 411,${4203 + i},2026-1187`),
  '80:5e:c0:00:00,,4206,2026-1187',
  `${YEALINK[0]},,4207,2026-1187`,
  '805ec00000ff,T1000,4207,2026-1187',
].join('\n')

test.use({
  launchOptions: existsSync(CHROMIUM) ? { executablePath: CHROMIUM, args: FLAGS } : {},
  viewport: { width: 1280, height: 800 },
  colorScheme: 'light',
})
test.setTimeout(240_000)
test.skip(!existsSync(CHROMIUM), 'NOT RUN: chromium is not installed')

let bench: BenchUnderTest
test.beforeAll(async () => {
  test.setTimeout(90_000)
  bench = await startBenchUnderTest()
})
test.afterAll(() => bench?.close())

const tile = (page: Page, slot: number): Locator => page.getByRole('button', { name: new RegExp(`^Slot ${slot},`) })
/** A card above the board; its words are also told to screen readers, elsewhere. */
const card = (page: Page, title: string): Locator => page.getByRole('article').filter({ hasText: title })
const picture = (page: Page, name: string) => page.screenshot({ path: `${PICTURES}/${name}.png` })

test('from an empty board to phones that may be boxed', async ({ page }) => {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => (message.text().includes('Content Security Policy') ? faults.push(message.text()) : undefined))

  await test.step('the empty board says what to do', async () => {
    await page.goto(bench.address)
    await expect(page.getByText('Phones are served.')).toBeVisible()
    expect(page.url()).not.toContain('key')
    await picture(page, '1-empty')
  })

  await test.step('CSV: wrong rows are named, good ones taken', async () => {
    await page.getByRole('button', { name: 'Add phones' }).first().click()
    await page.getByRole('tab', { name: 'From CSV' }).click()
    await page.getByRole('textbox', { name: 'CSV' }).fill(CSV)
    await expect(page.getByText('6 phones would be added; 3 rows cannot be taken')).toBeVisible()
    await expect(page.getByRole('row')).toHaveText([/Row/, /^8mac.*not a MAC/, /^9mac.*row 2/, /^10model.*T1000/])
    await picture(page, '2-csv')
    await page.getByRole('button', { name: 'Import the 6 good rows' }).click()
    await expect(tile(page, 6)).toBeVisible()
    await page.getByRole('button', { name: 'Close' }).click()
  })

  await test.step('a label in front of the scanner lists a phone and opens its window', async () => {
    await page.keyboard.type(`${SCANNED}\n`)
    await expect(page.getByText('Slot 7: listed, open for 60 minutes')).toBeVisible()
    await expect(tile(page, 7)).toBeVisible()
  })

  const place = await tile(page, 1).boundingBox()
  await test.step('phones are plugged in: closed windows and a stranger ask for a hand', async () => {
    const pace = ['--replug', '1', '--boot', '1', '--rate', '4000000']
    bench.powerOn(['--pack', 'yealink/t4x-t5x', '--count', '4', '--model', 'T46S', ...pace])
    bench.powerOn(['--pack', 'poly/vvx', '--count', '4', '--model', 'VVX 411', ...pace])
    await expect(card(page, '6 windows are closed')).toBeVisible({ timeout: 60_000 })
    await expect(card(page, 'A phone nobody ordered')).toBeVisible({ timeout: 30_000 })
    await picture(page, '3-problems')
    await page.getByRole('button', { name: 'Open 60 min for 6' }).click()
    await page.getByRole('button', { name: 'Claim', exact: true }).click()
    await expect(tile(page, 8)).toBeVisible()
    await expect(card(page, 'A phone nobody ordered')).toBeHidden()
  })

  await test.step('firmware moves along the lower edge, with percentage', async () => {
    await expect(page.locator('button[data-state="upgrading"]').first()).toBeVisible({ timeout: 60_000 })
    await expect(page.locator('button[data-state="upgrading"]').filter({ hasText: /\d+ %/ }).first()).toBeVisible({ timeout: 60_000 })
    await picture(page, '4-running')
    await page.setViewportSize({ width: 1920, height: 1080 })
    await page.emulateMedia({ colorScheme: 'dark' })
    await picture(page, '5-running-dark')
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.emulateMedia({ colorScheme: 'light' })
  })

  await test.step('a phone without a line has no production URL: it is given one where that is said', async () => {
    for (const [slot, line] of [
      [7, '4206'],
      [8, '4207'],
    ] as const) {
      await expect(tile(page, slot)).toHaveAccessibleName(/No production URL/, { timeout: 120_000 })
      await tile(page, slot).click()
      await page.getByRole('combobox', { name: 'For the line' }).fill(line)
      await page.getByRole('button', { name: 'Give it this line' }).click()
      await expect(tile(page, slot)).toHaveAccessibleName(new RegExp(line))
      await page.keyboard.press('Escape')
    }
  })

  await test.step('all eight become ready, each where it stood', async () => {
    await expect(page.getByText('All 8 are ready: box them')).toBeVisible({ timeout: 150_000 })
    await expect(page.locator('button[data-state="ready"]')).toHaveCount(8)
    expect(await tile(page, 1).boundingBox()).toEqual(place)
    await picture(page, '6-ready')
  })

  await test.step('the drawer tells what happened, why values are so, and hides what is secret', async () => {
    await tile(page, 1).click()
    const drawer = page.getByRole('complementary')
    await expect(drawer.getByText('Token proven')).toBeVisible()
    await expect(drawer.getByText('proven', { exact: true })).toBeVisible()
    await picture(page, '7-drawer')
    await drawer.getByRole('tab', { name: 'Settings' }).click()
    await expect(drawer.getByText('persistent profile').first()).toBeVisible()
    await drawer.getByRole('tab', { name: 'Files' }).click()
    await expect(drawer.getByText(`${YEALINK[0]}.cfg`)).toBeVisible()
    expect(await drawer.textContent()).not.toContain('secret-of-')
    await picture(page, '8-files')
    await page.keyboard.press('Escape')
  })

  await test.step('stop and start', async () => {
    await page.getByRole('button', { name: 'Stop serving' }).click()
    await expect(page.getByText('Phones are not served').first()).toBeVisible()
    await page.getByRole('button', { name: 'Start serving' }).first().click()
    await expect(page.getByRole('button', { name: 'Stop serving' })).toBeVisible()
  })

  await test.step('the bench goes away and comes back: said in words, tiles stay', async () => {
    await bench.stopProgram()
    await expect(page.getByText(/No connection to the bench since/)).toBeVisible()
    await expect(page.locator('button[data-state="ready"]')).toHaveCount(8)
    await picture(page, '9-cut')
    await bench.restart()
    await expect(page.getByText(/No connection to the bench since/)).toBeHidden({ timeout: 20_000 })
    await expect(page.locator('button[data-state="ready"]')).toHaveCount(8)
  })

  expect(faults).toEqual([])
})
