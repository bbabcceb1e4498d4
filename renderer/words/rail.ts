/** Names of the pages. */
export const rail = {
  label: 'Pages',
  pages: {
    bench: 'Bench',
    settings: 'Settings',
    compare: 'Compare',
    packs: 'Packs',
    firmware: 'Firmware',
    preflight: 'Preflight',
    drill: 'Drill',
  },
} as const
