import { type Browser, chromium, type Page } from '@playwright/test'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { canRun, describeUnless } from '../support/not-run.ts'
import { buildPages } from './build-pages.ts'
import { type FakeBench, startFakeBench } from './fake-bench.ts'
import { scenes } from './scenes.ts'

const PAGES = 'test-output/pages-of-the-network'

describeUnless(canRun('chromium'), 'network and work orders in a browser', () => {
  let browser: Browser
  let bench: FakeBench
  let page: Page
  let faults: string[]
  beforeAll(async () => {
    await buildPages(PAGES)
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--no-first-run'] })
  }, 120_000)
  afterAll(() => browser?.close())
  afterEach(async () => {
    await page.close()
    await bench.close()
    expect(faults).toEqual([])
  })

  async function open(at: 'Network' | 'Orders'): Promise<void> {
    faults = []
    bench = await startFakeBench({ pages: PAGES, scene: scenes.problems(Date.now()) })
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    page.setDefaultTimeout(30_000)
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) =>
      message.type() === 'error' && !/ERR_|401|WebSocket/.test(message.text()) ? faults.push(message.text()) : undefined,
    )
    await page.goto(`${bench.url}/#key=${bench.key}`)
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: at }).click()
    await page.getByRole('main', { name: at === 'Network' ? 'Network' : 'Work orders' }).waitFor()
  }

  test('what is wrong stands at its field and nothing is saved; what is right says when it holds, and is', async () => {
    await open('Network')
    const main = page.getByRole('main')
    const addresses = main.getByRole('region', { name: 'Addresses' })
    await addresses.getByLabel('Range').fill('10.67.0.20-10.67.0.40')
    await addresses.getByText('10.67.0.20 is outside 10.66.0.1/24').waitFor()
    await main.getByText('One field is wrong').waitFor()
    expect(await main.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
    await addresses.getByLabel('Range').fill('10.66.0.20-10.66.0.40')
    await main.getByText('New phones get addresses of it at once').waitFor()
    await main.getByRole('region', { name: 'Names for a rehearsal' }).getByRole('button', { name: 'Add a name' }).click()
    await main.getByRole('textbox', { name: 'Name', exact: true }).fill('sip.provider.example')
    await main.getByText('2 changes').waitFor()
    await main.getByRole('button', { name: 'Save' }).click()
    await main.getByText('Saved.').waitFor()
    expect(await addresses.getByLabel('Range').inputValue()).toBe('10.66.0.20-10.66.0.40')
    // Back to the old one and gone again: nothing is left to save.
    await addresses.getByLabel('Range').fill('')
    await main.getByText('One change').waitFor()
    await main.getByRole('button', { name: 'Discard' }).click()
    await main.getByText('Nothing is changed yet.').waitFor()
  }, 120_000)

  test('a port that the start said is not to be changed here; what phones were told waits for a start of all', async () => {
    await open('Network')
    const services = page.getByRole('main').getByRole('region', { name: 'Services' })
    expect(await services.getByLabel('HTTP: Port').isDisabled()).toBe(true)
    await services.getByText('Phones are told addresses').click()
    await page.getByText('(when services start again)').waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Stop and start services now' }).waitFor()
  }, 120_000)

  test('a work order: checked, created, opened; what each phone lacks; its report', async () => {
    await open('Orders')
    await page.getByRole('link', { name: /2026-1187/ }).click()
    await page.getByRole('heading', { name: '2026-1187 · Nordwind, warehouse 2' }).waitFor()
    await page.getByText('Not listed yet: 28 VVX 450').waitFor()
    await page.getByRole('button', { name: 'Look now' }).click()
    await page.getByText(/Preflight .*: all good/).waitFor()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Report as CSV' }).click()
    expect((await download).suggestedFilename()).toBe('order-2026-1187.csv')

    await page.getByRole('button', { name: 'New work order' }).click()
    const form = page.getByRole('form', { name: 'New work order' })
    await form.getByRole('textbox', { name: 'Number' }).first().fill('PO 7')
    await form.getByRole('textbox', { name: 'Phones' }).fill('80:5e:c0:bb:00:01\nnonsense')
    await form.getByRole('button', { name: 'Check it' }).click()
    await form.getByText('1 phone would be listed.').waitFor()
    await form.getByText('Row 2: "nonsense" is not a MAC address').waitFor()
    await form.getByRole('button', { name: 'Create it' }).click()
    await page.getByRole('heading', { name: 'PO 7' }).waitFor()
    await page.getByText('it was not plugged in yet').waitFor()
    expect(await page.getByRole('button', { name: 'Close the work order' }).isDisabled()).toBe(true)
  }, 120_000)
})
