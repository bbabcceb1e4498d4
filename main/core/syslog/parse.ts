/** One message: severity 0 (emergency) to 7 (debug), facility 0 to 23 (RFC 5424 section 6.2.1), and what is left as one line of text. */
export type SyslogMessage = { facility: number; severity: number; text: string }

const MAX_CHARS = 600
/** A message without a priority counts as user.notice (RFC 3164 section 4.3.3). */
const DEFAULT_PRIORITY = 13

/** Reads anything; never throws. Time and host of the header are dropped: a phone's clock may be wrong, and its address says better who it is. */
export function parseSyslog(text: string): SyslogMessage {
  const head = /^<(\d{1,3})>/.exec(text)
  const given = head === null ? DEFAULT_PRIORITY : Number(head[1])
  const priority = given <= 191 ? given : DEFAULT_PRIORITY
  const rest = head === null ? text : text.slice(head[0].length)
  return { facility: priority >> 3, severity: priority & 7, text: oneLine(withoutHeader(rest)).slice(0, MAX_CHARS) }
}

/** `1 2026-11-24T08:00:00Z host app proc msgid [data] text` or `Nov 24 08:00:00 host text`; anything else stays whole. */
function withoutHeader(text: string): string {
  const modern = /^1 \S{1,64} \S{1,255} (\S{1,48}) \S{1,128} \S{1,32} (?:-|\[[^\]]{0,500}\]) ?/.exec(text)
  if (modern !== null) return `${modern[1] === '-' ? '' : `${modern[1]}: `}${text.slice(modern[0].length)}`
  const old = /^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S{1,255} /.exec(text)
  return old === null ? text : text.slice(old[0].length)
}

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]+/g, ' ').trim()
}
