import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { bindPlan, openUdpOnInterface } from '../../main/net/interface.ts'
import { type NativeLibrary, type NativeSystem, openNative } from '../../main/net/native-socket.ts'

/**
 * The three ways to one interface behind the same door. What a system itself does with the calls can be tried on that system only; which calls are made, in which
 * order and with which bytes, is the same everywhere.
 */
const PLACE = { interface: 'lab0', address: '10.66.0.1', port: 67 }

describe('how a UDP socket is kept to one interface', () => {
  test.each([
    ['Linux', 'linux' as const, PLACE, { tie: 'linux', name: 'lab0', address: '0.0.0.0' }],
    ['macOS', 'darwin' as const, PLACE, { tie: 'darwin', name: 'lab0', address: '0.0.0.0' }],
    ['Windows', null, PLACE, { tie: null, address: '10.66.0.1' }],
    ['an address given on purpose', 'linux' as const, { ...PLACE, interface: null }, { tie: null, address: '10.66.0.1' }],
    ['loopback', 'linux' as const, { ...PLACE, address: '127.66.0.1' }, { tie: null, address: '127.66.0.1' }],
  ])('%s', (_, system, place, expected) => {
    expect(bindPlan(place, system)).toEqual(expected)
  })
})

/** A C library that only writes down what it is asked for. */
function recorder(failing: Partial<Record<'setsockopt' | 'bind', number>> = {}) {
  const calls: string[] = []
  const hex = (bytes: Buffer) => bytes.toString('hex')
  const library: NativeLibrary = {
    socket: (domain, type, protocol) => {
      calls.push(`socket ${domain} ${type} ${protocol}`)
      return 7
    },
    setsockopt: (fd, level, name, value) => {
      calls.push(`setsockopt ${fd} ${level} ${name} ${hex(value)}`)
      return failing.setsockopt !== undefined && name === 25 ? -1 : 0
    },
    bind: (fd, address) => {
      calls.push(`bind ${fd} ${hex(address)}`)
      return failing.bind === undefined ? 0 : -1
    },
    close: (fd) => {
      calls.push(`close ${fd}`)
      return 0
    },
    sendto: () => 0,
    recv: () => 0,
    indexOf: (name) => (name === 'lab0' ? 4 : 0),
    errno: () => failing.setsockopt ?? failing.bind ?? 0,
  }
  return { calls, library }
}

describe('calls of the C library: tied first, bound after', () => {
  const udp = { interface: 'lab0', address: '0.0.0.0', port: 67, kind: 'udp' as const }

  test('Linux: SO_BROADCAST, SO_BINDTODEVICE by name', () => {
    const { calls, library } = recorder()
    expect(openNative('linux', udp, library)).toBe(7)
    expect(calls).toEqual([
      `socket 2 ${2 | 0o2000000 | 0o4000} 0`,
      'setsockopt 7 1 6 01000000',
      'setsockopt 7 1 25 6c61623000', // "lab0" and its NUL
      'bind 7 02000043000000000000000000000000',
    ])
  })

  test('macOS: SO_BROADCAST, IP_BOUND_IF by number, an address with its length byte', () => {
    const { calls, library } = recorder()
    expect(openNative('darwin', udp, library)).toBe(7)
    expect(calls).toEqual([
      'socket 2 2 0',
      'setsockopt 7 65535 32 01000000',
      'setsockopt 7 0 25 04000000',
      'bind 7 10020043000000000000000000000000',
    ])
  })

  test('TCP may take over what a restart left behind; UDP is never shared', () => {
    const { calls, library } = recorder()
    openNative('darwin', { ...udp, kind: 'tcp', address: '10.66.0.1', port: 80 }, library)
    expect(calls).toEqual([
      'socket 2 1 0',
      'setsockopt 7 65535 4 01000000',
      'setsockopt 7 0 25 04000000',
      'bind 7 100200500a4200010000000000000000',
    ])
  })

  const refusals: [NativeSystem, Parameters<typeof recorder>[0], string, string][] = [
    ['linux', { setsockopt: 1 }, 'EPERM', 'SO_BINDTODEVICE'],
    ['linux', { bind: 98 }, 'EADDRINUSE', 'bind'],
    ['darwin', { bind: 48 }, 'EADDRINUSE', 'bind'],
    ['darwin', { bind: 13 }, 'EACCES', 'bind'],
  ]
  test.each(refusals)('%s %j: %s of %s, and the descriptor is closed', (system, failing, code, syscall) => {
    const { calls, library } = recorder(failing)
    expect(() => openNative(system, udp, library)).toThrow(expect.objectContaining({ code, syscall }))
    expect(calls.at(-1)).toBe('close 7')
  })

  test('macOS: an interface that does not exist', () => {
    const { calls, library } = recorder()
    expect(() => openNative('darwin', { ...udp, interface: 'en9' }, library)).toThrow(expect.objectContaining({ code: 'ENODEV' }))
    expect(calls.at(-1)).toBe('close 7')
  })
})

describe('bound to an address, as on Windows', () => {
  const open: { close(): unknown }[] = []
  afterEach(() => {
    for (const one of open.splice(0)) one.close()
  })

  test('hears and answers there, with a larger buffer than the system’s own, and shares the port with nobody', async () => {
    const socket = await openUdpOnInterface({ interface: null, address: '127.66.0.7', port: 0, receiveBufferBytes: 4 * 1024 * 1024 })
    open.push(socket)
    const { port } = socket.address()
    const phone = createSocket('udp4')
    open.push(phone)
    const heard = once(socket, 'message')
    phone.send('hello', port, '127.66.0.7')
    expect(String((await heard)[0])).toBe('hello')
    const plain = createSocket('udp4')
    open.push(plain)
    await new Promise<void>((resolve) => plain.bind(0, '127.66.0.8', resolve))
    expect(socket.getRecvBufferSize()).toBeGreaterThan(plain.getRecvBufferSize())
    await expect(openUdpOnInterface({ interface: null, address: '127.66.0.7', port })).rejects.toMatchObject({
      refusal: { code: 'BENCH_PORT_IN_USE' },
    })
  })
})
