import { formatRoute, parseRoute } from './route.ts'
import type { UiStore } from './ui-store.ts'

/** Keeps the address and the open page the same, both ways. */
export function followAddress(ui: UiStore, page: Pick<Window, 'location' | 'history' | 'addEventListener'>): void {
  const { history, location } = page
  ui.getState().go(parseRoute(location.hash))
  ui.subscribe((now, before) => {
    if (now.route === before.route) return
    const hash = formatRoute(now.route)
    if (hash !== location.hash) history.pushState(null, '', `${location.pathname}${location.search}${hash}`)
  })
  const read = () => ui.getState().go(parseRoute(location.hash))
  page.addEventListener('popstate', read)
  page.addEventListener('hashchange', read)
}
