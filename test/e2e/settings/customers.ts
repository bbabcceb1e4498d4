/** Invented customers for trying the editor: two groups, a department, phones of two families that nobody has plugged in yet. */
const line = (number: string, displayName: string, department?: string) => ({
  number,
  displayName,
  sipUser: number,
  sipPassword: `secret-of-${number}`,
  ...(department === undefined ? {} : { department }),
})

export const PHONES = {
  reception: '805ec0000001',
  brandt: '805ec0000002',
  dock: '805ec0000003',
  kitchen: '64167f000001',
  baker: '64167f000002',
} as const

export const CUSTOMERS = {
  catalogue: 1,
  profiles: [
    {
      id: 'deployment',
      name: 'Deployment',
      packs: ['yealink/t4x-t5x', 'poly/vvx'],
      settings: { 'provisioning.url': 'https://provisioning.example/p/', 'sip.registrar.host': 'sbc.provider.example' },
      locks: ['sip.registrar.host'],
    },
    {
      id: 'lab',
      name: 'Lab',
      packs: ['yealink/t4x-t5x', 'poly/vvx'],
      settings: { 'provisioning.url': 'https://lab.example/p/', 'sip.registrar.host': 'sip.lab.example' },
    },
    {
      id: 'desk',
      name: 'Desk phones of one family',
      packs: ['yealink/t4x-t5x'],
      settings: { 'provisioning.url': 'https://desk.example/p/' },
    },
  ],
  groups: [
    {
      id: 'nordwind',
      name: 'Nordwind Logistics',
      profile: 'deployment',
      departments: [{ id: 'warehouse', name: 'Warehouse' }],
      lines: [line('4200', 'Reception'), line('4201', 'A. Brandt'), line('4202', 'Dock 3', 'warehouse'), line('4203', 'Kitchen')],
    },
    { id: 'suedwind', name: 'Suedwind Bakery', profile: 'deployment', lines: [line('5100', 'Oven')] },
  ],
  devices: [
    { mac: PHONES.reception, model: 'T46S', line: '4200' },
    { mac: PHONES.brandt, model: 'T46S', line: '4201', settings: { 'sip.expires': 300 } },
    { mac: PHONES.dock, model: 'T46S', line: '4202' },
    { mac: PHONES.kitchen, model: 'VVX 411', line: '4203' },
    { mac: PHONES.baker, model: 'VVX 411', line: '5100' },
  ],
}
