/** Words of what goes over the wire to and from one phone: SIP, packets. */
export const sipWords = {
  title: 'SIP',
  proven: 'SIP credentials proven',
  provenLines: (lines: readonly string[]) => `SIP credentials proven: ${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}`,
  provenNext: (since: string) => `It registered at this bench at ${since} with its user and password.`,
  wrong: 'Wrong SIP password',
  wrongNext: 'It tried to register and was refused. Check the SIP user and password of its line, then let it fetch its configuration.',
  tell: { resync: 'Tell it to fetch its configuration', reboot: 'Tell it to restart' },
  told: (place: string) => `Told by SIP, at ${place}.`,
  toldNext: 'What came of it stands on the timeline.',
} as const

export const packetWords = {
  tab: 'Packets',
  label: 'Packets, in the order in which they came',
  loading: 'Loading…',
  none: 'The phone has not been heard since the bench was started.',
  all: 'All',
  filter: 'Show only',
  protocols: { dhcp: 'DHCP', tftp: 'TFTP', http: 'HTTP', https: 'HTTPS', sip: 'SIP', syslog: 'Syslog', dns: 'DNS', ntp: 'Time' },
  directions: { in: 'from the phone', out: 'to the phone' },
  fromTo: 'From, to',
  download: 'Download for Wireshark',
  masked: 'Heads alone; secrets are starred out. Kept in memory until the bench is closed.',
  dropped: (count: number) => `${count.toLocaleString('en')} older ${count === 1 ? 'packet is' : 'packets are'} not kept any more.`,
} as const
