/** Pictures of every scene, for people to look at: `npx node test/renderer/look.ts [scene …]`, into test-output/looks/. */
import { mkdir } from 'node:fs/promises'
import process from 'node:process'
import { chromium, type Page } from '@playwright/test'
import { buildPages } from './build-pages.ts'
import { addAccounts, signInAs } from './fake-people.ts'
import { startFakeBench } from './fake-bench.ts'
import { scenes } from './scenes.ts'

const OUT = 'test-output/looks'
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
]
const CSV =
  'mac,model,line\n80:5e:c0:aa:00:01,,4300\n80:5e:c0:aa:00:02,T46U,4301\n80:5e:c0:aa:00,,4302\n80:5e:c0:aa:00:01,,4303\n80:5e:c0:aa:00:05,T99,4304\n80:5e:c0:aa:00:06,,4305'

/** `accounts`: people have accounts; `by`: who signs in, null = nobody. */
type Look = {
  name: string
  scene: keyof typeof scenes
  at?: string
  accounts?: true
  by?: string | null
  act?: (page: Page) => Promise<void>
}

const LOOKS: Look[] = [
  { name: 'empty', scene: 'empty' },
  { name: 'security', scene: 'running', at: '#security' },
  { name: 'running', scene: 'running' },
  { name: 'problems', scene: 'problems' },
  { name: 'broken', scene: 'broken' },
  { name: 'mended', scene: 'mended' },
  { name: 'many', scene: 'many' },
  { name: 'done', scene: 'done' },
  { name: 'drawer', scene: 'problems', act: (page) => page.getByRole('button', { name: /^Slot 14,/ }).click() },
  {
    name: 'drawer-revoke',
    scene: 'running',
    act: async (page) => {
      await page.getByRole('button', { name: /^Slot 14,/ }).click()
      await page.getByRole('button', { name: 'Revoke token' }).click()
      await page.getByLabel('Reason').fill('Phone lost on the way')
      await page.getByRole('button', { name: 'Revoke…' }).click()
    },
  },
  {
    name: 'drawer-rotate',
    scene: 'running',
    act: async (page) => {
      await page.getByRole('button', { name: /^Slot 14,/ }).click()
      await page.getByRole('button', { name: 'New token' }).click()
      await page.getByRole('button', { name: 'Give it a new token' }).click()
    },
  },
  {
    name: 'drawer-change',
    scene: 'problems',
    act: async (page) => {
      await page.getByRole('button', { name: /^Slot 30,/ }).click()
      await page.getByRole('button', { name: 'Change entry' }).click()
    },
  },
  {
    name: 'drawer-settings',
    scene: 'problems',
    act: async (page) => {
      await page.getByRole('button', { name: /^Slot 40,/ }).click()
      await page.getByRole('tab', { name: 'Settings' }).click()
    },
  },
  {
    name: 'drawer-packets',
    scene: 'problems',
    act: async (page) => {
      await page.getByRole('button', { name: /^Slot 14,/ }).click()
      await page.getByRole('tab', { name: 'Packets' }).click()
      await page.getByRole('button', { name: /OFFER/ }).click()
    },
  },
  { name: 'network', scene: 'running', at: '#network', act: (page) => page.getByText('Who is answered').first().waitFor() },
  {
    name: 'network-changes',
    scene: 'running',
    at: '#network',
    act: async (page) => {
      await page.getByLabel('Lease in seconds').fill('60')
      await page.getByLabel('Range').first().fill('10.66.0.20-10.66.0.40')
      await page.getByLabel(/HTTPS takes TLS 1/).check()
      await page.getByText('3 changes').waitFor()
    },
  },
  {
    name: 'network-wrong',
    scene: 'running',
    at: '#network',
    act: async (page) => {
      await page.getByLabel('Lease in seconds').fill('soon')
      await page.getByLabel('Range').first().fill('10.67.0.20-10.67.0.40')
      await page.getByText('fields are wrong').waitFor()
    },
  },
  { name: 'orders', scene: 'problems', at: '#orders', act: (page) => page.getByText('Nordwind, warehouse 2').waitFor() },
  { name: 'order', scene: 'problems', at: '#orders/2026-1187', act: (page) => page.getByText('What is missing').waitFor() },
  { name: 'order-closed', scene: 'problems', at: '#orders/2026-1150', act: (page) => page.getByText('every token is').waitFor() },
  {
    name: 'order-new',
    scene: 'problems',
    at: '#orders',
    act: async (page) => {
      await page.getByText('Nordwind, warehouse 2').waitFor()
      await page.getByRole('button', { name: 'New work order' }).click()
      await page.getByRole('textbox', { name: 'Number' }).first().fill('2026-1190')
      await page.getByRole('textbox', { name: 'Phones' }).fill('mac,model\n80:5e:c0:bb:00:01,T46U\n80:5e:c0:bb:00,T46U')
      await page.getByRole('textbox', { name: 'Models by number' }).fill('20 T46U')
      await page.getByRole('button', { name: 'Check it' }).click()
      await page.getByText('would be listed').waitFor()
    },
  },
  { name: 'preflight', scene: 'running', at: '#preflight', act: (page) => page.getByText('All good').waitFor() },
  {
    name: 'preflight-stops',
    scene: 'lacking',
    act: async (page) => {
      await page.getByRole('button', { name: 'Start serving' }).first().click()
      await page.getByText('things stop the bench').waitFor()
    },
  },
  {
    name: 'all-problems',
    scene: 'problems',
    act: (page) => page.getByRole('button', { name: /more/ }).click(),
  },
  {
    name: 'csv',
    scene: 'running',
    act: async (page) => {
      await page.getByRole('button', { name: 'Add phones' }).click()
      await page.getByRole('tab', { name: 'From CSV' }).click()
      await page.getByRole('textbox', { name: 'CSV' }).fill(CSV)
      await page.getByText('rows cannot be taken').waitFor()
    },
  },
  {
    name: 'csv-taken',
    scene: 'running',
    act: async (page) => {
      await page.getByRole('button', { name: 'Add phones' }).click()
      await page.getByRole('tab', { name: 'From CSV' }).click()
      await page.getByRole('textbox', { name: 'CSV' }).fill(CSV)
      await page.getByRole('button', { name: /^Import/ }).click()
      await page.getByText('phones added').waitFor()
    },
  },
  {
    name: 'add',
    scene: 'running',
    act: async (page) => {
      await page.keyboard.type('805ec0bb0001\n')
      await page.getByText('listed, open').first().waitFor()
      await page.keyboard.type('zz 12\n')
      await page.getByText('is not a MAC').first().waitFor()
      await page.getByRole('button', { name: 'Add phones' }).click()
    },
  },
  { name: 'settings', scene: 'running', at: '#settings/group/nordwind/sip', act: (page) => page.getByText('#!version').first().waitFor() },
  {
    name: 'settings-draft',
    scene: 'running',
    at: '#settings/group/nordwind/sip',
    act: async (page) => {
      await page.getByRole('textbox', { name: /^Outbound proxy/ }).fill('sbc.nordwind.example')
      await page.getByRole('textbox', { name: 'Registration holds' }).fill('1800')
      await page.getByText('phones would change').waitFor()
      await page.getByText(/lines? changes?/).waitFor()
    },
  },
  {
    name: 'settings-all',
    scene: 'running',
    at: '#settings/group/nordwind/sip',
    act: async (page) => {
      await page.getByRole('textbox', { name: 'Registration holds' }).fill('1800')
      await page.getByText('phones would change').waitFor()
      await page.getByRole('button', { name: 'Show all' }).click()
    },
  },
  { name: 'settings-none', scene: 'running', at: '#settings', act: (page) => page.getByText('Choose a place').waitFor() },
  {
    name: 'settings-profile',
    scene: 'running',
    at: '#settings/profile/deployment/audio',
    act: (page) => page.getByText('Codecs').first().waitFor(),
  },
  {
    name: 'settings-keys',
    scene: 'running',
    at: '#settings/device/805ec0000009/keys',
    act: (page) => page.getByText('Key 1').first().waitFor(),
  },
  {
    name: 'settings-search',
    scene: 'running',
    at: '#settings/group/nordwind/sip',
    act: async (page) => {
      await page.getByRole('searchbox', { name: 'Find a setting' }).fill('vlan')
      await page.getByText('settings found').waitFor()
    },
  },
  {
    name: 'settings-admin',
    scene: 'running',
    at: '#settings/group/nordwind/sip',
    act: async (page) => {
      await page.getByLabel('Seen as').first().click()
      await page.getByRole('option', { name: 'Business-group administrator' }).click()
      await page.getByText('locked by Deployment').first().waitFor()
    },
  },
  {
    name: 'settings-user',
    scene: 'running',
    at: '#settings/device/805ec0000009/keys',
    act: async (page) => {
      await page.getByLabel('Seen as').first().click()
      await page.getByRole('option', { name: 'End user' }).click()
      await page.getByRole('heading', { name: /^Your phone/ }).waitFor()
    },
  },
  { name: 'compare', scene: 'running', at: '#compare', act: (page) => page.getByText(/settings? differs?/).waitFor() },
  {
    name: 'compare-phone',
    scene: 'running',
    at: '#compare',
    act: async (page) => {
      await page.getByRole('tab', { name: 'One phone under another profile' }).click()
      await page.getByRole('combobox', { name: 'Phone' }).click()
      await page.getByRole('option').first().click()
      await page.getByRole('combobox', { name: 'Under the profile' }).click()
      await page.getByRole('option', { name: 'Lab' }).click()
      await page.getByText(/settings? differs?/).waitFor()
    },
  },
  { name: 'packs', scene: 'running', at: '#packs/yealink/t4x-t5x', act: (page) => page.getByText('Import a pack').waitFor() },
  { name: 'firmware', scene: 'running', at: '#firmware', act: (page) => page.getByText('Images in the library').waitFor() },
  { name: 'cut', scene: 'running', act: (page) => page.getByText('No connection').waitFor() },
  { name: 'login', scene: 'running' },
  {
    name: 'login-name',
    scene: 'running',
    accounts: true,
    by: null,
    act: async (page) => {
      await page.getByLabel('Name').fill('anna')
      await page.getByRole('textbox', { name: 'Password' }).fill('wrong wrong wrong')
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await page.getByText('Name or password is wrong').waitFor()
    },
  },
  {
    name: 'login-first',
    scene: 'running',
    accounts: true,
    by: 'nora',
    act: (page) => page.getByText('Choose a password of your own').waitFor(),
  },
  { name: 'people-none', scene: 'running', at: '#people', act: (page) => page.getByText('Nobody has an account yet').waitFor() },
  { name: 'people', scene: 'running', accounts: true, by: 'anna', at: '#people', act: (page) => page.getByText('Ben Okafor').waitFor() },
  {
    name: 'people-add',
    scene: 'running',
    accounts: true,
    by: 'anna',
    at: '#people',
    act: async (page) => {
      await page.getByRole('button', { name: 'Add a person' }).click()
      await page.getByLabel('Name to sign in with').fill('clara')
      await page.getByRole('combobox', { name: 'Role' }).click()
      await page.getByRole('option', { name: 'Business-group administrator' }).click()
    },
  },
  {
    name: 'account-menu',
    scene: 'running',
    accounts: true,
    by: 'anna',
    act: async (page) => {
      await page.getByRole('button', { name: /^Account/ }).click()
      await page.getByRole('button', { name: 'Change password' }).click()
    },
  },
  {
    name: 'as-admin',
    scene: 'running',
    accounts: true,
    by: 'gesa',
    act: (page) => page.getByRole('button', { name: /^Account/ }).waitFor(),
  },
  {
    name: 'as-user',
    scene: 'running',
    accounts: true,
    by: 'udo',
    act: (page) => page.getByRole('heading', { name: /^Your phone/ }).waitFor(),
  },
  {
    name: 'second-person',
    scene: 'problems',
    accounts: true,
    by: 'anna',
    act: async (page) => {
      await page.getByRole('button', { name: /^Slot 30,/ }).click()
      await page.getByRole('button', { name: 'Open window' }).click()
      await page.getByLabel('Reason').fill('Drop-shipped to the customer')
      await page.getByLabel('Minutes').fill('2880')
      await page.getByRole('complementary').getByRole('button', { name: 'Open', exact: true }).click()
      await page.getByText('A second person confirms').waitFor()
    },
  },
  { name: 'stop', scene: 'running', act: (page) => page.getByRole('button', { name: 'Stop serving' }).click() },
]

