/** The form of a new work order: text as typed. */
export type OrderDraft = {
  id: string
  name: string
  group: string | null
  profile: string | null
  hours: string
  firmwareOnly: boolean
  models: string
  macs: string
}

export const BLANK: OrderDraft = { id: '', name: '', group: null, profile: null, hours: '', firmwareOnly: false, models: '', macs: '' }

/** `20 T46U` or `20 x T46U`, one a line. A line that is none is told as it stands. */
export function readModels(text: string): { models: { model: string; count: number }[]; bad: string | null } {
  const models: { model: string; count: number }[] = []
  for (const line of linesOf(text)) {
    const match = /^(\d{1,5})\s*[x×]?\s+(\S.*)$/i.exec(line)
    const count = Number(match?.[1])
    if (match?.[2] === undefined || count < 1) return { models: [], bad: line }
    models.push({ model: match[2].trim(), count })
  }
  return { models, bad: null }
}

/** What goes to the bench. Text whose first line names the column `mac` is a CSV, anything else one MAC a line. */
export function inputOf(draft: OrderDraft, models: { model: string; count: number }[]) {
  const hours = Number(draft.hours.replace(',', '.'))
  const lines = linesOf(draft.macs)
  const isCsv = lines[0] !== undefined && /(^|[,;\t])\s*"?mac"?\s*([,;\t]|$)/i.test(lines[0])
  return {
    id: draft.id.trim(),
    ...(draft.name.trim() === '' ? {} : { name: draft.name.trim() }),
    ...(draft.group === null ? {} : { group: draft.group }),
    ...(draft.profile === null ? {} : { profile: draft.profile }),
    ...(draft.firmwareOnly ? { firmwareOnly: true } : {}),
    ...(draft.hours.trim() === '' || !(hours > 0) ? {} : { windowMinutes: Math.max(1, Math.round(hours * 60)) }),
    ...(models.length === 0 ? {} : { models }),
    ...(lines.length === 0 ? {} : isCsv ? { csv: draft.macs } : { phones: lines }),
  }
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}
