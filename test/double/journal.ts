/** What the app asked of the desktop and nobody could see: error boxes, windows it wanted to open, menus. Tests read it through `app.evaluate`. */
export const journal: Record<string, unknown>[] = []