const wanted = process.argv.slice(2)
const pages = 'test-output/pages'
await buildPages(pages)
await mkdir(OUT, { recursive: true })
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
  ],
})
for (const look of LOOKS) {
  if (wanted.length > 0 && !wanted.includes(look.name)) continue
  for (const viewport of SIZES) {
    for (const colorScheme of ['light', 'dark'] as const) {
      const bench = await startFakeBench({ pages, scene: scenes[look.scene](Date.now()) })
      const page = await browser.newPage({ viewport, colorScheme })
      page.on('console', (message) => (message.type() === 'error' ? process.stderr.write(`${look.name}: ${message.text()}\n`) : undefined))
      page.on('pageerror', (error) => process.stderr.write(`${look.name}: ${error.message}\n`))
      if (look.accounts) await addAccounts(bench)
      if (look.by != null) await signInAs(page, bench, look.by)
      await page.goto(look.name === 'login' || look.by !== undefined ? bench.url : `${bench.url}/#key=${bench.key}`)
      if (look.at !== undefined) {
        await page.getByRole('navigation', { name: 'Pages' }).waitFor()
        await page.goto(`${bench.url}/${look.at}`)
      } else
        await page
          .getByText(/ready|Stage your first|Sign in|Choose a password|Your phone/)
          .first()
          .waitFor()
      if (look.name === 'cut') bench.cut(60_000)
      await look.act?.(page)
      await page.waitForTimeout(400)
      await page.screenshot({ path: `${OUT}/${look.name}-${viewport.width}-${colorScheme}.png` })
      await page.close()
      await bench.close()
    }
  }
}
await browser.close()
