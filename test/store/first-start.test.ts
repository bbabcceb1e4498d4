import { chmod, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { apiKey } from '../../main/store/api-key.ts'
import { defaultDataFolder } from '../../main/store/data-folder.ts'
import { filesWith, newFolder } from './folder.ts'

test.each([
  ['linux', { XDG_DATA_HOME: '/srv/data' }, '/srv/data/option66'],
  ['linux', {}, '/home/anna/.local/share/option66'],
  ['linux', { XDG_DATA_HOME: 'relative' }, '/home/anna/.local/share/option66'],
  ['darwin', { XDG_DATA_HOME: '/srv/data' }, '/home/anna/Library/Application Support/Option66'],
  ['win32', { APPDATA: 'C:\\Users\\anna\\AppData\\Roaming' }, 'C:\\Users\\anna\\AppData\\Roaming\\Option66'],
] as const)('data folder on %s with %o', (platform, env, expected) => {
  expect(defaultDataFolder(platform, env, '/home/anna')).toBe(expected)
})

test('the key for scripts is made once, for its owner alone; a given one is used and not kept', async () => {
  const folder = join(await newFolder(), 'new')
  const key = await apiKey(folder)
  expect(key).toMatch(/^[0-9a-f]{64}$/)
  await chmod(join(folder, 'api-key'), 0o644)
  expect(await apiKey(folder, null)).toBe(key)
  expect((await stat(join(folder, 'api-key'))).mode & 0o777).toBe(0o600)
  expect(await apiKey(folder, 'given-key')).toBe('given-key')
  expect(await filesWith(folder, 'given-key')).toEqual([])
})
