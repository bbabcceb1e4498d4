import { COMPANY, inMenu } from './shape.ts'

/** Where the phone gets its configuration once it left the bench, and when it looks again. At the bench all of it is ours. */
export const PROVISIONING = inMenu('provisioning', [
  {
    key: 'provisioning.url',
    type: 'url',
    label: 'Production URL',
    help: 'Where the phone fetches its configuration after it left the bench. Without it no phone gets ready.',
    layers: COMPANY,
  },
  {
    key: 'provisioning.repeatMinutes',
    type: 'number',
    label: 'Looks for a new configuration every',
    help: 'Holds from departure on. Short times load the central store: 1440 is once a day.',
    default: 1440,
    min: 15,
    max: 43200,
    unit: 'min',
    layers: COMPANY,
  },
  {
    key: 'provisioning.resyncAt',
    type: 'time',
    label: 'Looks for a new configuration at',
    help: 'Time of day on the clock of the phone, as 03:30. Holds from departure on.',
    layers: COMPANY,
  },
  {
    key: 'provisioning.pnp',
    type: 'boolean',
    label: 'Asks for a server by SIP multicast (PnP)',
    help: 'Holds from departure on; at the bench it is always off.',
    default: false,
    layers: COMPANY,
  },
  {
    key: 'provisioning.zeroTouch',
    type: 'boolean',
    label: "Asks the vendor's redirect service",
    help: 'Holds from departure on; at the bench it is always off.',
    default: false,
    layers: COMPANY,
  },
  {
    key: 'provisioning.tokenless',
    type: 'boolean',
    label: 'Gives SIP passwords to phones that can take no token',
    help: 'Whoever knows the MAC of such a phone can fetch its passwords while its window is open. Off: these phones get their firmware and their settings, and no account.',
    default: false,
    layers: ['profile'],
  },
  {
    key: 'provisioning.dhcpServer',
    type: 'boolean',
    label: "Takes its server from DHCP at the customer's site",
    help: 'Holds from departure on. Off: nobody on that LAN can send the phone elsewhere.',
    default: false,
    layers: COMPANY,
  },
])
