import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeTree } from '../support/make-certificates.ts'
import { canRun, describeUnless } from '../support/not-run.ts'
import { buildPages } from './build-pages.ts'
import { type FakeBench, startFakeBench } from './fake-bench.ts'
import { scenes } from './scenes.ts'

const PAGES = 'test-output/security-page-under-test'
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

describeUnless(canRun('chromium'), 'the page of certificates, rotation and backups', () => {
  let browser: Browser
  let bench: FakeBench
  let page: Page
  let folder = ''
  beforeAll(async () => {
    await buildPages(PAGES)
    folder = await mkdtemp(join(tmpdir(), 'option66-page-'))
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS })
    bench = await startFakeBench({ pages: PAGES, scene: scenes.running(Date.now()) })
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    page.setDefaultTimeout(15_000)
    await page.goto(`${bench.url}/#key=${bench.key}`)
    await page.getByRole('link', { name: 'Security' }).click()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await bench?.close()
    await rm(folder, { recursive: true, force: true })
  })

  const give = async (name: string, text: string) => {
    const file = join(folder, name)
    await writeFile(file, text)
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Choose file' }).click()
    await (await chooser).setFiles(file)
  }

  test('an authority is taken for a maker, refused with words where it is none, and taken out after a second press', async () => {
    const { issuing, root } = await makeTree('Polycom')
    await give('root.pem', root.pem)
    await page.getByText('Choose the maker first').waitFor()
    await page.getByRole('combobox', { name: 'Maker of the phones' }).click()
    await page.getByRole('option', { name: 'Poly', exact: true }).click()
    await give('text.pem', 'hello')
    await page.getByText('This is no certificate authority: it can be read neither as PEM nor as DER').waitFor()
    await give('both.pem', root.pem + issuing.pem)
    await page.getByText('2 authorities are trusted from now on.').waitFor()
    await give('root.pem', root.pem)
    await page.getByText('It was in the list already.').waitFor()
    const row = page.getByRole('row', { name: /Polycom Root CA/ })
    await row.getByRole('button', { name: 'Remove' }).click()
    await row.getByRole('button', { name: 'Trust it no longer' }).click()
    await row.waitFor({ state: 'detached' })
  })

  test('policy and rotation of a profile are saved', async () => {
    const form = page.getByRole('form', { name: 'Deployment' })
    await form.getByRole('combobox', { name: 'Factory certificates' }).click()
    await page.getByRole('option', { name: 'Required' }).click()
    await form.getByLabel('New token after (days)').fill('90')
    await form.getByRole('button', { name: 'Save' }).click()
    await expect.poll(() => form.getByRole('combobox', { name: 'Factory certificates' }).inputValue()).toBe('Required')
    await page.reload()
    await expect.poll(() => page.getByRole('form', { name: 'Deployment' }).getByLabel('New token after (days)').inputValue()).toBe('90')
  })

  test('a backup is made under a passphrase typed twice, and saved as a file', async () => {
    const form = page.getByRole('form', { name: 'Make a backup' })
    await form.getByLabel('Passphrase', { exact: true }).fill('short')
    await form.getByLabel('Passphrase once more').fill('shorx')
    await page.getByText('The two are not the same.').waitFor()
    await form.getByLabel('Passphrase once more').fill('short')
    await form.getByRole('button', { name: 'Make a backup' }).click()
    await page.getByText('The passphrase is not taken: it has 5 characters').waitFor()
    for (const label of ['Passphrase', 'Passphrase once more'])
      await form.getByLabel(label, { exact: true }).fill('seven quiet owls under a bridge')
    await form.getByRole('button', { name: 'Make a backup' }).click()
    await page.getByText(/is made: 57 files/).waitFor()
    const download = page.waitForEvent('download')
    await page.getByRole('region', { name: 'Backup' }).getByRole('button', { name: 'Save' }).first().click()
    expect((await download).suggestedFilename()).toMatch(/^bench-.*\.option66-backup$/)
    await page.getByText('npm run backup -- restore FILE --data FOLDER').waitFor()
  })
})
