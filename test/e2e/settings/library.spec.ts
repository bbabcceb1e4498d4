import { existsSync } from 'node:fs'
import { expect, type Page, test } from '@playwright/test'
import { zipOf } from '../../support/zip.ts'
import { type BenchUnderTest, startBenchUnderTest } from '../board/bench-under-test.ts'
import { CUSTOMERS, PHONES } from './customers.ts'

/** The pages beside the editor, and a phone's own entry, against a real headless bench. */

const CHROMIUM = '/usr/bin/chromium'
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

test.use({
  launchOptions: existsSync(CHROMIUM) ? { executablePath: CHROMIUM, args: FLAGS } : {},
  viewport: { width: 1280, height: 800 },
  colorScheme: 'light',
})
test.setTimeout(120_000)
test.skip(!existsSync(CHROMIUM), 'NOT RUN: chromium is not installed')

let bench: BenchUnderTest
test.beforeAll(async () => {
  test.setTimeout(120_000)
  bench = await startBenchUnderTest(CUSTOMERS)
})
test.afterAll(() => bench?.close())
test.beforeEach(({ page }) => page.goto(bench.address))

const open = (page: Page, name: string) => page.getByRole('link', { name }).click()
const pick = async (page: Page, field: string, option: string | RegExp) => {
  await page.getByRole('combobox', { name: field, exact: true }).click()
  await page.getByRole('option', { name: option }).first().click()
}

test('two profiles beside each other, and one phone under the other one', async ({ page }) => {
  await open(page, 'Compare')
  await expect(page.getByRole('row').filter({ hasText: 'sip.registrar.host' })).toContainText('sbc.provider.example')
  await expect(page.getByRole('row').filter({ hasText: 'sip.registrar.host' })).toContainText('sip.lab.example')
  await page.getByRole('tab', { name: 'One phone under another profile' }).click()
  await pick(page, 'Phone', /^Reception/)
  await pick(page, 'Under the profile', 'Lab')
  await expect(page.getByText('account.1.sip_server.1.address = sip.lab.example')).toBeVisible()
  await page.getByRole('tab', { name: 'One phone with other firmware' }).click()
  await pick(page, 'Phone', /^Reception/)
  await page.getByRole('textbox', { name: 'With the firmware' }).fill('66.80.0.1')
  await expect(page.getByText(/settings? differs?|Nothing differs/)).toBeVisible()
})

test('a pack from outside is tried whole; what is wrong is named, and nothing changes', async ({ page }) => {
  await open(page, 'Packs')
  await expect(page.getByRole('article').filter({ hasText: 'active: new phones get it' })).toContainText('came with Option66')
  await page.getByRole('textbox', { name: 'Find a family or a model' }).fill('T46S')
  await page.getByRole('button', { name: /Yealink T4x and T5x/ }).click()
  await expect(page).toHaveURL(/#packs\/yealink\/t4x-t5x/)
  const choose = page.locator('input[type=file]')
  await choose.setInputFiles({ name: 'pack.zip', mimeType: 'application/zip', buffer: Buffer.from('this is no zip') })
  await expect(page.getByRole('alert')).toContainText('zip')
  const zip = await zipOf({ 'acme/vp/pack.yaml': 'pack: acme/vp\nvocabulary: 2\nwhatever: 1\n' })
  await choose.setInputFiles({ name: 'acme.zip', mimeType: 'application/zip', buffer: Buffer.from(zip) })
  await expect(page.getByRole('alert')).toContainText('pack.yaml', { timeout: 40_000 })
  await expect(page.getByText('Nothing was changed.').first()).toBeVisible()
})

test('firmware: a target with foresight, what is missing, and a file that no pack knows', async ({ page }) => {
  await open(page, 'Firmware')
  await expect(page.getByRole('region', { name: 'Images in the library' }).getByText('T46S-66.86.0.20.rom')).toBeVisible()
  await pick(page, 'Profile', 'Deployment')
  await pick(page, 'Endpoint pack', 'Yealink T4x and T5x')
  await page.getByRole('textbox', { name: 'Version', exact: true }).fill('66.86.0.99')
  await page.getByRole('button', { name: 'See what changes' }).click()
  await expect(page.getByText(/phones? would change/)).toBeVisible()
  await page.getByRole('button', { name: 'Set this target' }).click()
  await expect(page.getByText('The target is set.')).toBeVisible()
  await expect(page.getByText('1 image is missing.')).toBeVisible()
  await page.locator('input[type=file]').setInputFiles({ name: 'holiday.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(3_000_000, 7) })
  await expect(page.getByRole('alert')).toContainText('holiday.jpg')
  await page.screenshot({ path: 'test-output/settings/firmware-1280.png' })
})

test('a phone of the list: its entry is changed, its names are names, and it is removed', async ({ page }) => {
  await page.getByRole('button', { name: /^Slot 2,/ }).click()
  const drawer = page.getByRole('complementary')
  await expect(drawer.getByRole('definition').filter({ hasText: /^Nordwind Logistics$/ })).toBeVisible()
  await drawer.getByRole('button', { name: 'Change entry' }).click()
  await pick(page, 'Profile', 'Lab')
  await drawer.getByRole('button', { name: 'Save entry' }).click()
  await expect(drawer.getByText('The entry is changed.')).toBeVisible()
  await expect(drawer.getByRole('definition').filter({ hasText: /^Lab$/ })).toBeVisible()
  await drawer.getByRole('button', { name: 'Remove' }).click()
  await drawer.getByRole('button', { name: 'Remove this phone' }).click()
  await expect(page.getByRole('button', { name: /^Slot 2,/ })).toBeHidden()
  await expect(bench.call('devices.get', { mac: PHONES.brandt })).rejects.toThrow(/404/)
})

test('a profile that does not support the family is refused in words at its field', async ({ page }) => {
  await page.getByRole('button', { name: /^Slot 4,/ }).click()
  const drawer = page.getByRole('complementary')
  await drawer.getByRole('button', { name: 'Change entry' }).click()
  await pick(page, 'Profile', 'Desk phones of one family')
  await drawer.getByRole('button', { name: 'Save entry' }).click()
  const profile = drawer.getByRole('combobox', { name: 'Profile', exact: true })
  await expect(profile).toHaveAttribute('aria-invalid', 'true')
  await expect(profile).toHaveAccessibleDescription(/Desk phones of one family does not support poly\/vvx.*give this phone another profile/)
  await page.screenshot({ path: 'test-output/settings/entry-refused-1280.png' })
  await pick(page, 'Profile', 'Lab')
  await expect(profile).not.toHaveAttribute('aria-invalid', 'true')
})
