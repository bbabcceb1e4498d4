/// <reference lib="dom" />

/**
 * `window.open` of the page's own world: asks the app and gives null, as Electron does where the app says no (the only answer the double models).
 * Left to the browser, a window would be there for a moment, and the page would hold it. Injected as text: it may refer to nothing outside itself.
 */
export function refuseToOpen(ask: (url: string) => void): void {
  window.open = (url) => {
    ask(String(new URL(String(url ?? 'about:blank'), document.baseURI)))
    return null
  }
}
