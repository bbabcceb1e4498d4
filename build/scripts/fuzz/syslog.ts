import { receiveSyslog } from '../../../main/core/syslog/receive.ts'
import { ascii } from './inputs.ts'
import type { Fuzzed } from './parsers.ts'
import { fuzzWorld, NOW, PHONE } from './world.ts'

/** The reader and the rule: a note of bounded length, without line breaks. */
export async function fuzzSyslog(): Promise<Fuzzed> {
  const world = await fuzzWorld()
  return {
    samples: SAMPLES,
    feed(bytes) {
      const { effects } = receiveSyslog({ text: Buffer.from(bytes).toString('utf8'), peer: PHONE, dropped: 0 }, world, NOW)
      const [told] = effects
      if (told?.do !== 'note') return 'silence'
      const { level, text } = told.note
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
      if (text.length > 1500 || /[\u0000-\u001f]/.test(text)) throw new Error(`a note that no screen can show: ${JSON.stringify(text)}`)
      return level
    },
    kept: () => 0,
    most: 0,
  }
}

const SAMPLES = [
  ascii('<134>Nov 24 08:00:00 805ec0123456 sua: registration of 4200 failed: 403 Forbidden'),
  ascii('<11>1 2026-11-24T08:00:00.003Z host app 123 ID47 [x@1 a="b"] no route to registrar'),
  ascii('<190>GET http://user:password@10.66.0.1/cfg/805ec0123456.cfg Authorization: Basic dXNlcjpwYXNz'),
  ascii('no priority at all, but \xfcml\xe4uts\r\nand a second line'),
]
