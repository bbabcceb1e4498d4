import { callFromPage, expect, type Page, test } from './launch.ts'

/** The window as a stranger inside the page would find it. */

test('the window shows the page, and the page reaches the bench over IPC', async ({ launch }) => {
  const { app, page, said } = await launch()
  await expect(page).toHaveTitle('Option66')
  await expect(page.getByRole('button', { name: 'Start serving' }).first()).toBeVisible()
  await page.screenshot({ path: 'test-output/desktop/window.png' })
  expect(
    await app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((window) => [window.isVisible(), window.webContents.getURL().endsWith('/out/renderer/index.html')]),
    ),
  ).toEqual([[true, true]])
  const { p } = await callFromPage(page, '/bench/status')
  expect(p.b?.json).toMatchObject({ running: false, services: { dhcp: 'off', http: 'off' } })
  expect(said()).toHaveLength(1)
  expect(JSON.parse(said()[0] ?? '')).toMatchObject({ ready: true, program: 'desktop' })
})

test('a refusal and bad input cross IPC with code, message and hint', async ({ launch }) => {
  const { page } = await launch()
  const refused = await callFromPage(page, '/devices/get', { mac: '805ec0000001' })
  expect([refused.p.s, refused.p.b?.json]).toEqual([
    404,
    expect.objectContaining({ code: 'DEVICE_UNKNOWN', data: expect.objectContaining({ hint: 'Add it first.' }) }),
  ])
  const bad = await callFromPage(page, '/devices/get', { mac: 1 })
  expect([bad.p.s, bad.p.b?.json]).toEqual([400, expect.objectContaining({ code: 'BAD_REQUEST' })])
})

test('the page sees three names of the bridge and nothing of Node or Electron', async ({ launch }) => {
  const { page } = await launch()
  const seen = await page.evaluate(() => {
    const bridge = (window as unknown as { option66: Record<string, unknown> }).option66
    const names = ['require', 'process', 'module', 'global', 'Buffer', 'ipcRenderer', 'electron', '__dirname']
    return {
      reachable: names.filter((name) => name in globalThis),
      bridge: Object.keys(bridge).sort(),
      native: Object.keys(bridge.native as object).sort(),
      isFrozen: Object.isFrozen(bridge),
    }
  })
  expect(seen).toEqual({
    reachable: [],
    bridge: ['native', 'onMessage', 'post'],
    native: ['chooseFolder', 'platform', 'saveFile'],
    isFrozen: true,
  })
})

test('a frame inside the page has no bridge', async ({ launch }) => {
  const { page } = await launch()
  const inside = await page.evaluate(async () => {
    const frame = document.createElement('iframe')
    document.body.append(frame)
    await new Promise((done) => setTimeout(done, 0))
    return 'option66' in (frame.contentWindow ?? {})
  })
  expect(inside).toBe(false)
})

test('messages of foreign senders are refused, and so is what is no message', async ({ launch }) => {
  const { app, log, page } = await launch()
  const url = page.url()
  const frame = JSON.stringify({ i: 'foreign', p: { u: '/bench/status', b: { json: {} } } })
  await page.evaluate(() => {
    const heard: string[] = []
    Object.assign(window, { heard })
    ;(window as unknown as { option66: { onMessage(listener: (message: unknown) => void): void } }).option66.onMessage((message) =>
      heard.push(String(message)),
    )
  })
  await app.evaluate(
    ({ BrowserWindow, ipcMain }, [own, text]) => {
      const id = BrowserWindow.getAllWindows()[0]?.webContents.id
      const senders = [
        { sender: { id: Number(id) + 100 }, senderFrame: { url: own, parent: null } },
        { sender: { id }, senderFrame: { url: own, parent: {} } },
        { sender: { id }, senderFrame: { url: 'https://evil.example/', parent: null } },
        { sender: { id }, senderFrame: { url: `${own}.evil`, parent: null } },
        { sender: { id }, senderFrame: null },
      ]
      for (const sender of senders) ipcMain.emit('option66:to-bench', sender, text)
      for (const junk of [undefined, 7, {}, '', '{', '{"i":"x"}'])
        ipcMain.emit('option66:to-bench', { sender: { id }, senderFrame: { url: own, parent: null } }, junk)
    },
    [url, frame] as const,
  )
  // The door still serves the page, after everything above.
  await callFromPage(page, '/bench/status')
  expect(await page.evaluate(() => (window as unknown as { heard: string[] }).heard.filter((text) => text.includes('foreign')))).toEqual([])
  expect(log().match(/a message of a foreign sender was refused/g)).toHaveLength(5)
  expect(log().match(/what is no message of the contract/g)).toHaveLength(6)
})

