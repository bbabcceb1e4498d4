/** How tiles stand in the space there is. `roomy` and `large` tiles have larger type; `scrolls` = they do not all fit. */
export type GridLayout = { columns: number; tileWidth: number; tileHeight: number; density: 'large' | 'roomy' | 'tight'; scrolls: boolean }

export const GAP = 8
const LEAST = { width: 132, height: 84 }
/** Where it scrolls anyway, rows need not be squeezed. */
const SCROLLED_HEIGHT = 90
const MOST = { width: 320, height: 184 }
const LARGE_FROM = { width: 230, height: 150 }
const ROOMY_FROM = { width: 190, height: 118 }
/** Places are laid out in these steps, so that one more phone changes the size of the tiles seldom, and never their order. */
const STEPS = [12, 24, 48, 72, 96]
const ASPECT = 1.65

/** The largest tiles with which all places fit; the smallest, scrolling, where they do not. Sizes in CSS px. */
export function layoutGrid(space: { width: number; height: number }, count: number): GridLayout {
  const places = STEPS.find((step) => step >= count)
  const fitting = places === undefined ? null : bestFit(space, places)
  if (fitting !== null) return fitting
  const columns = Math.max(1, Math.floor((space.width + GAP) / (LEAST.width + GAP)))
  return { columns, tileWidth: share(space.width, columns), tileHeight: SCROLLED_HEIGHT, density: 'tight', scrolls: true }
}

function bestFit(space: { width: number; height: number }, places: number): GridLayout | null {
  let best: GridLayout | null = null
  let bestSize = 0
  for (let columns = 1; columns <= places; columns++) {
    const width = Math.min(MOST.width, share(space.width, columns))
    const height = Math.min(MOST.height, share(space.height, Math.ceil(places / columns)))
    if (width < LEAST.width || height < LEAST.height) continue
    const size = Math.min(width / ASPECT, height)
    if (size < bestSize) continue // of equal sizes the wider one: fewer rows are read faster
    bestSize = size
    best = { columns, tileWidth: width, tileHeight: height, density: densityOf(width, height), scrolls: false }
  }
  return best
}

function densityOf(width: number, height: number): GridLayout['density'] {
  if (width >= LARGE_FROM.width && height >= LARGE_FROM.height) return 'large'
  return width >= ROOMY_FROM.width && height >= ROOMY_FROM.height ? 'roomy' : 'tight'
}

function share(length: number, parts: number): number {
  return Math.floor((length - (parts - 1) * GAP) / parts)
}
