import { existsSync } from 'node:fs'
import { expect, type Locator, type Page, test } from '@playwright/test'
import { type BenchUnderTest, startBenchUnderTest } from '../board/bench-under-test.ts'
import { CUSTOMERS, PHONES } from './customers.ts'

/** The settings editor against a real headless bench: edits at each layer as each role, with locks, on a small and on a large screen. Pictures: test-output/settings/. */

const CHROMIUM = '/usr/bin/chromium'
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

test.use({ launchOptions: existsSync(CHROMIUM) ? { executablePath: CHROMIUM, args: FLAGS } : {}, colorScheme: 'light' })
test.setTimeout(180_000)
test.skip(!existsSync(CHROMIUM), 'NOT RUN: chromium is not installed')

const places = (page: Page) => page.getByRole('region', { name: 'Where it applies' })
const goTo = (page: Page, name: string) =>
  places(page)
    .getByRole('button', { name: new RegExp(`^${name}`) })
    .click()
const menus = (page: Page) => page.getByRole('navigation', { name: 'Menu of the phone' })
const openMenu = (page: Page, name: string) =>
  menus(page)
    .getByRole('button', { name: new RegExp(`^${name}`) })
    .click()
const row = (page: Page, key: string): Locator => page.locator(`[data-key="${key}"]`)
const bar = (page: Page) => page.getByRole('region', { name: 'What would change' })
const file = (page: Page) => page.getByRole('complementary', { name: 'File of the phone' })
const seeAs = async (page: Page, role: string) => {
  await page.getByRole('combobox', { name: 'Seen as' }).click()
  await page.getByRole('option', { name: role }).click()
}
async function save(page: Page, phones: string): Promise<void> {
  await expect(bar(page).getByText(`${phones} would change`)).toBeVisible()
  await bar(page)
    .getByRole('button', { name: `Save for ${phones}` })
    .click()
  await expect(bar(page).getByText('Saved.')).toBeVisible()
}

type Resolved = { key: string; value: unknown; layer: string | null; lockedBy: string | null }

