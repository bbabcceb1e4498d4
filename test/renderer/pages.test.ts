import { type Browser, chromium, type Page } from '@playwright/test'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { canRun, describeUnless } from '../support/not-run.ts'
import { buildPages } from './build-pages.ts'
import { type FakeBench, startFakeBench } from './fake-bench.ts'
import { device, iso, type Scene, scenes } from './scenes.ts'

const PAGES = 'test-output/pages-under-test'
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]
const CSV = 'mac,model\n80:5e:c0:aa:00:01,\n80:5e:c0:aa:00,\n80:5e:c0:aa:00:03,T99\n80:5e:c0:aa:00:04,'

const why = canRun('chromium')

describeUnless(why, 'pages in a browser', () => {
  let browser: Browser
  let bench: FakeBench
  let page: Page
  let faults: string[]

  beforeAll(async () => {
    await buildPages(PAGES)
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS })
  }, 60_000)
  afterAll(() => browser?.close())
  beforeEach(() => {
    faults = []
  })
  afterEach(async () => {
    await page.close()
    await bench.close()
  })

  async function open(scene: Scene, hash = true): Promise<void> {
    bench = await startFakeBench({ pages: PAGES, scene })
    page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
    page.setDefaultTimeout(8000)
    page.on('pageerror', (error) => faults.push(error.message))
    // Refused scripts and styles of a strict content policy are told here too.
    page.on('console', (message) =>
      message.type() === 'error' &&
      !message.text().includes('ERR_') &&
      !message.text().includes('401') &&
      !message.text().includes('WebSocket')
        ? faults.push(message.text())
        : undefined,
    )
    await page.goto(hash ? `${bench.url}/#key=${bench.key}` : bench.url)
  }
  const card = (title: string) => page.getByRole('article').filter({ hasText: title })
  const tile = (slot: number) => page.getByRole('button', { name: new RegExp(`^Slot ${slot},`) })

  test('the key leaves the address, and a browser without it is asked for it', async () => {
    await open(scenes.running(Date.now()))
    await tile(48).waitFor()
    expect(page.url()).toBe(`${bench.url}/`)
    const stranger = await browser.newPage()
    await stranger.goto(bench.url)
    await stranger.getByLabel('Key').fill('wrong')
    await stranger.getByRole('button', { name: 'Sign in' }).click()
    await stranger.getByText('not the key of this bench').waitFor()
    await stranger.getByLabel('Key').fill(bench.key)
    await stranger.getByRole('button', { name: 'Sign in' }).click()
    await stranger.getByRole('button', { name: /^Slot 48,/ }).waitFor()
    await stranger.close()
    expect(faults).toEqual([])
  })

  test('a tile moves through its states in its place, and nothing is asked for meanwhile', async () => {
    await open(scenes.running(Date.now()))
    await tile(46).waitFor()
    const place = await tile(46).boundingBox()
    for (const state of ['online', 'identified', 'configured', 'upgrading', 'upgraded', 'proven', 'ready', 'synced'] as const) {
      const changed = device(46, state, Date.now())
      bench.set([{ entity: 'device', id: changed.mac, value: changed }])
      await page.locator(`button[id="tile-${changed.mac}"][data-state="${state}"]`).waitFor()
    }
    expect(await tile(46).boundingBox()).toEqual(place)
    expect([...bench.calls.keys()]).toEqual([])
    expect(bench.subscriptions).toEqual([undefined])
  })

  test('forty-eight tiles fit a small screen, and each says its slot, name and state', async () => {
    await open(scenes.problems(Date.now()))
    await tile(48).waitFor()
    for (const slot of [1, 8, 41, 48]) {
      const box = await tile(slot).boundingBox()
      expect(box !== null && box.x >= 0 && box.x + box.width <= 1280 && box.y + box.height <= 800).toBe(true)
    }
    const cut = await page
      .locator('button[id^="tile-"] span')
      .evaluateAll((spans) =>
        spans.filter((one) => /word/.test(one.className) && one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent),
      )
    expect(cut).toEqual([])
    expect(await tile(14).getAttribute('aria-label')).toBe('Slot 14, Kitchen, 4213 · T54W, Not back')
  })

  test('the scanner needs no focus: typed anywhere it lists a phone, and a bad label is said in place', async () => {
    await open(scenes.running(Date.now()))
    await tile(5).click()
    await page.keyboard.type('80:5E:C0:BB:00:01\n')
    await page.getByText('Slot 49: listed, open for 60 minutes').waitFor()
    await page.getByRole('button', { name: 'Close' }).click()
    await page.keyboard.type('not a label\n')
    await page.getByText('"not a label" is not a MAC address').waitFor()
    await page.keyboard.type('14\n')
    await page.getByRole('complementary', { name: 'Slot 14, Kitchen' }).waitFor()
    expect(bench.calls.get('devices.scan')).toBe(3)
  })

  test('the one button that helps: claim, open, and all at once', async () => {
    await open(scenes.problems(Date.now()))
    await page.getByRole('button', { name: 'Open 60 min for 4' }).click()
    await card('4 windows are closed').waitFor({ state: 'detached' })
    expect(bench.calls.get('devices.openWindow')).toBe(4)
    await page.getByRole('button', { name: /more/ }).click()
    await page.getByRole('complementary').getByRole('button', { name: 'Claim' }).click()
    await tile(49).waitFor()
    expect(bench.calls.get('devices.claim')).toBe(1)
  })

  test('the drawer: what to do, a timeline that moves, why a value is so, and the file', async () => {
    await open(scenes.problems(Date.now()))
    await tile(14).click()
    const drawer = page.getByRole('complementary')
    await drawer.getByText('The phone has not come back for 4 min').waitFor()
    await drawer.getByText('Has not come back in time').waitFor()
    bench.note({
      at: iso(Date.now()),
      mac: device(14, 'failed', 0).mac,
      level: 'info',
      kind: 'phone.started',
      text: 'Started again, this is live',
    })
    await drawer.getByText('Started again, this is live').waitFor()
    await drawer.getByRole('tab', { name: 'Settings' }).click()
    await drawer.getByText('hides sip.carrier.example of persistent profile').waitFor()
    await drawer.getByText('locked by persistent profile').waitFor()
    await drawer.getByRole('tab', { name: 'Files' }).click()
    await drawer.getByText('64167f00000e.cfg').waitFor()
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'detached' })
  })

  test('revoke: says what follows, wants a reason, asks again, and says what comes next', async () => {
    await open(scenes.running(Date.now()))
    await tile(13).click()
    const drawer = page.getByRole('complementary')
    await drawer.getByRole('button', { name: 'Revoke token' }).click()
    await drawer.getByText(/Its token dies at once, here and with the next sync/).waitFor()
    expect(await drawer.getByRole('button', { name: 'Revoke…' }).isDisabled()).toBe(true)
    await drawer.getByLabel('Reason').fill('Phone lost on the way')
    await drawer.getByRole('button', { name: 'Revoke…' }).click()
    expect(bench.calls.has('devices.revoke')).toBe(false)
    await drawer.getByRole('button', { name: 'Keep it' }).click()
    await drawer.getByRole('button', { name: 'Revoke…' }).click()
    await drawer.getByRole('button', { name: 'Revoke now, it cannot be undone' }).click()
    await drawer.getByText('The token is revoked.').waitFor()
    await drawer.getByText('To stage this phone again: reset it').waitFor()
    expect(bench.calls.get('devices.revoke')).toBe(1)
  })

  test('a phone of the list is changed and removed; names stand where ids would say nothing', async () => {
    await open(scenes.problems(Date.now()))
    await page.getByText('profile Deployment').first().waitFor()
    await tile(30).click()
    const drawer = page.getByRole('complementary')
    await drawer.getByText('Yealink T4x/T5x', { exact: true }).waitFor()
    await drawer.getByRole('button', { name: 'Change entry' }).click()
    expect(await drawer.getByRole('button', { name: 'Save entry' }).isDisabled()).toBe(true)
    await drawer.getByRole('combobox', { name: 'Model' }).click()
    await page.getByRole('option', { name: 'T42U' }).click()
    await drawer.getByRole('combobox', { name: 'Profile' }).click()
    await page.getByRole('option', { name: 'Lab' }).click()
    await drawer.getByRole('button', { name: 'Save entry' }).click()
    await drawer.getByText('The entry is changed.').waitFor()
    await drawer.getByRole('definition').filter({ hasText: /^Lab$/ }).waitFor()
    await drawer.getByRole('button', { name: 'Remove' }).click()
    await drawer.getByText(/It leaves the list, slot 30 becomes free/).waitFor()
    await drawer.getByRole('button', { name: 'Remove this phone' }).click()
    await tile(30).waitFor({ state: 'detached' })
    await drawer.waitFor({ state: 'detached' })
    expect([bench.calls.get('devices.update'), bench.calls.get('devices.remove')]).toEqual([1, 1])
    expect(faults).toEqual([])
  })

  test('what the bench mended by itself is said above the board', async () => {
    await open(scenes.mended(Date.now()))
    await card('keys.json was damaged: its copy is in use again').waitFor()
    await card('the damaged file is kept aside').waitFor()
  })

  test('nothing is promised that is not there: without a central store the board says what to do', async () => {
    const done = scenes.done(Date.now())
    const central = { state: 'none' as const, url: null, pending: 0, lastSyncAt: null, error: null }
    await open({
      ...done,
      status: { ...done.status, central },
      devices: done.devices.map((one) => ({ ...one, state: 'ready', synced: false })),
    })
    await page.getByText('No central store is set: only this bench knows their tokens.').waitFor()
    expect(await page.getByText(/export/i).count()).toBe(0)
  })

  test('CSV: checked first, wrong rows named, good rows not lost', async () => {
    await open(scenes.running(Date.now()))
    await page.getByRole('button', { name: 'Add phones' }).click()
    await page.getByRole('tab', { name: 'From CSV' }).click()
    await page.getByRole('textbox', { name: 'CSV' }).fill(CSV)
    await page.getByText('2 phones would be added; 2 rows cannot be taken').waitFor()
    await page.getByText('Nothing is changed yet.').waitFor()
    expect(bench.calls.has('devices.import')).toBe(false)
    expect(await page.getByRole('row').allInnerTexts()).toEqual([
      expect.stringContaining('Column'),
      expect.stringMatching(/^3\s+mac/),
      expect.stringMatching(/^4\s+model/),
    ])
    await page.getByRole('button', { name: 'Import the 2 good rows' }).click()
    await page.getByText('2 rows were not taken: they stand below.').waitFor()
    await tile(50).waitFor()
    expect([...bench.calls.keys()].filter((name) => name.startsWith('devices.import'))).toEqual(['devices.import dry', 'devices.import'])
  })

  test('from an empty board to serving: the interface with its mend, and the office only by name', async () => {
    await open(scenes.empty(Date.now()))
    await page.getByText('sudo ip address add 10.66.0.1/24 dev enx00e04c').waitFor()
    const office = page.getByRole('article').filter({ hasText: 'eno1' })
    expect(await office.getByRole('button', { name: 'Start serving' }).isDisabled()).toBe(true)
    await office.getByRole('textbox').fill('eno1')
    expect(await office.getByRole('button', { name: 'Start serving' }).isEnabled()).toBe(true)
    await page.getByRole('article').filter({ hasText: 'lab0' }).getByRole('button', { name: 'Start serving' }).click()
    await page.getByText('Phones are served.').waitFor()
    await page.getByRole('button', { name: 'Stop serving' }).click()
    await page.getByText('Phones are not served').waitFor()
  })

  test('a cut is said in words, the tiles stay, and it goes on after the last message', async () => {
    await open(scenes.running(Date.now()))
    await tile(48).waitFor()
    const place = await tile(1).boundingBox()
    bench.cut(1500)
    await page.getByText(/No connection to the bench since/).waitFor()
    expect(await tile(1).boundingBox()).toEqual(place)
    const changed = device(48, 'online', Date.now())
    bench.set([{ entity: 'device', id: changed.mac, value: changed }])
    await page.getByText(/No connection to the bench since/).waitFor({ state: 'detached' })
    await page.locator(`button[id="tile-${changed.mac}"][data-state="online"]`).waitFor()
    expect(bench.subscriptions.at(-1)).toMatch(/^r.+:\d+$/)
  })

  test('five hundred phones: only the rows in view exist, and the keyboard reaches the others', async () => {
    await open(scenes.many(Date.now()))
    await tile(1).focus()
    expect(await page.locator('button[id^="tile-"]').count()).toBeLessThan(150)
    for (let i = 0; i < 25; i++) await page.keyboard.press('ArrowDown')
    await tile(201).waitFor()
    await page.keyboard.type('450\n')
    await tile(450).waitFor()
  })

  test('light, dark or as the system has it', async () => {
    await open(scenes.running(Date.now()))
    await page.getByRole('button', { name: 'Dark' }).click()
    expect(await page.evaluate('document.documentElement.dataset.mantineColorScheme')).toBe('dark')
    await page.reload()
    await page.getByRole('button', { name: 'Dark', pressed: true }).waitFor()
    expect(faults).toEqual([])
  })
})
