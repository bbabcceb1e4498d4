import { existsSync } from 'node:fs'
import { type Browser, expect, type Page, test } from '@playwright/test'
import { type BenchUnderTest, startBenchUnderTest } from '../board/bench-under-test.ts'

/** People at a real headless bench: the owner makes the first accounts, each signs in and finds what is his. Pictures go to test-output/people/. */

const CHROMIUM = '/usr/bin/chromium'
const PICTURES = 'test-output/people'
const SECRET = 'four words will do'
const PHONE = '805ec0000001'

test.use({ viewport: { width: 1280, height: 800 }, colorScheme: 'light' })
test.setTimeout(180_000)
test.skip(!existsSync(CHROMIUM), 'NOT RUN: chromium is not installed')

let bench: BenchUnderTest
let ui: string
test.beforeAll(async () => {
  test.setTimeout(90_000)
  bench = await startBenchUnderTest()
  ui = bench.address.replace(/#.*/, '')
  await bench.call('devices.add', { mac: PHONE, line: '4200', model: 'T46S' })
})
test.afterAll(() => bench?.close())

const picture = (page: Page, name: string) => page.screenshot({ path: `${PICTURES}/${name}.png` })

async function signIn(browser: Browser, name: string, password = SECRET): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
  await page.goto(ui)
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  return page
}

async function addPerson(
  page: Page,
  name: string,
  role: string,
  more: (page: Page) => Promise<void> = async () => undefined,
): Promise<void> {
  await page.getByRole('button', { name: 'Add a person' }).click()
  await page.getByLabel('Name to sign in with').fill(name)
  await page.getByRole('combobox', { name: 'Role' }).click()
  await page.getByRole('option', { name: role }).click()
  await more(page)
  await page.getByRole('textbox', { name: 'Password' }).fill(SECRET)
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(page.getByText(`${name} can sign in now.`)).toBeVisible()
}

