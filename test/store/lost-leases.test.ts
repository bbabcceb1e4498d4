import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Lease } from '../../main/core/model/dhcp.ts'
import { names, open } from './folder.ts'

/** Leases in lines that cannot be read any more: whose they were can often still be told, and that is what keeps an address from being given twice. */
const folders: string[] = []
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})

const MACS = ['805ec0000001', '805ec0000002', '805ec0000003'] as const

function lease(mac: string, address: string): { entity: 'lease'; id: string; value: Lease } {
  const facts = { vendorClass: null, parameterRequestList: null, hostName: null, clientId: null }
  return { entity: 'lease', id: mac, value: { mac, address, facts, startedAt: 1, expiresAt: 2, releasedAt: null } }
}

/** Three leases, a line each; the path of their journal. */
async function folderOfThree(): Promise<{ folder: string; journal: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'option66-leases-'))
  folders.push(folder)
  const store = await open(folder)
  for (const [n, mac] of MACS.entries()) await store.commit([lease(mac, `10.66.0.2${n}`)])
  await store.close()
  return { folder, journal: join(folder, (await names(folder, /^journal-\d+\.ndjson$/))[0] ?? '') }
}

test('a whole journal has none', async () => {
  const { folder } = await folderOfThree()
  const store = await open(folder)
  expect(store.lostLeases).toEqual([])
  await store.close()
})

test('cut behind the address of the last lease, or a bit gone bad in an earlier one', async () => {
  const { folder, journal } = await folderOfThree()
  const text = await readFile(journal, 'utf8')
  await truncate(journal, text.indexOf('"10.66.0.22"') + 20)
  const cut = await open(folder)
  expect(cut.lostLeases).toEqual([{ mac: MACS[2], address: '10.66.0.22' }])
  expect([...cut.world.lease.keys()]).toEqual([MACS[0], MACS[1]])
  await cut.close()

  const bad = await folderOfThree()
  await writeFile(bad.journal, (await readFile(bad.journal, 'utf8')).replace('"10.66.0.21","facts"', '"10.66.0.21","FACTS"'))
  const store = await open(bad.folder)
  expect(store.lostLeases).toEqual([{ mac: MACS[1], address: '10.66.0.21' }])
  expect(store.warnings).toHaveLength(1)
  await store.close()
})

test('what a later line says of the phone is newer: nothing is lost then', async () => {
  const { folder, journal } = await folderOfThree()
  const again = await open(folder)
  await again.commit([lease(MACS[0], '10.66.0.29')])
  await again.close()
  await writeFile(journal, (await readFile(journal, 'utf8')).replace('"10.66.0.20","facts"', '"10.66.0.20","FACTS"'))
  const store = await open(folder)
  expect(store.lostLeases).toEqual([])
  expect(store.world.lease.get(MACS[0])?.address).toBe('10.66.0.29')
  await store.close()
})

test('cut before its address, nothing can be told', async () => {
  const { folder, journal } = await folderOfThree()
  const text = await readFile(journal, 'utf8')
  await truncate(journal, text.indexOf('"10.66.0.22"') + 4)
  const store = await open(folder)
  expect(store.lostLeases).toEqual([])
  await store.close()
})
