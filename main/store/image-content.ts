import { open } from 'node:fs/promises'

const HEAD_BYTES = 1024

/** What begins like this was never an image of any family met. */
const ARCHIVES: readonly [signature: readonly number[], what: string][] = [
  [[0x50, 0x4b, 0x03, 0x04], 'a zip archive'],
  [[0x50, 0x4b, 0x05, 0x06], 'a zip archive'],
  [[0x52, 0x61, 0x72, 0x21], 'a rar archive'],
  [[0x37, 0x7a, 0xbc, 0xaf], 'a 7z archive'],
]

/**
 * Why a file cannot be a firmware image, by its first bytes, or null: the error page of a download site saved under the image's name, or the archive it
 * came in. `isArchive`: the family takes archives (its image names end in `.zip`).
 */
export async function contentProblem(path: string, isArchive: boolean): Promise<string | null> {
  const handle = await open(path, 'r')
  try {
    const head = Buffer.alloc(HEAD_BYTES)
    const { bytesRead } = await handle.read(head, 0, HEAD_BYTES, 0)
    return headProblem(head.subarray(0, bytesRead), isArchive)
  } finally {
    await handle.close()
  }
}

function headProblem(head: Uint8Array, isArchive: boolean): string | null {
  const archive = ARCHIVES.find(([signature]) => signature.every((byte, i) => head[i] === byte))
  if (archive !== undefined) return isArchive ? null : `it is ${archive[1]}`
  const text = Buffer.from(head)
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '')
    .trimStart()
    .toLowerCase()
  if (/^<(?:!doctype|html|head|body)\b/.test(text)) return 'it is an HTML page'
  if (/^<[a-z!?]/.test(text)) return 'it is an XML text'
  if (/^\{\s*"/.test(text)) return 'it is a JSON text'
  return null
}
