/** Where in the pages a person is; it stands in the address behind `#`, so that going back, and a link, do what they should. */
export type LayerKind = 'profile' | 'group' | 'department' | 'device'
export type LayerRef = { kind: LayerKind; id: string }

export type Route =
  | { page: 'bench' }
  | { page: 'settings'; layer: LayerRef | null; menu: string | null }
  | { page: 'compare' }
  | { page: 'packs'; id: string | null }
  | { page: 'firmware' }
  | { page: 'preflight' }
  | { page: 'drill' }
  | { page: 'people' }
  | { page: 'orders'; id: string | null }
  | { page: 'network' }
  | { page: 'storage' }
  | { page: 'security' }

export type PageName = Route['page']

const KINDS: ReadonlySet<string> = new Set(['profile', 'group', 'department', 'device'])

/** `#settings/group/nordwind/sip` → route; whatever is not known is the bench. */
export function parseRoute(hash: string): Route {
  const [page, ...parts] = hash
    .replace(/^#\/?/, '')
    .split('/')
    .map((part) => decode(part))
  const [first, second, third] = parts
  if (page === 'settings') {
    const isLayer = first !== undefined && second !== undefined && KINDS.has(first) && second !== ''
    return {
      page,
      layer: isLayer ? { kind: first as LayerKind, id: second } : null,
      menu: third === undefined || third === '' ? null : third,
    } // KINDS has all of LayerKind
  }
  if (page === 'orders') return { page, id: first === undefined || first === '' ? null : first }
  if (page === 'packs') return { page, id: first === undefined || first === '' ? null : parts.join('/') }
  if (page === 'compare' || page === 'firmware' || page === 'preflight' || page === 'drill' || page === 'network' || page === 'people')
    return { page }
  if (page === 'storage' || page === 'security') return { page }
  return { page: 'bench' }
}

/** The address of a route; empty for the bench. */
export function formatRoute(route: Route): string {
  if (route.page === 'bench') return ''
  const parts: string[] = [route.page]
  if (route.page === 'settings' && route.layer !== null)
    parts.push(route.layer.kind, route.layer.id, ...(route.menu === null ? [] : [route.menu]))
  if (route.page === 'packs' && route.id !== null) parts.push(...route.id.split('/'))
  if (route.page === 'orders' && route.id !== null) parts.push(route.id)
  return `#${parts.map(encodeURIComponent).join('/')}`
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a stray % in an address typed by hand
  }
}
