import type { ReactNode } from 'react'
import { rail as words } from '../words/rail.ts'
import { AccountMenu } from './account-menu.tsx'
import { useBench, useUi } from './bench-context.ts'
import classes from './rail.module.css'
import { useMe } from './use-me.ts'
import { formatRoute, type PageName, type Route } from './route.ts'

const PAGES: readonly { page: PageName; route: Route; sign: ReactNode }[] = [
  { page: 'bench', route: { page: 'bench' }, sign: <path d="M4 5h16v10H4zM8 19h8M12 15v4" /> },
  {
    page: 'orders',
    route: { page: 'orders', id: null },
    sign: <path d="M5 4h14v17H5zM9 9h6M9 13h6M9 17h3" />,
  },
  {
    page: 'settings',
    route: { page: 'settings', layer: null, menu: null },
    sign: <path d="M4 7h9M17 7h3M4 12h3M11 12h9M4 17h11M19 17h1M13 5v4M7 10v4M15 15v4" />,
  },
  { page: 'compare', route: { page: 'compare' }, sign: <path d="M4 4h6v16H4zM14 4h6v16h-6M6 9h2M16 9h2M16 13h2" /> },
  {
    page: 'packs',
    route: { page: 'packs', id: null },
    sign: <path d="M12 3l8 4.500v9L12 21l-8-4.500v-9zM4 7.500l8 4.500 8-4.500M12 12v9" />,
  },
  {
    page: 'firmware',
    route: { page: 'firmware' },
    sign: <path d="M7 7h10v10H7zM10 3v4M14 3v4M10 17v4M14 17v4M3 10h4M3 14h4M17 10h4M17 14h4" />,
  },
  {
    page: 'network',
    route: { page: 'network' },
    sign: <path d="M9 3h6v5H9zM4 16h6v5H4zM14 16h6v5h-6M12 8v4M7 16v-4h10v4" />,
  },
  {
    page: 'storage',
    route: { page: 'storage' },
    sign: (
      <path d="M4 6c0-1.700 3.600-3 8-3s8 1.300 8 3-3.600 3-8 3-8-1.300-8-3zM4 6v12c0 1.700 3.600 3 8 3s8-1.300 8-3V6M4 12c0 1.700 3.600 3 8 3s8-1.300 8-3" />
    ),
  },
  { page: 'preflight', route: { page: 'preflight' }, sign: <path d="M6 5h12v16H6zM9 3h6v4H9zM9 14l2 2 4-5" /> },
  {
    page: 'people',
    route: { page: 'people' },
    sign: (
      <path d="M9 4a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7zM2.500 20c.6-4 3.200-6 6.500-6s5.900 2 6.500 6M16 5a3 3 0 1 1 0 6M18 14.500c2 .7 3.200 2.500 3.500 5.500" />
    ),
  },
  {
    page: 'security',
    route: { page: 'security' },
    sign: <path d="M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3M12 14v3" />,
  },
  { page: 'drill', route: { page: 'drill' }, sign: <path d="M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6zM9 9l6 6M15 9l-6 6" /> },
]

/** What a person has to be allowed for a page to be worth opening; the rest is for everybody. */
const NEEDS: Readonly<Partial<Record<PageName, string>>> = {
  orders: 'orders.list',
  compare: 'settings.compareProfiles',
  packs: 'profiles.list',
  firmware: 'firmware.list',
  network: 'network.get',
  storage: 'bench.storage',
  preflight: 'bench.preflight',
  drill: 'drill.last',
  security: 'certificates.list',
  people: 'people.list',
}

/** The pages. Links, so that they can be opened beside and bookmarked; going there changes the page in place. */
export function Rail() {
  const { ui } = useBench()
  const now = useUi((state) => state.route.page)
  const may = useMe()?.may ?? []
  const shown = PAGES.filter(({ page }) => NEEDS[page] === undefined || may.includes(NEEDS[page]))
  return (
    <nav className={classes.rail} aria-label={words.label}>
      {shown.map(({ page, route, sign }) => (
        <a
          key={page}
          className={classes.entry}
          href={formatRoute(route) || '#'}
          aria-current={page === now ? 'page' : undefined}
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey) return
            event.preventDefault()
            if (page !== now) ui.getState().go(route)
          }}
        >
          <svg className={classes.sign} viewBox="0 0 24 24" aria-hidden="true">
            {sign}
          </svg>
          {words.pages[page]}
        </a>
      ))}
      <AccountMenu />
    </nav>
  )
}
