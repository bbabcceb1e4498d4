import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { expect, test } from 'vitest'
import { servePhoneNtp } from '../../../main/net/ntp/serve.ts'
import { canRun, describeUnless } from '../../support/not-run.ts'
import { waitFor } from '../../support/wait-for.ts'

describeUnless(canRun('/usr/sbin/chronyd'), 'chrony', () => {
  test.each([0, 3_600_000])(
    'reads the clock that is %i ms ahead',
    async (ahead) => {
      const asked: string[] = []
      const server = await servePhoneNtp({ ...LOOPBACK, asked: (peer) => asked.push(peer), now: () => Date.now() + ahead })
      try {
        const text = await chrony(server.port)
        const seconds = Number(/System clock wrong by (-?[\d.]+) seconds/.exec(text)?.[1])
        expect(Math.abs(seconds - ahead / 1000)).toBeLessThan(0.5)
        expect(asked).toEqual(['127.0.0.1'])
      } finally {
        await server.close()
      }
    },
    30_000,
  )
})

test('others’ packets are not answered, odd ones neither', async () => {
  const server = await servePhoneNtp({ ...LOOPBACK, asked: () => undefined, now: Date.now, isAllowedPeer: () => false })
  const open = await servePhoneNtp({ ...LOOPBACK, asked: () => undefined, now: Date.now })
  const client = createSocket('udp4')
  let heard = 0
  client.on('message', () => (heard += 1))
  client.send(question, server.port, '127.0.0.1')
  client.send(Buffer.alloc(48), open.port, '127.0.0.1')
  client.send(Buffer.alloc(5), open.port, '127.0.0.1')
  client.send(question, open.port, '127.0.0.1')
  await waitFor('the one answer', () => heard > 0)
  expect(heard).toBe(1)
  client.close()
  await server.close()
  await open.close()
})

const question = Buffer.alloc(48)
question[0] = 0x23

const LOOPBACK = { interface: null, address: '127.0.0.1', port: 0, log: () => undefined }

/** Measures and prints, sets nothing (`-Q`). */
function chrony(port: number): Promise<string> {
  return new Promise((resolve) => {
    const words = ['-Q', '-t', '8', '-f', '/dev/null', `server 127.0.0.1 port ${port} iburst maxsamples 2`]
    execFile('/usr/sbin/chronyd', words, { timeout: 20_000 }, (_, out, err) => resolve(`${out}${err}`))
  })
}
