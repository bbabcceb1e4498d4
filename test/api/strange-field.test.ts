import { expect, test } from 'vitest'
import { createSmallRouter } from '../support/small-router.ts'
import { pipeCaller } from '../support/callers.ts'

test('a field nobody knows is named with its place, in a choice of shapes too', async () => {
  const small = createSmallRouter()
  const caller = await pipeCaller(small.router, () => undefined)
  const layer = { kind: 'group', id: 'g' }
  const said = async (name: string, input: unknown) => {
    const answer = await caller.call(name, input)
    return 'code' in answer ? [answer.status, answer.message] : answer.value
  }
  expect(await said('devices.add', { mac: '001565aaaaaa', bogus: 1 })).toEqual([400, 'bogus: There is no such field'])
  expect(await said('settings.set', { layer: { ...layer, bogus: 1 }, key: 'k', value: 1 })).toEqual([
    400,
    'layer.bogus: There is no such field',
  ])
  expect(await said('settings.preview', { layer, key: 'k', value: 1, bogus: 1 })).toEqual([400, 'bogus: There is no such field'])
  await caller.close()
  small.close()
})
