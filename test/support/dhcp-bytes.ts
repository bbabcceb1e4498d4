import { macToBytes } from '../../main/core/model/mac.ts'

/** DHCP messages written byte by byte, apart from the codec under test. Shared by tests of the core and of the socket. */
export type RawMessage = {
  op?: number
  htype?: number
  hlen?: number
  hops?: number
  xid?: number
  secs?: number
  flags?: number
  ciaddr?: string
  giaddr?: string
  mac?: string
  sname?: Uint8Array
  file?: Uint8Array
  cookie?: number
  /** Raw bytes of the option field, END included. */
  options?: Uint8Array
}

/** `35 01 01 ff` with `# comments` and line breaks → bytes. */
export function hex(text: string): Uint8Array {
  const digits = text.replace(/#.*$/gm, '').replace(/\s+/g, '')
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}

export function text(value: string): Uint8Array {
  return Uint8Array.from(value, (char) => char.charCodeAt(0))
}

export function address(value: string): Uint8Array {
  return Uint8Array.from(value.split('.'), Number)
}

/** Option triples, END appended. */
export function optionField(...options: readonly (readonly [number, Uint8Array])[]): Uint8Array {
  const bytes: number[] = []
  for (const [code, value] of options) bytes.push(code, value.length, ...value)
  return Uint8Array.from([...bytes, 255])
}

export function rawMessage(message: RawMessage): Uint8Array {
  const options = message.options ?? Uint8Array.of(255)
  const bytes = new Uint8Array(Math.max(300, 240 + options.length))
  const view = new DataView(bytes.buffer)
  bytes.set([message.op ?? 1, message.htype ?? 1, message.hlen ?? 6, message.hops ?? 0])
  view.setUint32(4, message.xid ?? 0x66666666)
  view.setUint16(8, message.secs ?? 0)
  view.setUint16(10, message.flags ?? 0)
  bytes.set(address(message.ciaddr ?? '0.0.0.0'), 12)
  bytes.set(address(message.giaddr ?? '0.0.0.0'), 24)
  bytes.set(macToBytes(message.mac ?? '805ec0123456'), 28)
  if (message.sname !== undefined) bytes.set(message.sname, 44)
  if (message.file !== undefined) bytes.set(message.file, 108)
  view.setUint32(236, message.cookie ?? 0x63825363)
  bytes.set(options, 240)
  return bytes
}
