import { execFileSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { expect, test } from 'vitest'
import type { SyslogDatagram } from '../../../main/core/syslog/receive.ts'
import { servePhoneSyslog } from '../../../main/net/syslog/serve.ts'
import { canRun, describeUnless } from '../../support/not-run.ts'
import { waitFor } from '../../support/wait-for.ts'

async function open() {
  const heard: SyslogDatagram[] = []
  const server = await servePhoneSyslog({
    interface: null,
    address: '127.0.0.1',
    port: 0,
    log: () => undefined,
    receive: async (datagram) => void heard.push(datagram),
  })
  return { ...server, heard }
}

describeUnless(canRun('logger'), 'logger', () => {
  test.each([['--rfc3164'], ['--rfc5424']])('%s is heard', async (form) => {
    const server = await open()
    execFileSync('logger', ['-n', '127.0.0.1', '-P', String(server.port), '-d', form, '-p', 'local0.err', 'grüße'])
    const [message] = await waitFor('the message', () => server.heard.length > 0 && server.heard)
    expect(message?.text).toContain('grüße')
    expect(message).toMatchObject({ peer: '127.0.0.1', dropped: 0 })
    await server.close()
  })
})

test('a phone that shouts is cut at a hundred, and how much was cut is told', async () => {
  const server = await open()
  const client = createSocket('udp4')
  const send = (text: string) => new Promise((resolve) => client.send(text, server.port, '127.0.0.1', resolve))
  for (let i = 0; i < 150; i++) await send(`<14>${i}`)
  await waitFor('the burst', () => server.heard.length >= 100)
  await waitFor('a message after the pause', async () => {
    await send('<14>later')
    return server.heard.some((one) => one.text === '<14>later' && one.dropped > 0)
  })
  expect(server.heard.length).toBeLessThan(150)
  client.close()
  await server.close()
})
