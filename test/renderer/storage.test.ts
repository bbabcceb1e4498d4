import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { canRun, describeUnless } from '../support/not-run.ts'
import { buildPages } from './build-pages.ts'
import { type FakeBench, startFakeBench } from './fake-bench.ts'
import { scenes } from './scenes.ts'

const PAGES = 'test-output/storage-page-under-test'
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

describeUnless(canRun('chromium'), 'the page of what the bench keeps', () => {
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
    await page.getByRole('link', { name: 'Storage' }).click()
  }, 120_000)
  afterAll(async () => {
    await browser?.close()
    await bench?.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('says what each part takes and what bounds it', async () => {
    await page.getByRole('row', { name: /timelines.*1\.9 MB.*1\.3 GB.*20,000 phones, 365 days/ }).waitFor()
    await page.getByText('52.0 GB free on this disk').waitFor()
  })

  test('reports leave as a file, receipts come back as one', async () => {
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save the reports' }).click()
    expect((await download).suggestedFilename()).toBe('b-1.reports.o66')
    await page.getByText(/saved as b-1\.reports\.o66\. They wait here until a receipt comes back/).waitFor()
    const file = join(folder, 'receipts.o66')
    await writeFile(file, 'sealed')
    const chooser = page.waitForEvent('filechooser')
    await page.getByRole('button', { name: 'Take receipts' }).click()
    await (await chooser).setFiles(file)
    await page.getByText('2 acknowledged, 0 still waiting').waitFor()
  })
})