for (const viewport of [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
]) {
  test.describe(`${viewport.width}x${viewport.height}`, () => {
    test.use({ viewport })
    test.describe.configure({ mode: 'serial' })
    let bench: BenchUnderTest
    let faults: string[]
    test.beforeAll(async () => {
      test.setTimeout(120_000)
      bench = await startBenchUnderTest(CUSTOMERS)
    })
    test.afterAll(() => bench?.close())
    test.beforeEach(async ({ page }) => {
      faults = []
      page.on('pageerror', (error) => faults.push(error.message))
      page.on('console', (message) => (message.text().includes('Content Security Policy') ? faults.push(message.text()) : undefined))
      await page.goto(bench.address)
      await page.getByRole('link', { name: 'Settings' }).click()
    })
    test.afterEach(() => expect(faults).toEqual([]))

    const picture = (page: Page, name: string) => page.screenshot({ path: `test-output/settings/${name}-${viewport.width}.png` })
    const resolved = async (mac: string, key: string): Promise<Resolved | undefined> => {
      const { settings } = await bench.call<{ settings: Resolved[] }>('devices.get', { mac })
      return settings.find((one) => one.key === key)
    }

    test('the engineer, from the profile down to one phone: foresight, the file beside it, provenance', async ({ page }) => {
      await test.step('persistent profile', async () => {
        await goTo(page, 'Deployment')
        await openMenu(page, 'Service')
        await expect(row(page, 'sip.expires').getByText('pack default')).toBeVisible()
        await page.getByRole('textbox', { name: 'Registration holds' }).fill('900')
        await expect(bar(page).getByText('1 keep their own value')).toBeVisible()
        await expect(file(page).getByText('account.1.sip_server.1.expires = 900')).toBeVisible()
        await expect(file(page).getByText('1 line changes')).toBeVisible()
        await bar(page).getByRole('button', { name: 'Show all' }).click()
        await expect(page.getByRole('region', { name: /^Keep their own value/ }).getByText('A. Brandt')).toBeVisible()
        await expect(page.getByRole('region', { name: 'By business group' })).toContainText('Suedwind Bakery: 1')
        await picture(page, '1-profile')
        await save(page, '4 phones')
        expect(await resolved(PHONES.baker, 'sip.expires')).toMatchObject({ value: 900, layer: 'profile' })
      })
      await test.step('business group', async () => {
        await goTo(page, 'Nordwind Logistics')
        await expect(row(page, 'sip.expires').getByText('from Deployment')).toBeVisible()
        await page.getByRole('textbox', { name: 'Registration holds' }).fill('600')
        await save(page, '3 phones')
        await expect(row(page, 'sip.expires').getByText('set here', { exact: true })).toBeVisible()
        await expect(row(page, 'sip.expires').getByText('instead of 900 s from Deployment')).toBeVisible()
        await expect(row(page, 'sip.expires').getByText('1 place below says otherwise: A. Brandt')).toBeVisible()
      })
      await test.step('one model of the group only', async () => {
        await page.getByRole('combobox', { name: 'Holds for' }).click()
        await page.getByRole('option', { name: 'VVX 411', exact: true }).click()
        await page.getByRole('textbox', { name: 'Registration holds' }).fill('1200')
        await save(page, '1 phone')
        expect(await resolved(PHONES.kitchen, 'sip.expires')).toMatchObject({ value: 1200, layer: 'group' })
        expect(await resolved(PHONES.reception, 'sip.expires')).toMatchObject({ value: 600, layer: 'group' })
      })
      await test.step('department', async () => {
        await goTo(page, 'Warehouse')
        await openMenu(page, 'Screen and language')
        await page.getByRole('combobox', { name: 'Language of the screen' }).click()
        await page.getByRole('combobox', { name: 'Language of the screen' }).fill('French (fr)')
        await page.getByRole('option', { name: 'French (fr)', exact: true }).click()
        await save(page, '1 phone')
        expect(await resolved(PHONES.dock, 'ui.language')).toMatchObject({ value: 'fr', layer: 'department' })
      })
      await test.step('one phone, by the picture of its keys', async () => {
        await goTo(page, 'Dock 3')
        await openMenu(page, 'Keys')
        await page.getByRole('toolbar', { name: 'Keys of T46S' }).getByRole('button', { name: /^2/ }).click()
        const key = page.getByRole('region', { name: 'Key 2' })
        await key.getByRole('combobox', { name: 'Action' }).click()
        await page.getByRole('option', { name: 'Speed dial' }).click()
        await key.getByRole('textbox', { name: 'Number' }).fill('4203')
        await key.getByRole('textbox', { name: 'Label' }).fill('Kitchen')
        await expect(page.getByRole('toolbar', { name: 'Keys of T46S' }).getByRole('button', { name: /^2 ?Kitchen/ })).toBeVisible()
        await expect(file(page).getByText('linekey.2.value = 4203')).toBeVisible()
        await picture(page, '2-keys')
        await save(page, '1 phone')
        expect(await resolved(PHONES.dock, 'keys.2.value')).toMatchObject({ value: '4203', layer: 'device' })
      })
    })

    test('a lock takes the editor away below, hides what is there, and gives it back', async ({ page }) => {
      await goTo(page, 'Deployment')
      await openMenu(page, 'Service')
      await row(page, 'sip.expires').getByRole('button', { name: 'Lock' }).click()
      await expect(row(page, 'sip.expires').getByText('lock not saved')).toBeVisible()
      await save(page, '4 phones')
      await goTo(page, 'Nordwind Logistics')
      await expect(row(page, 'sip.expires').getByText('locked by Deployment')).toBeVisible()
      await expect(row(page, 'sip.expires').getByRole('textbox')).toHaveCount(0)
      await expect(row(page, 'sip.expires').getByText('hides 600 s of Nordwind Logistics')).toBeVisible()
      await picture(page, '3-locked')
      const pastTheEditor = { layer: { kind: 'group', id: 'nordwind' }, key: 'sip.expires', value: 60 }
      await expect(bench.call('settings.set', pastTheEditor)).rejects.toThrow(/409.*SETTING_LOCKED/)
      expect(await resolved(PHONES.brandt, 'sip.expires')).toMatchObject({ value: 900, layer: 'profile', lockedBy: 'profile' })
      await goTo(page, 'Deployment')
      await row(page, 'sip.expires').getByRole('button', { name: 'Unlock' }).click()
      await save(page, '4 phones')
      await goTo(page, 'Nordwind Logistics')
      await expect(row(page, 'sip.expires').getByText('set here', { exact: true })).toBeVisible()
      await row(page, 'sip.expires').getByRole('button', { name: 'Reset to 900 s' }).click()
      await save(page, '2 phones')
      await expect(row(page, 'sip.expires').getByText('from Deployment')).toBeVisible()
    })

    test('the administrator of a business group: own places only, what the provider keeps is not there', async ({ page }) => {
      await goTo(page, 'Deployment')
      await goTo(page, 'Nordwind Logistics')
      await seeAs(page, 'Business-group administrator')
      await expect(places(page).getByRole('button', { name: /^Deployment/ })).toHaveCount(0)
      await expect(places(page).getByRole('button', { name: /^Suedwind/ })).toHaveCount(0)
      await expect(menus(page).getByRole('button', { name: 'Provisioning' })).toHaveCount(0)
      await openMenu(page, 'Service')
      await expect(row(page, 'sip.registrar.host').getByText('locked by Deployment')).toBeVisible()
      await expect(row(page, 'sip.registrar.host').getByRole('textbox')).toHaveCount(0)
      await openMenu(page, 'Time')
      await page.getByRole('textbox', { name: 'Time server', exact: true }).fill('ntp.nordwind.example')
      await save(page, '4 phones')
      await goTo(page, 'Warehouse')
      await page.getByRole('textbox', { name: 'Time server', exact: true }).fill('ntp.warehouse.example')
      await save(page, '1 phone')
      await goTo(page, 'Dock 3')
      await page.getByRole('textbox', { name: 'Time server', exact: true }).fill('not a host')
      await expect(bar(page).getByText('Correct the marked field first.')).toBeVisible()
      await expect(bar(page).getByRole('button', { name: /^Save/ })).toBeDisabled()
      await page.getByRole('textbox', { name: 'Time server', exact: true }).fill('ntp.dock.example')
      await save(page, '1 phone')
      await picture(page, '4-administrator')
      expect(await resolved(PHONES.dock, 'time.ntpServer')).toMatchObject({ value: 'ntp.dock.example', layer: 'device' })
      expect(await resolved(PHONES.reception, 'time.ntpServer')).toMatchObject({ value: 'ntp.nordwind.example', layer: 'group' })
      const { entries } = await bench.call<{ entries: { actor: string; action: string }[] }>('audit.list', {})
      expect(entries.some(({ action, actor }) => action === 'settings.set' && actor.includes('groupAdmin'))).toBe(true)
    })

    test('the end user: the own phone, its keys, ring tone and language, and nothing else', async ({ page }) => {
      await bench.call('settings.set', { layer: { kind: 'group', id: 'nordwind' }, key: 'ui.language', value: 'de' })
      await goTo(page, 'Deployment')
      await goTo(page, 'Nordwind Logistics')
      await goTo(page, 'Reception')
      await seeAs(page, 'End user')
      await expect(page.getByRole('heading', { name: 'Your phone, T46S' })).toBeVisible()
      await expect(places(page)).toHaveCount(0)
      await expect(file(page)).toHaveCount(0)
      await expect(page.getByText('Registration holds')).toHaveCount(0)
      await page.getByRole('toolbar', { name: 'Keys of T46S' }).getByRole('button', { name: /^3/ }).click()
      const key = page.getByRole('region', { name: 'Key 3' })
      await key.getByRole('combobox', { name: 'Action' }).click()
      await page.getByRole('option', { name: 'Busy lamp' }).click()
      await key.getByRole('textbox', { name: 'Number' }).fill('4201')
      await expect(page.getByText('2 changes are not saved')).toBeVisible()
      await picture(page, '5-end-user')
      await page.getByRole('button', { name: 'Save' }).click()
      await expect(page.getByText('Saved. Your phone takes it at its next fetch')).toBeVisible()
      expect(await resolved(PHONES.reception, 'keys.3.action')).toMatchObject({ value: 'blf', layer: 'device' })
      await test.step('a lock of the company is said, and there is no editor', async () => {
        await expect(page.getByRole('combobox', { name: 'Language of the screen' })).toBeVisible()
        await bench.call('settings.lock', { layer: { kind: 'group', id: 'nordwind' }, key: 'ui.language' })
        await expect(row(page, 'ui.language').getByText('locked by Nordwind Logistics')).toBeVisible()
        await expect(row(page, 'ui.language').getByRole('combobox')).toHaveCount(0)
        await bench.call('settings.unlock', { layer: { kind: 'group', id: 'nordwind' }, key: 'ui.language' })
        await expect(page.getByRole('combobox', { name: 'Language of the screen' })).toBeVisible()
      })
      const asUser = { as: { role: 'endUser', device: PHONES.reception } }
      const notTheirs = { layer: { kind: 'device', id: PHONES.reception }, key: 'sip.expires', value: 60, ...asUser }
      await expect(bench.call('settings.set', notTheirs)).rejects.toThrow(/403/)
    })

    test('by keyboard alone: find a setting, change it, go back', async ({ page }) => {
      await goTo(page, 'Deployment')
      await page.keyboard.press('Control+k')
      await page.keyboard.type('vlan')
      await expect(page.getByText(/settings found/)).toBeVisible()
      await row(page, 'network.vlan.id').getByRole('textbox').focus()
      await page.keyboard.type('20')
      await expect(bar(page).getByText(/phones? would change/)).toBeVisible()
      await bar(page).getByRole('button', { name: 'Discard' }).focus()
      await page.keyboard.press('Enter')
      await expect(bar(page).getByText('Nothing is changed here')).toBeVisible()
      await page.getByRole('searchbox', { name: 'Find a setting' }).focus()
      await page.keyboard.press('Escape')
      await goTo(page, 'Nordwind Logistics')
      await goTo(page, 'Reception')
      await openMenu(page, 'Keys')
      const keys = page.getByRole('toolbar', { name: 'Keys of T46S' })
      await keys.locator('[data-n="1"]').focus()
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('ArrowRight')
      await expect(keys.locator('[data-n="7"]')).toBeFocused()
      await expect(page.getByRole('region', { name: 'Key 7' })).toBeVisible()
      await page.goBack()
      await page.goBack()
      await expect(page.getByRole('heading', { name: 'Your phone' })).toHaveCount(0)
      await expect(page).toHaveURL(/#settings\/group\/nordwind/)
    })

    test('what others change is there at once, without asking again and again', async ({ page }) => {
      await goTo(page, 'Deployment')
      await openMenu(page, 'Time')
      await expect(row(page, 'time.ntpServer')).toBeVisible()
      await bench.call('settings.set', {
        layer: { kind: 'profile', id: 'deployment' },
        key: 'time.ntpServer',
        value: 'ntp.provider.example',
      })
      await expect(page.getByRole('textbox', { name: 'Time server', exact: true })).toHaveValue('ntp.provider.example')
      await expect(file(page).getByText(/ntp/).first()).toBeVisible()
    })
  })
}
