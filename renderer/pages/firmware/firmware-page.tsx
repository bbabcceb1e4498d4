export function FirmwarePage() {
  return null
}
