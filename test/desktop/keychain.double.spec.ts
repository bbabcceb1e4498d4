import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from './launch.ts'

/** The keychain of the double is a file of its own; a real one cannot be set up by a test. */

const kinds = async (data: string) =>
  (JSON.parse(await readFile(join(data, 'keys.json'), 'utf8')) as { wraps: { kind: string }[] }).wraps.map(({ kind }) => kind)
const ready = (said: string[]) => JSON.parse(said[0] ?? '') as { sealedBy: string }

test('a new folder opens by the keychain and by the key file, again and again', async ({ data, launch }) => {
  const folder = join(data, 'bench')
  const env = { DOUBLE_KEYCHAIN: join(data, 'keychain') }
  for (const _ of [1, 2]) {
    const { app, said } = await launch({ data: folder, env })
    expect([ready(said()).sealedBy, await kinds(folder)]).toEqual(['keychain', ['keychain', 'key-file']])
    await app.close()
  }
})

test('without a keychain it is the key file, and the log says so', async ({ data, run }) => {
  const ended = await run({ until: (child, said) => void (said.includes('"ready":true') && child.kill('SIGTERM')) })
  expect([ready([ended.said]).sealedBy, await kinds(data)]).toEqual(['key-file', ['key-file']])
  expect(ended.log).toContain('no secret service (GNOME Keyring, KWallet) runs in this session')
})

test('a folder of the keychain alone, and the keychain is gone: an error box says how it is sealed, and the app ends', async ({
  data,
  launch,
  run,
}) => {
  const folder = join(data, 'bench')
  const { app } = await launch({ data: folder, env: { DOUBLE_KEYCHAIN: join(data, 'keychain'), OPTION66_KEYCHAIN_ONLY: 'yes' } })
  await app.close()
  expect(await kinds(folder)).toEqual(['keychain'])
  const ended = await run({ data: folder })
  expect([ended.code, ended.said]).toEqual([1, ''])
  expect(ended.log).toContain('[error box] Option66 cannot start')
  expect(ended.log).toContain('They are sealed by: keychain.')
})
