import { existsSync } from 'node:fs'
import { expect, type Page, test } from '@playwright/test'
import { INVENTED_FAMILY } from '../../support/invented-family.ts'
import { zipOf } from '../../support/zip.ts'
import { type BenchUnderTest, startBenchUnderTest } from '../board/bench-under-test.ts'
import { CUSTOMERS } from './customers.ts'

/** Packs from outside and firmware images, done in the pages against a real headless bench, refusals included. Pictures: test-output/settings/. */

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
test.setTimeout(240_000)
/** Every pack is read anew when one is activated or moved: on a busy machine that takes its time. */
const SLOW = { timeout: 40_000 }
test.describe.configure({ mode: 'serial' })
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
/** The invented family in some version of it. */
const zipped = async (revision: number, over: Readonly<Record<string, string>> = {}) => {
  const texts = { ...INVENTED_FAMILY, ...over }
  const pack = (texts['acme/desk/pack.yaml'] ?? '').replace('revision: 1', `revision: ${revision}`)
  return { name: 'acme.zip', mimeType: 'application/zip', buffer: Buffer.from(await zipOf({ ...texts, 'acme/desk/pack.yaml': pack })) }
}
const version = (page: Page, n: number) => page.getByRole('article', { name: `Version ${n}` })

test('a bad zip is refused with file and reason, and changes nothing', async ({ page }) => {
  await open(page, 'Packs')
  const choose = page.locator('input[type=file]')
  const before = await page.getByText(/^\d+ packs, \d+ models$/).textContent()
  const alert = page.getByRole('alert')
  await choose.setInputFiles({ name: 'a.zip', mimeType: 'application/zip', buffer: Buffer.from('this is no zip') })
  await expect(alert).toContainText('zip', SLOW)
  await choose.setInputFiles(await zipped(1, { '../escape.yaml': 'x' }))
  await expect(alert).toContainText('escape.yaml', SLOW)
  await choose.setInputFiles(await zipped(1, { 'acme/desk/templates/common.json': '{% for x in (1..99999999) %}{{ x }}{% endfor %}' }))
  await expect(alert).toContainText('common.json', SLOW)
  await choose.setInputFiles(await zipped(1, { 'acme/desk/templates/common.json': '{ "hello": "{{ nobody }}" }\n' }))
  await expect(alert).toContainText('nobody', SLOW)
  await expect(page.getByText('Nothing was changed.').first()).toBeVisible()
  await page.screenshot({ path: 'test-output/settings/pack-refused-1280.png' })
  expect(await page.getByText(/^\d+ packs, \d+ models$/).textContent()).toBe(before)
})

test('a family from outside: imported, a second version activated, phones moved, and back again', async ({ page }) => {
  await open(page, 'Packs')
  const choose = page.locator('input[type=file]')
  await choose.setInputFiles(await zipped(1))
  await expect(page.getByText('acme/desk, version 1, can be taken')).toBeVisible(SLOW)
  await page.getByRole('button', { name: 'Import it' }).click()
  await expect(page.getByText('acme/desk, version 1, is imported.')).toBeVisible(SLOW)
  await bench.call('devices.add', { mac: '02ac3e000001', model: 'Desk 6', line: '5100', profile: 'lab' }).then(
    () => Promise.reject(new Error('Lab supports two families only')),
    (error: unknown) => expect(String(error)).toContain('DEVICE_PACK_UNSUPPORTED'),
  )
  await bench.call('profiles.save', { id: 'deployment', packs: [] })
  await bench.call('devices.add', { mac: '02ac3e000001', model: 'Desk 6', line: '5100' })

  const other = { 'acme/desk/templates/common.json': '{ "hello": "Acme again" }\n' }
  await choose.setInputFiles(await zipped(2, other))
  await expect(page.getByText('acme/desk, version 2, can be taken')).toBeVisible(SLOW)
  await page.getByRole('button', { name: 'Import it' }).click()
  await expect(page.getByText('acme/desk, version 2, is imported.')).toBeVisible(SLOW)
  await page.getByRole('textbox', { name: 'Find a family or a model' }).fill('Desk 6')
  await page.getByRole('button', { name: /Acme Desk/ }).click()
  await expect(version(page, 1)).toContainText('active: new phones get it', SLOW)
  await expect(version(page, 2)).toContainText('no phone')

  await version(page, 2).getByRole('button', { name: 'Activate' }).click()
  await expect(version(page, 2)).toContainText('1 phone keeps what it has until it is moved', SLOW)
  await version(page, 2).getByRole('button', { name: 'Activate it' }).click()
  await expect(version(page, 2)).toContainText('active: new phones get it', SLOW)
  await expect(version(page, 1)).toContainText('1 phone', SLOW)

  await version(page, 2).getByRole('button', { name: 'Move 1 phone here' }).click()
  await expect(version(page, 2)).toContainText('"hello": "Acme again"', SLOW)
  await page.screenshot({ path: 'test-output/settings/pack-move-1280.png' })
  await version(page, 2).getByRole('button', { name: 'Move them' }).click()
  await expect(version(page, 2)).toContainText('1 phone', SLOW)

  await version(page, 1).getByRole('button', { name: 'Go back to it' }).click()
  await version(page, 1).getByRole('button', { name: 'Activate it' }).click()
  await expect(version(page, 1)).toContainText('active: new phones get it', SLOW)
  await version(page, 1).getByRole('button', { name: 'Move 1 phone here' }).click()
  await version(page, 1).getByRole('button', { name: 'Move them' }).click()
  await expect(version(page, 1)).toContainText('1 phone', SLOW)
  await version(page, 2).getByRole('button', { name: 'Remove' }).click()
  await expect(version(page, 2)).toBeHidden(SLOW)
})

