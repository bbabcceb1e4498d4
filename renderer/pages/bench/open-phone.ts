import type { Bench } from '../../app/bench-context.ts'

/** Marks a phone's tile in the page; the grid keeps it up to date. */
export const tileId = (mac: string) => `tile-${mac}`

/**
 * Opens a phone beside the board, on the side where its own tile stays in view: a panel over the tile one looks at would be worse than one that changes
 * sides. Stays where it is when the tile is free already.
 */
export function openPhone({ ui }: Pick<Bench, 'board' | 'ui'>, mac: string, asksReason = false): void {
  const now = ui.getState().panel
  const before = now?.kind === 'phone' ? now.side : 'right'
  ui.getState().open({
    kind: 'phone',
    mac,
    side: sideFor(document.getElementById(tileId(mac))?.getBoundingClientRect(), before),
    asksReason,
  })
}

/** Of the panel's width the widest it can get, see panel.module.css. */
function sideFor(tile: DOMRect | undefined, before: 'left' | 'right'): 'left' | 'right' {
  if (tile === undefined) return before
  const width = Math.max(440, Math.min(520, window.innerWidth * 0.46))
  const isFree = before === 'right' ? tile.right < window.innerWidth - width : tile.left > width
  if (isFree) return before
  return tile.left + tile.width / 2 > window.innerWidth / 2 ? 'left' : 'right'
}
