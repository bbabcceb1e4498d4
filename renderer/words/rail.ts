/** Names of the pages. */
export const rail = {
  label: 'Pages',
  pages: {
    bench: 'Bench',
    orders: 'Orders',
    settings: 'Settings',
    compare: 'Compare',
    packs: 'Packs',
    firmware: 'Firmware',
    network: 'Network',
    storage: 'Storage',
    security: 'Security',
    preflight: 'Preflight',
    drill: 'Drill',
    people: 'People',
  },
} as const