test('an image is uploaded, needed by a step, and taken out when it is needed no more', async ({ page }) => {
  await open(page, 'Firmware')
  const images = page.getByRole('region', { name: 'Images in the library' })
  const image = images.getByRole('row').filter({ hasText: 'T46S-66.86.0.20.rom' })
  await expect(image).toBeVisible()
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'T46S-66.85.0.5.rom', mimeType: 'application/octet-stream', buffer: Buffer.alloc(2_500_000, 7) })
  await expect(images.getByRole('row').filter({ hasText: 'T46S-66.85.0.5.rom' })).toBeVisible()

  const form = page.getByRole('form', { name: 'Set a target' })
  await pick(page, 'Profile', 'Deployment')
  await pick(page, 'Endpoint pack', 'Yealink T4x and T5x')
  await form.getByRole('textbox', { name: 'Version', exact: true }).fill('66.86.0.20')
  await form.getByRole('textbox', { name: 'Known bad, by commas' }).fill('66.86.0.20')
  await form.getByRole('button', { name: 'See what changes' }).click()
  const wanted = form.getByRole('textbox', { name: 'Version', exact: true })
  await expect(wanted).toHaveAccessibleDescription(/list of known bad versions/)
  await form.getByRole('textbox', { name: 'Known bad, by commas' }).fill('66.85.0.9')
  await form.getByRole('textbox', { name: 'Hardware revisions' }).fill('66.1')
  await form.getByRole('button', { name: 'Add a step' }).click()
  await form.getByRole('textbox', { name: 'Older than' }).fill('66.87.0.1')
  await form.getByRole('textbox', { name: 'goes through' }).fill('66.87.0.1')
  await form.getByRole('button', { name: 'See what changes' }).click()
  await expect(form.getByRole('textbox', { name: 'Older than' })).toHaveAccessibleDescription(
    /66.87.0.1 is not before the target 66.86.0.20/,
  )
  await page.screenshot({ path: 'test-output/settings/target-refused-1280.png' })
  await form.getByRole('textbox', { name: 'Older than' }).fill('66.85.0.5')
  await form.getByRole('textbox', { name: 'goes through' }).fill('66.85.0.5')
  await form.getByRole('button', { name: 'See what changes' }).click()
  await form.getByRole('button', { name: 'Set this target' }).click()
  const target = page.getByRole('region', { name: 'Targets' }).getByRole('row').filter({ hasText: '66.86.0.20' })
  await expect(target).toContainText('below 66.85.0.5 through 66.85.0.5')

  const step = images.getByRole('row').filter({ hasText: 'T46S-66.85.0.5.rom' })
  await step.getByRole('button', { name: 'Take out' }).click()
  await step.getByRole('button', { name: 'Take it out of the library' }).click()
  await expect(images.getByRole('alert')).toContainText('66.85.0.5 is a step on the way to a target of the persistent profile Deployment')
  await page.screenshot({ path: 'test-output/settings/image-needed-1280.png', fullPage: true })

  await expect(step).toContainText('Deployment, as a step')
  await target.getByRole('button', { name: 'Edit' }).click()
  const change = page.getByRole('form', { name: 'Change a target' })
  await expect(change.getByRole('textbox', { name: 'Hardware revisions' })).toHaveValue('66.1')
  await change.getByRole('textbox', { name: 'Hardware revisions' }).fill('66.1, 66.2')
  await change.getByRole('button', { name: 'Remove this step' }).click()
  await change.getByRole('button', { name: 'See what changes' }).click()
  await change.getByRole('button', { name: 'Change this target' }).click()
  await expect(target).toContainText('66.1, 66.2')
  await expect(target).not.toContainText('below')
  await step.getByRole('button', { name: 'Take out' }).click()
  await step.getByRole('button', { name: 'Take it out of the library' }).click()
  await expect(step).toBeHidden()
  expect(await bench.call('firmware.list', {})).toMatchObject({
    images: expect.not.arrayContaining([expect.objectContaining({ version: '66.85.0.5' })]),
  })
})
