import { pathToFileURL } from 'node:url'

/** Whether a URL is the page we built; the part after # is the page's own. */
export function isOwnPageOf(page: string): (url: string) => boolean {
  const own = pathToFileURL(page).href
  return (url) => url.split('#')[0] === own
}
