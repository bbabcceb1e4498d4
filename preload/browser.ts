/** The browser's door, page side: the WebSocket that carries the contract. `url` is absolute, `ws:` or `wss:`. */
export function connectBrowser(url: string): WebSocket {
  return new WebSocket(url)
}
