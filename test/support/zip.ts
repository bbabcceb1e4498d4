import { crc32, deflateRawSync } from 'node:zlib'

/** One entry as a test wants it; what is not said is honest. */
export type ZipEntry = {
  name: string
  data: string | Uint8Array
  /** 8 = deflate. */
  method?: number
  /** Unix mode, for links: 0o120777. */
  mode?: number
  /** What the directory says, where it is to lie. */
  size?: number
  crc?: number
  flags?: number
}

/** A zip byte by byte, so that hostile ones can be had. `entryCount` = what the end record says. */
export function makeZip(entries: readonly ZipEntry[], lie: { entryCount?: number } = {}): Uint8Array {
  const bodies: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const entry of entries) {
    const raw = Buffer.from(entry.data)
    const method = entry.method ?? 8
    const packed = method === 8 ? deflateRawSync(raw, { level: 9 }) : raw
    const name = Buffer.from(entry.name, 'utf8')
    const flags = entry.flags ?? 0x800
    const [sum, size] = [entry.crc ?? crc32(raw), entry.size ?? raw.length]
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(flags, 2)
    common.writeUInt16LE(method, 4)
    common.writeUInt32LE(sum, 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(size, 18)
    common.writeUInt16LE(name.length, 22)
    const head = Buffer.alloc(46)
    head.writeUInt32LE(0x02014b50, 0)
    head.writeUInt16LE((3 << 8) | 20, 4)
    common.copy(head, 6, 0, 26)
    head.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 38)
    head.writeUInt32LE(at, 42)
    directory.push(head, name)
    const local = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), common, name, packed])
    bodies.push(local)
    at += local.length
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  const count = lie.entryCount ?? entries.length
  end.writeUInt16LE(count, 8)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(size, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...bodies, ...directory, end])
}

/** A folder of texts as an archiver would pack it. */
export function zipOf(texts: Readonly<Record<string, string>>, prefix = ''): Uint8Array {
  return makeZip(Object.entries(texts).map(([name, data]) => ({ name: `${prefix}${name}`, data })))
}
