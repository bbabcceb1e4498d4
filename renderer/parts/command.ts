/** The command inside a hint, word for word, for the copy button. */
export function splitCommand(hint: string): { text: string; command: string | null } {
  const found = /^(.*?)[:\s]*((?:sudo|netsh|New-NetFirewallRule)\s.+)$/s.exec(hint)
  return found === null ? { text: hint, command: null } : { text: found[1] ?? '', command: found[2] ?? null }
}
