export const sound = {
  on: 'Sound on',
  off: 'Muted',
  help: 'A short sound when a phone is newly held; this browser remembers the switch',
}