test('the owner makes the first accounts, and each person finds what is theirs', async ({ browser, page }) => {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))

  await test.step('the address of the first start opens the pages as the owner', async () => {
    await page.goto(bench.address)
    await page.getByRole('link', { name: 'People' }).click()
    await expect(page.getByText('Nobody has an account yet')).toBeVisible()
    await picture(page, '1-none')
    await addPerson(page, 'anna', 'Provisioning engineer')
    await addPerson(page, 'ben', 'Bench technician')
    await addPerson(page, 'gesa', 'Business-group administrator', async () => {
      await page.getByRole('combobox', { name: 'Business groups' }).click()
      await page.getByRole('option', { name: /Nordwind/ }).click()
      await page.keyboard.press('Escape')
    })
    await picture(page, '2-people')
  })

  await test.step('now everybody signs in by name; a wrong password says so and nothing more', async () => {
    const stranger = await signIn(browser, 'anna', 'wrong wrong wrong')
    await expect(stranger.getByText('Name or password is wrong')).toBeVisible()
    await expect(stranger.getByRole('button', { name: 'Sign in with the key of the bench' })).toBeVisible()
    await picture(stranger, '3-wrong')
    await stranger.context().close()
  })

  await test.step('a technician stages, and is shown neither people nor profiles', async () => {
    const ben = await signIn(browser, 'ben')
    await expect(ben.getByRole('button', { name: 'Add phones' })).toBeVisible()
    await expect(ben.getByRole('link', { name: 'People' })).toHaveCount(0)
    await ben.goto(`${ui}#people`)
    await expect(ben.getByText('This is for provisioning engineer, security officer')).toBeVisible()
    await ben.context().close()
  })

  await test.step('an administrator of a business group has the own phones and no bench', async () => {
    const gesa = await signIn(browser, 'gesa')
    await expect(gesa.getByRole('button', { name: /^Slot 1,/ })).toBeVisible()
    for (const name of ['Add phones', 'Stop serving', 'Start serving']) await expect(gesa.getByRole('button', { name })).toHaveCount(0)
    await expect(gesa.getByRole('navigation', { name: 'Pages' }).getByRole('link')).toHaveText(['Bench', 'Settings'])
    await gesa.getByRole('button', { name: /^Slot 1,/ }).click()
    await expect(gesa.getByRole('button', { name: 'Open window' })).toHaveCount(0)
    await picture(gesa, '4-administrator')
    await gesa.context().close()
  })

  await test.step('a window of two days: the second person types name and password, and both stand in the audit log', async () => {
    const anna = await signIn(browser, 'anna')
    await anna.getByRole('button', { name: /^Slot 1,/ }).click()
    await anna.getByRole('button', { name: 'Open window' }).click()
    await anna.getByLabel('Reason').fill('Drop-shipped')
    await anna.getByLabel('Minutes').fill('2880')
    const drawer = anna.getByRole('complementary')
    await drawer.getByRole('button', { name: 'Open', exact: true }).click()
    await expect(drawer.getByText('A second person confirms')).toBeVisible()
    await picture(anna, '5-second-person')
    await drawer.getByLabel('Name of the second person').fill('anna')
    await drawer.getByRole('textbox', { name: 'Password of the second person' }).fill(SECRET)
    await drawer.getByRole('button', { name: 'Confirm and open' }).click()
    await expect(drawer.getByText('The second person has to be somebody else')).toBeVisible()
    await drawer.getByLabel('Name of the second person').fill('ben')
    await drawer.getByRole('textbox', { name: 'Password of the second person' }).fill(SECRET)
    await drawer.getByRole('button', { name: 'Confirm and open' }).click()
    await expect(drawer.getByText('A second person confirms')).toHaveCount(0)
    const { entries } = await bench.call<{ entries: { actor: string; action: string }[] }>('audit.list', {})
    expect(entries.slice(-2).map(({ action, actor }) => `${actor} ${action}`)).toEqual([
      'anna devices.openWindow',
      'ben devices.confirmWindow',
    ])
    expect(JSON.stringify(entries)).not.toContain(SECRET)
    await anna.context().close()
  })

  await test.step('a new password ends the sessions at once; the person chooses one of the own', async () => {
    const ben = await signIn(browser, 'ben')
    await expect(ben.getByRole('button', { name: 'Add phones' })).toBeVisible()
    await page.getByRole('row', { name: /ben/ }).getByRole('button', { name: 'New password' }).click()
    const given = (await page.locator('code').first().textContent()) ?? ''
    expect(given).toMatch(/^(\w{4}-){3}\w{4}$/)
    await expect(ben.getByRole('heading', { name: 'Sign in to this bench' })).toBeVisible()
    await ben.getByLabel('Name', { exact: true }).fill('ben')
    await ben.getByRole('textbox', { name: 'Password' }).fill(given)
    await ben.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(ben.getByText('Choose a password of your own')).toBeVisible()
    await picture(ben, '6-first-password')
    await ben.getByRole('textbox', { name: 'Present password' }).fill(given)
    await ben.getByRole('textbox', { name: 'New password', exact: true }).fill('five words will do, too')
    await ben.getByRole('textbox', { name: 'New password once more' }).fill('five words will do, too')
    await ben.getByRole('button', { name: 'Change password' }).click()
    await expect(ben.getByRole('button', { name: 'Add phones' })).toBeVisible()
    await ben.getByRole('button', { name: /^Account/ }).click()
    await ben.getByRole('button', { name: 'Sign out', exact: true }).click()
    await expect(ben.getByRole('heading', { name: 'Sign in to this bench' })).toBeVisible()
    await ben.context().close()
  })

  await test.step('the last provisioning engineer stays, and a restart keeps everybody signed in', async () => {
    const row = page.getByRole('row', { name: /anna/ })
    await row.getByRole('button', { name: 'Remove' }).click()
    await row.getByRole('button', { name: 'Remove anna' }).click()
    await expect(row.getByText('anna is the last provisioning engineer')).toBeVisible()
    await bench.stopProgram()
    await bench.restart()
    await page.reload()
    await expect(page.getByRole('row', { name: /anna/ })).toBeVisible()
    expect(faults).toEqual([])
  })
})
