import { inMenu, type NormalSetting } from './shape.ts'

const ACTIONS = ['none', 'line', 'speedDial', 'blf', 'park', 'dnd', 'voicemail', 'intercom', 'pickup', 'forward'] as const

type Row = Pick<NormalSetting, 'key' | 'type' | 'label' | 'count'> & Partial<NormalSetting>

/** The four settings of one key, on the phone or on an expansion module. */
function ofOneKey(prefix: string, name: string, count: NormalSetting['count']): Row[] {
  return [
    {
      key: `${prefix}.action`,
      type: 'choice',
      label: `${name}: action`,
      help: 'What the key does. blf: shows whether the number is busy, and dials it; none: the key is empty.',
      choices: ACTIONS,
      count,
    },
    { key: `${prefix}.value`, type: 'text', label: `${name}: number`, help: 'Number or place the key dials, watches or parks at.', count },
    { key: `${prefix}.label`, type: 'text', label: `${name}: label`, help: 'What the screen shows beside the key.', count },
    {
      key: `${prefix}.line`,
      type: 'number',
      label: `${name}: line`,
      help: 'The line of the phone that the key uses. Empty: line 1.',
      min: 1,
      max: 100,
      count,
    },
  ]
}

export const KEYS = inMenu('keys', [
  ...ofOneKey('keys.{n}', 'Key {n}', 'keys'),
  ...ofOneKey('modules.{m}.keys.{n}', 'Module {m}, key {n}', 'moduleKeys'),
])
