import { createRequire } from 'node:module'

/** A failed call of the C library, told like Node's own socket errors. */
export type NativeError = Error & { code: string; syscall: string }

export type NativeSocketOptions = { interface: string; address: string; port: number; kind: 'udp' | 'tcp' }

/** The few calls of the C library that Node has no door to. */
export type NativeLibrary = {
  socket(domain: number, type: number, protocol: number): number
  setsockopt(fd: number, level: number, name: number, value: Buffer, length: number): number
  bind(fd: number, address: Buffer, length: number): number
  close(fd: number): number
  sendto(fd: number, bytes: Buffer, length: number, flags: number, address: Buffer, addressLength: number): number
  recv(fd: number, bytes: Buffer, length: number, flags: number): number
  indexOf(name: string): number
  errno(): number
}

/** Numbers of the two systems on which a descriptor can be handed to Node (macOS: from its headers, not tried on one). */
const SYSTEMS = {
  linux: {
    library: 'libc.so.6',
    // SOCK_CLOEXEC | SOCK_NONBLOCK: no child inherits it, no call blocks.
    typeFlags: 0o2000000 | 0o4000,
    socketLevel: 1,
    reuseAddress: 2,
    broadcast: 6,
    errors: { 1: 'EPERM', 13: 'EACCES', 19: 'ENODEV', 98: 'EADDRINUSE', 99: 'EADDRNOTAVAIL' } as Record<number, string>,
  },
  darwin: {
    library: 'libSystem.B.dylib',
    typeFlags: 0,
    socketLevel: 0xffff,
    reuseAddress: 4,
    broadcast: 0x20,
    errors: { 1: 'EPERM', 6: 'ENXIO', 13: 'EACCES', 48: 'EADDRINUSE', 49: 'EADDRNOTAVAIL' } as Record<number, string>,
  },
}

export type NativeSystem = keyof typeof SYSTEMS

const SO_RCVBUFFORCE = 33

let library: NativeLibrary | null = null

/** koffi is an optional part (a compiled one), so it is loaded on first use; throws what the loader says when it is not there. */
export function loadNative(system: NativeSystem): NativeLibrary {
  if (library !== null) return library
  const koffi = createRequire(import.meta.url)('koffi')
  const c = koffi.load(SYSTEMS[system].library)
  library = {
    socket: c.func('int socket(int, int, int)'),
    setsockopt: c.func('int setsockopt(int, int, int, const void *, uint32_t)'),
    bind: c.func('int bind(int, const void *, uint32_t)'),
    close: c.func('int close(int)'),
    sendto: c.func('long sendto(int, const void *, size_t, int, const void *, uint32_t)'),
    recv: c.func('long recv(int, _Out_ void *, size_t, int)'),
    indexOf: c.func('unsigned int if_nametoindex(const char *)'),
    errno: () => koffi.errno(),
  }
  return library
}

export function nativeSystem(): NativeSystem | null {
  return process.platform === 'linux' || process.platform === 'darwin' ? process.platform : null
}

/**
 * A socket tied to one interface, then bound: in that order no packet of another interface can ever be queued. Returns the descriptor, for
 * `bind({ fd })` or `listen({ fd })`. UDP goes without SO_REUSEADDR: a port that somebody has must fail, not be shared.
 */
export function openNative(system: NativeSystem, options: NativeSocketOptions, c: NativeLibrary = loadNative(system)): number {
  const numbers = SYSTEMS[system]
  const fd = c.socket(2, (options.kind === 'udp' ? 2 : 1) | numbers.typeFlags, 0)
  if (fd < 0) throw nativeError(numbers.errors, 'socket', c.errno())
  const check = (result: number, syscall: string) => {
    if (result >= 0) return
    const errno = c.errno()
    c.close(fd)
    throw nativeError(numbers.errors, syscall, errno)
  }
  const one = Buffer.from([1, 0, 0, 0])
  if (options.kind === 'udp') check(c.setsockopt(fd, numbers.socketLevel, numbers.broadcast, one, 4), 'SO_BROADCAST')
  else check(c.setsockopt(fd, numbers.socketLevel, numbers.reuseAddress, one, 4), 'SO_REUSEADDR') // TCP: a restart while old connections time out
  tie(c, system, { fd, name: options.interface, check })
  check(c.bind(fd, socketAddress(system, options), 16), 'bind')
  return fd
}

type Tie = { fd: number; name: string; check: (result: number, syscall: string) => void }

function tie(c: NativeLibrary, system: NativeSystem, { fd, name, check }: Tie): void {
  if (system === 'linux') {
    const text = Buffer.from(`${name}\0`)
    check(c.setsockopt(fd, 1, 25, text, text.length), 'SO_BINDTODEVICE')
    return
  }
  const index = c.indexOf(name)
  if (index === 0) {
    c.close(fd)
    throw Object.assign(new Error(`no interface ${name}`), { code: 'ENODEV', syscall: 'if_nametoindex' })
  }
  const value = Buffer.alloc(4)
  value.writeInt32LE(index)
  check(c.setsockopt(fd, 0, 25, value, 4), 'IP_BOUND_IF')
}

/** libuv turns SO_REUSEADDR on for a descriptor it takes over; off again, or a later program could bind beside us. */
export function forbidSharing(system: NativeSystem, fd: number): void {
  loadNative(system).setsockopt(fd, SYSTEMS[system].socketLevel, SYSTEMS[system].reuseAddress, Buffer.alloc(4), 4)
}

/** Linux: past `net.core.rmem_max` where this user may (CAP_NET_ADMIN); where it may not, the buffer stays as it is. */
export function forceReceiveBuffer(system: NativeSystem, fd: number, bytes: number): void {
  if (system !== 'linux') return
  const value = Buffer.alloc(4)
  value.writeInt32LE(bytes)
  loadNative(system).setsockopt(fd, SYSTEMS.linux.socketLevel, SO_RCVBUFFORCE, value, 4)
}

/** struct sockaddr_in; macOS has a length byte first and a one-byte family. */
function socketAddress(system: NativeSystem, { address, port }: NativeSocketOptions): Buffer {
  const bytes = Buffer.alloc(16)
  if (system === 'linux') bytes.writeUInt16LE(2, 0)
  else bytes.set([16, 2])
  bytes.writeUInt16BE(port, 2)
  bytes.set(address.split('.').map(Number), 4)
  return bytes
}

function nativeError(names: Record<number, string>, syscall: string, errno: number): NativeError {
  const code = names[errno] ?? `errno ${errno}`
  return Object.assign(new Error(`${syscall}: ${code}`), { code, syscall })
}
