import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { takeOwnership } from '../../main/store/owner.ts'
import { newFolder, open, pair } from './folder.ts'

const IN_USE = { refusal: { code: 'STORE_IN_USE' } }

test('one owner at a time, whatever path the folder is called by', async () => {
  const folder = await newFolder()
  const link = join(await newFolder(), 'link')
  await symlink(folder, link)
  const store = await open(folder)
  await expect(open(folder)).rejects.toMatchObject(IN_USE)
  await expect(open(link)).rejects.toMatchObject(IN_USE)
  await store.close()
  await (await open(link)).close()
})

test('a folder that could not be opened is free again', async () => {
  const folder = await newFolder()
  const store = await open(folder)
  await store.commit(pair(1, 'one'))
  await store.close()
  const tooNew = { version: 0, steps: [] }
  await expect(open(folder, { format: tooNew })).rejects.toThrow(/newer Option66/)
  await (await open(folder)).close()
})

test('a process that was killed holds nothing', async () => {
  const folder = await newFolder()
  const module = new URL('../../main/store/owner.ts', import.meta.url).href
  const code = `const { takeOwnership } = await import(${JSON.stringify(module)}); await takeOwnership(${JSON.stringify(folder)}); console.log('mine'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  await expect(takeOwnership(folder)).rejects.toMatchObject(IN_USE)
  child.kill('SIGKILL')
  await once(child, 'exit')
  await (await takeOwnership(folder)).release()
})

test('where there are no such sockets, a lock file does; one of a dead process does not count', async () => {
  const folder = await newFolder()
  const held = await takeOwnership(folder, 'darwin')
  await expect(takeOwnership(folder, 'darwin')).rejects.toMatchObject(IN_USE)
  await held.release()
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  await writeFile(join(folder, 'lock'), String(child.pid))
  await (await takeOwnership(folder, 'darwin')).release()
})
