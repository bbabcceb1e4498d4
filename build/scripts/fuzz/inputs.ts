/** Numbers from 0 (included) to 1, the same for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const EDGES = [0, 1, 2, 4, 6, 10, 13, 32, 34, 127, 128, 192, 254, 255]
const LONGEST_BYTES = 2048

/**
 * One input: one in ten plain noise, all others a good sample with a few things wrong: bytes changed, left out, said twice, put in, cut off, or its head on
 * another sample's tail. Of a head of fixed length only bytes are changed: shifted, it would only be refused.
 */
export function nextInput(samples: readonly Uint8Array[], roll: () => number, headBytes = 0): Uint8Array {
  const below = (limit: number) => Math.floor(roll() * limit)
  if (roll() < 0.1) return Uint8Array.from({ length: below(roll() < 0.9 ? 400 : LONGEST_BYTES) }, () => below(256))
  let bytes = [...(samples[below(samples.length)] ?? [])]
  for (let wrongs = below(6); wrongs > 0; wrongs--) {
    const anywhere = below(bytes.length + 1)
    const at = Math.min(bytes.length, headBytes + below(Math.max(1, bytes.length + 1 - headBytes)))
    switch (below(7)) {
      case 0:
        bytes[roll() < 0.2 ? anywhere : at] = below(256)
        break
      case 1:
        bytes[roll() < 0.2 ? anywhere : at] = EDGES[below(EDGES.length)] ?? 0
        break
      case 2:
        bytes.splice(at, 1 + below(8))
        break
      case 3:
        bytes.splice(at, 0, ...bytes.slice(at, at + 1 + below(40)))
        break
      case 4:
        bytes.splice(at, 0, ...Array.from({ length: 1 + below(12) }, () => below(256)))
        break
      case 5:
        bytes = bytes.slice(0, roll() < 0.1 ? anywhere : at)
        break
      default: {
        const other = samples[below(samples.length)] ?? []
        bytes = [...bytes.slice(0, at), ...other.slice(Math.min(other.length, headBytes + below(Math.max(1, other.length - headBytes))))]
      }
    }
  }
  return Uint8Array.from(bytes.slice(0, LONGEST_BYTES), (byte) => byte ?? 0)
}

export function ascii(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'))
}