test('the page goes nowhere and opens nothing', async ({ launch }) => {
  const { app, log, page } = await launch()
  const url = page.url()
  await page.evaluate(() => {
    location.href = 'https://evil.example/'
  })
  await expect.poll(log).toContain('"what":"to leave","url":"https://evil.example/"')
  await page.evaluate(() => {
    location.href = 'file:///etc/passwd'
  })
  await expect.poll(log).toContain('"url":"file:///etc/passwd"')
  await page.evaluate(() => void window.open('https://evil.example/popup'))
  await expect.poll(log).toContain('"what":"to open a window","url":"https://evil.example/popup"')
  expect(page.url()).toBe(url)
  await expect(page.locator('#root')).not.toBeEmpty()
  await expect.poll(() => app.windows().length).toBe(1)
})

test('the content policy holds in a page loaded from a file', async ({ launch }) => {
  const { page } = await launch()
  expect(await violations(page)).toEqual(['connect-src', 'img-src', 'script-src-elem', 'style-src-elem'])
})

/** Tries what the policy forbids; gives the directives that were violated. */
function violations(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const seen: string[] = []
    document.addEventListener('securitypolicyviolation', (event) => seen.push(event.effectiveDirective))
    const script = document.createElement('script')
    script.textContent = 'window.wasRun = true'
    const style = document.createElement('style')
    style.textContent = 'body { color: red }'
    const image = document.createElement('img')
    image.src = 'https://evil.example/x.png'
    document.body.append(script, style, image)
    await fetch('https://evil.example/').catch(() => undefined)
    while (seen.length < 4) await new Promise((next) => setTimeout(next, 10))
    if ('wasRun' in window) seen.push('the script ran')
    return seen.sort()
  })
}

test('no permission is granted, but to copy a text', async ({ launch }) => {
  const { page } = await launch()
  const states = await page.evaluate(async () => {
    const names = ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'clipboard-write']
    return Promise.all(names.map(async (name) => `${name}: ${(await navigator.permissions.query({ name: name as PermissionName })).state}`))
  })
  expect(states).toEqual([
    'geolocation: denied',
    'notifications: denied',
    'camera: denied',
    'microphone: denied',
    'clipboard-read: denied',
    'clipboard-write: granted',
  ])
})

test('the desktop is asked through its own dialogs', async ({ data, launch }) => {
  const { app, page } = await launch()
  await app.evaluate(({ dialog }, folder) => {
    dialog.showOpenDialog = async () => ({ canceled: false, filePaths: [folder] })
    dialog.showSaveDialog = async (...given: unknown[]) => ({
      canceled: false,
      filePath: `${folder}/${(given.at(-1) as { defaultPath: string }).defaultPath}`,
    })
  }, data)
  const answers = await page.evaluate(async () => {
    const { native } = (
      window as unknown as {
        option66: {
          native: { platform: string; chooseFolder(): Promise<string | null>; saveFile(name: string, text: unknown): Promise<boolean> }
        }
      }
    ).option66
    const bad = await native.saveFile('x.csv', 7).catch((error: Error) => error.message)
    return [native.platform, await native.chooseFolder(), await native.saveFile('report.csv', 'mac\n'), bad]
  })
  expect(answers).toEqual([process.platform, data, true, expect.stringContaining('A file has a name and a text')])
  const { readFile } = await import('node:fs/promises')
  expect(await readFile(`${data}/report.csv`, 'utf8')).toBe('mac\n')
})

test('a page that is loaded again starts afresh', async ({ launch }) => {
  const { page } = await launch()
  await callFromPage(page, '/bench/status')
  await page.reload()
  await expect(page.locator('#root')).not.toBeEmpty()
  expect((await callFromPage(page, '/bench/status')).p.b?.json).toMatchObject({ running: false })
})
