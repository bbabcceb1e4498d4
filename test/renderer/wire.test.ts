import { readFile } from 'node:fs/promises'
import { type Browser, chromium, type Page } from '@playwright/test'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { canRun, describeUnless } from '../support/not-run.ts'
import { buildPages } from './build-pages.ts'
import { type FakeBench, startFakeBench } from './fake-bench.ts'
import { type Scene, scenes } from './scenes.ts'
import { iso } from './scenes.ts'

const PAGES = 'test-output/pages-of-the-wire'

describeUnless(canRun('chromium'), 'preflight, packets and SIP in a browser', () => {
  let browser: Browser
  let bench: FakeBench
  let page: Page
  let faults: string[]
  beforeAll(async () => {
    await buildPages(PAGES)
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--no-first-run'] })
  }, 60_000)
  afterAll(() => browser?.close())
  afterEach(async () => {
    await page.close()
    await bench.close()
    expect(faults).toEqual([])
  })
  async function open(scene: Scene): Promise<void> {
    faults = []
    bench = await startFakeBench({ pages: PAGES, scene })
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    page.setDefaultTimeout(8000)
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) =>
      message.type() === 'error' && !/ERR_|401|WebSocket/.test(message.text()) ? faults.push(message.text()) : undefined,
    )
    await page.goto(`${bench.url}/#key=${bench.key}`)
  }
  const phone = async () => {
    await page.getByRole('button', { name: /^Slot 14,/ }).click()
    return page.getByRole('complementary')
  }

  test('Start shows what stops the bench, with the command; a person who is sure starts all the same', async () => {
    await open(scenes.lacking(Date.now()))
    await page.evaluate(() => window.localStorage.setItem('option66.interface', 'lab0'))
    await page.getByRole('button', { name: 'Start serving' }).first().click()
    await page.getByRole('heading', { name: '2 things stop the bench' }).waitFor()
    expect(bench.calls.get('bench.start')).toBeUndefined()
    const first = page.getByRole('list', { name: 'What was looked at' }).getByRole('listitem').first()
    await first.getByText('Do this first').waitFor()
    await first.getByText('sudo systemctl stop dnsmasq').waitFor()
    await page.getByRole('button', { name: 'Look again' }).click()
    await page.getByRole('button', { name: 'Open Firmware' }).click()
    await page.getByRole('main', { name: 'Firmware' }).waitFor()
    await page.getByRole('banner').getByRole('button', { name: 'Preflight' }).click()
    await page.getByRole('button', { name: 'Start all the same' }).click()
    await page.getByRole('button', { name: 'Stop serving' }).waitFor()
    expect(bench.calls.get('bench.start')).toBe(1)
  })

  test('a bench that lacks nothing says so in one sentence', async () => {
    await open(scenes.running(Date.now()))
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Preflight' }).click()
    await page.getByRole('heading', { name: 'All good: plug phones in' }).waitFor()
    expect(await page.getByRole('list', { name: 'What was looked at' }).getByRole('listitem').count()).toBe(10)
  })

  test('packets: in order, live, with their words, field by field, one protocol alone, and as a file', async () => {
    await open(scenes.problems(Date.now()))
    const drawer = await phone()
    await drawer.getByRole('tab', { name: 'Packets' }).click()
    const list = drawer.getByRole('list', { name: /Packets, in the order/ })
    await list.getByText('DISCOVER that came later').waitFor()
    await list.getByText('First-stage config, with a fresh token').waitFor()
    await list.getByRole('button', { name: /OFFER/ }).click()
    await list.getByText('66 TFTP server name').waitFor()
    await drawer.getByRole('button', { name: 'SIP', exact: true }).click()
    expect(await list.getByRole('listitem').count()).toBe(2)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      drawer.getByRole('button', { name: 'Download for Wireshark' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('a.pcapng')
    expect([...(await readFile(await download.path()))]).toEqual([0x0a, 0x0d, 0x0d, 0x0a])
    expect(bench.calls.get('devices.packets')).toBe(1)
    expect(bench.calls.get('devices.followPackets')).toBe(1)
  })

  test('SIP: told to come back, and whether its password is right, as it happens', async () => {
    await open(scenes.problems(Date.now()))
    const drawer = await phone()
    await drawer.getByRole('button', { name: 'Tell it to fetch its configuration' }).click()
    await drawer.getByText('Told by SIP, at 10.66.0.113:5060.').waitFor()
    const mac = '805ec000000e'
    bench.note({
      at: iso(Date.now()),
      mac,
      level: 'error',
      kind: 'sip.register',
      text: 'Registers line 4213 with a wrong user or password',
    })
    await drawer.getByText('Wrong SIP password').waitFor()
    bench.note({
      at: iso(Date.now() + 1000),
      mac,
      level: 'info',
      kind: 'sip.registered',
      text: 'Line 4213 registered: user and password are right',
    })
    await drawer.getByText('SIP credentials proven').waitFor()
    expect(await drawer.getByText('Wrong SIP password').count()).toBe(0)
  })
})
