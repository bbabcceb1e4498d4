/** One field of a packet, for people: its name, its number where it has one (a DHCP option), its value. */
export type ShownField = { code: number | null; name: string; value: string }

/** A packet in one line, and field by field. Never throws: what cannot be read is told as such. */
export type Shown = { summary: string; fields: ShownField[] }

export function field(name: string, value: string, code: number | null = null): ShownField {
  return { code, name, value }
}
