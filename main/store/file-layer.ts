import { type FileHandle, open } from 'node:fs/promises'

/** What the journal does with its file. Bytes are written at a place, so that space taken beforehand is used. */
export type JournalFile = Pick<FileHandle, 'write' | 'datasync' | 'truncate' | 'stat' | 'close' | 'read'>

/** The way to a journal's file. Tests put one in between that tears writes, loses what was not flushed, or refuses. */
export type FileLayer = { open(path: string): Promise<JournalFile> }

const CREATE_MODE = 0o600

/** The disk itself: opened to read and write, made when it is not there. */
export const diskFiles: FileLayer = {
  async open(path) {
    try {
      return await open(path, 'r+', CREATE_MODE)
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'ENOENT') throw error
      return open(path, 'w+', CREATE_MODE)
    }
  },
}
