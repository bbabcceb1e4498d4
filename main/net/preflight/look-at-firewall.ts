import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import type { FirewallFact, System } from '../../core/preflight/facts.ts'

/** The firewall that this system says is on, as far as this user may know; null = none was found. */
export async function lookAtFirewall(system: System, name: string | null, signal: AbortSignal): Promise<FirewallFact | null> {
  switch (system) {
    case 'linux':
      return onLinux(name, signal)
    case 'macos': {
      const state = await run('/usr/libexec/ApplicationFirewall/socketfilterfw', ['--getglobalstate'], signal)
      return state.text.includes('enabled') ? { name: 'macos', isOpen: null } : null
    }
    case 'windows': {
      const state = await run('netsh', ['advfirewall', 'show', 'currentprofile', 'state'], signal)
      if (!/\bON\b/i.test(state.text)) return null
      const rule = await run('netsh', ['advfirewall', 'firewall', 'show', 'rule', 'name=Option66'], signal)
      return { name: 'windows', isOpen: rule.code === 0 }
    }
  }
}

async function onLinux(name: string | null, signal: AbortSignal): Promise<FirewallFact | null> {
  const ufw = await readFile('/etc/ufw/ufw.conf', 'utf8').catch(() => '')
  if (/^ENABLED=yes/im.test(ufw)) return { name: 'ufw', isOpen: null } // its rules are root's to read
  const state = await run('firewall-cmd', ['--state'], signal)
  if (state.code === 0) {
    const zone = name === null ? null : (await run('firewall-cmd', [`--get-zone-of-interface=${name}`], signal)).text.trim()
    return { name: 'firewalld', isOpen: zone === 'trusted' }
  }
  const nft = await run('systemctl', ['is-active', 'nftables'], signal)
  return nft.text.trim() === 'active' ? { name: 'nftables', isOpen: null } : null
}

/** A program that is not there is one that says nothing. */
function run(program: string, words: readonly string[], signal: AbortSignal): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    execFile(program, words, { signal, timeout: 1500, windowsHide: true }, (error, out) => {
      resolve({ code: error === null ? 0 : 1, text: String(out) })
    })
  })
}
