import { lateMac, neighbours, prefixWalk } from './attacks/guess.ts'
import { poisoning, replay, rotation, stolenUrl } from './attacks/token.ts'
import { forgedNotify, tftpGrab, traversal } from './attacks/wire.ts'
import type { AttackResult, DrillTarget } from './target.ts'

/** Attacks seen in use or published, in the order they are played: those that guess come last, because they leave a lock behind. */
export const ATTACKS = [
  'late MAC',
  'replay after first contact',
  'stolen URL',
  'token reuse after rotation',
  'config poisoning by PUT',
  'TFTP grab',
  'path traversal',
  'forged NOTIFY',
  'prefix walk',
  '4,096 neighbours',
] as const

/** Plays all attacks, or those named, against a bench that runs. An attack that breaks off is not refused: it proves nothing. `told` hears of each as it ends. */
export async function runDrill(
  target: DrillTarget,
  told: (result: AttackResult) => void = () => undefined,
  only: readonly string[] = ATTACKS,
): Promise<AttackResult[]> {
  const results: AttackResult[] = []
  for (const attack of ATTACKS.filter((one) => only.includes(one))) {
    const result = await play(attack, target).catch((fault: unknown): AttackResult => {
      const why = fault instanceof Error ? fault.message : String(fault)
      return { attack, refused: null, evidence: [`broke off: ${why}`] }
    })
    results.push(result)
    told(result)
  }
  return results
}

async function play(attack: (typeof ATTACKS)[number], target: DrillTarget): Promise<AttackResult> {
  const { http, sip, tftp } = target
  const off = (service: string): AttackResult => ({ attack, refused: null, evidence: [`${service} is off on this bench`] })
  if (http === null) return off('HTTP')
  switch (attack) {
    case 'late MAC':
      return lateMac(target, http)
    case 'replay after first contact':
      return replay(target, http)
    case 'stolen URL':
      return stolenUrl(target, http)
    case 'token reuse after rotation':
      return rotation(target, http)
    case 'config poisoning by PUT':
      return poisoning(target, http)
    case 'TFTP grab':
      return tftp === null ? off('TFTP') : tftpGrab(target, http, tftp)
    case 'path traversal':
      return traversal(target, http, tftp)
    case 'forged NOTIFY':
      return sip === null ? off('SIP') : forgedNotify(target, http, sip)
    case 'prefix walk':
      return prefixWalk(target, http)
    case '4,096 neighbours':
      return neighbours(target, http)
  }
}

/** `refused         late MAC` and its evidence; NOT REFUSED stands out. */
export function drillLines({ attack, evidence, refused }: AttackResult): string[] {
  const word = refused === null ? 'not run' : refused ? 'refused' : 'NOT REFUSED'
  return [`${word.padEnd(12)} ${attack}`, ...evidence.map((line) => `${' '.repeat(13)}${line}`)]
}
