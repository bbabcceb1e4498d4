import { describe, expect, test } from 'vitest'
import type { Images } from '../../main/bench/ports.ts'
import { ok, refuse } from '../../main/core/model/result.ts'
import { refusal } from '../../main/core/model/refusals.ts'
import { ACME, smallWorld } from '../core/settings/small-world.ts'
import { smallApi } from './small-api.ts'

function start(canRemove = true) {
  const world = smallWorld()
  const gone: string[] = []
  world.image.set('a', { id: 'a', name: 'VP-400-2.0.rom', pack: ACME.id, models: ['VP-400'], version: '2.0', sizeBytes: 1, addedAt: 0 })
  const remove: Images['remove'] = async (id) => {
    if (!canRemove) return refuse(refusal('FIRMWARE_FILE_UNREADABLE', { file: id }))
    gone.push(id)
    return ok(null)
  }
  return { world, gone, api: smallApi(world, { images: { remove } as Images }) }
}

describe('firmware.remove', () => {
  test('takes the image out of library and list, with a line in the audit log', async () => {
    const { api, gone, world } = start()
    await api.firmware.remove({ id: 'a' })
    expect([gone, world.image.size]).toEqual([['a'], 0])
    expect([...world.audit.values()]).toMatchObject([{ action: 'firmware.remove', target: 'VP-400-2.0.rom' }])
  })

  test('not while a target needs it, or a step on the way; told which', async () => {
    const { api, gone, world } = start()
    const target = { pack: ACME.id, models: [], version: '3.0', steps: [{ below: '2.0', through: '2.0' }] }
    world.profile.set('main', { id: 'main', name: 'Deployment', packs: [], firmware: [target] })
    await expect(api.firmware.remove({ id: 'a' })).rejects.toMatchObject({
      code: 'FIRMWARE_IMAGE_NEEDED',
      status: 409,
      message: 'VP-400-2.0.rom is needed: 2.0 is a step on the way to a target of the persistent profile Deployment',
    })
    expect([gone, world.image.size]).toEqual([[], 1])
  })

  test('one that is not there; a file that the disk keeps stays in the list', async () => {
    await expect(start().api.firmware.remove({ id: 'x' })).rejects.toMatchObject({ code: 'FIRMWARE_IMAGE_UNKNOWN', status: 404 })
    const { api, world } = start(false)
    await expect(api.firmware.remove({ id: 'a' })).rejects.toMatchObject({ code: 'FIRMWARE_FILE_UNREADABLE' })
    expect(world.image.size).toBe(1)
  })
})
