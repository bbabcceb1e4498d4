import type { Native } from './native.ts'

/** The browser's door, page side: the WebSocket that carries the contract. `url` is absolute, `ws:` or `wss:`. Connecting again is the page's affair. */
export function connectBrowser(url: string): WebSocket {
  return new WebSocket(url)
}

/** The native group with a browser's means. */
export const browserNative: Native = {
  platform: 'browser',
  chooseFolder: () => Promise.resolve(null),
  saveFile(name, text) {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([text], { type: 'text/plain;charset=utf-8' }))
    link.download = name
    link.click()
    URL.revokeObjectURL(link.href)
    return Promise.resolve(true)
  },
}
