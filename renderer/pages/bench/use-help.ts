import { useState } from 'react'
import { useBench } from '../../app/bench-context.ts'
import { useMe } from '../../app/use-me.ts'
import { attempt, type Refused } from '../../client/refused.ts'
import { acts, openedAtBoard } from '../../words/text.ts'
import type { Attention, Help } from './attention.ts'
import { openPhone } from './open-phone.ts'
import { useServing } from './use-serving.ts'

const WINDOW_MINUTES = 60

/** What the one button says; null = nothing to press, the words say it all. */
export function helpWords(help: Help): string | null {
  switch (help.kind) {
    case 'claim':
      return help.macs.length === 1 ? acts.claim : acts.claimAll(help.macs.length)
    case 'open':
      return help.macs.length === 1 ? acts.open : acts.openAll(help.macs.length)
    case 'reason':
      return acts.reason
    case 'show':
      return acts.show
    case 'line':
      return acts.line
    case 'list':
      return acts.showAll
    case 'start':
      return acts.start
    case 'interfaces':
      return acts.interfaces
    case 'mend':
      return acts.copy
    case 'none':
      return null
  }
}

/** The call behind a button; nobody is offered what would only be refused. */
const CALLS: Readonly<Partial<Record<Help['kind'], string>>> = {
  claim: 'devices.claim',
  open: 'devices.openWindow',
  reason: 'devices.openWindow',
  line: 'devices.claim',
  start: 'bench.start',
  interfaces: 'bench.interfaces',
}

/** Presses that button. A refusal comes back for the card to say in its own place. */
export function useHelp(card: Attention) {
  const bench = useBench()
  const me = useMe()
  const serving = useServing()
  const [isBusy, setBusy] = useState(false)
  const [isCopied, setCopied] = useState(false)
  const [refused, setRefused] = useState<Refused | null>(null)
  const each = async (macs: readonly string[], call: (mac: string) => Promise<unknown>) => {
    setBusy(true)
    const results = await Promise.all(macs.map((mac) => attempt(call(mac))))
    setBusy(false)
    setRefused(results.find((result) => !result.ok)?.refused ?? null)
  }
  const press = async (): Promise<void> => {
    const { client, ui } = bench
    const { help } = card
    switch (help.kind) {
      case 'claim':
        return each(help.macs, (mac) => client.devices.claim({ mac }))
      case 'open':
        return each(help.macs, (mac) => client.devices.openWindow({ mac, minutes: WINDOW_MINUTES, reason: openedAtBoard }))
      case 'show':
      case 'line':
        return openPhone(bench, help.mac)
      case 'reason':
        return openPhone(bench, help.mac, true)
      case 'list':
        return ui.getState().open({ kind: 'problems', key: card.key })
      case 'start':
        return serving.start(null)
      case 'interfaces':
        return ui.getState().open({ kind: 'interfaces', refused: null })
      case 'mend':
        await navigator.clipboard.writeText(help.command).then(
          () => setCopied(true),
          () => undefined,
        ) // where copying is not allowed the command can be read and typed
        return
      case 'none':
        return
    }
  }
  const needs = CALLS[card.help.kind]
  const isAllowed = needs === undefined || me?.may.includes(needs) === true
  const label = isCopied ? acts.copied : isAllowed ? helpWords(card.help) : null
  return { isBusy: isBusy || serving.isBusy, label, press, refused }
}
