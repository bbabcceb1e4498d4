import { expect, it } from 'vitest'
import { sliceTemplate } from '../../../main/core/pack/slice.ts'
import { createEngine } from '../../../main/core/pack/template.ts'

/** Fields of keys that need not be known of keys which stay, where a template says this of each. */
function apartIn(body: string, around = (loop: string) => loop): string[] {
  const text = around(`{% for key in keys %}\n${body}\n{% endfor %}\n`)
  const slice = sliceTemplate(createEngine('ini', {}).parse(text), ({ root }) => root === 'keys')
  return [...(slice?.apart ?? [])].sort()
}

it.each([
  ['a line of its own', 'k.{{ key.index }} = {{ key.value }}', ['label', 'line', 'value']],
  ['by a name of this key', '{% assign own = key.value %}\nk = {{ own }}', ['label', 'line', 'value']],
  ['a name that the next key reads', 'k = {{ last }}\n{% assign last = key.value %}', ['label', 'line']],
  ['what decides', '{% if key.label %}\nk = {{ key.value }}\n{% endif %}', ['line', 'value']],
  ['a line that may vanish', '{{ key.label }}', ['line', 'value']],
  ['beside what is carried', 'k = {{ n }} {{ key.value }}\n{% assign n = n | append: key.index %}', ['label', 'line']],
  ['a field worked out', "{% assign f = 'value' %}\nk = {{ key[f] }}", []],
  ['a loop left early', 'k = {{ key.value }}\n{% if key.index == 2 %}\n{% break %}\n{% endif %}', []],
])('%s', (_, body, apart) => {
  expect(apartIn(body, (loop) => `{% assign last = '' %}\n{% assign n = '' %}\n${loop}`)).toEqual(apart)
})

it('nothing stays apart where another place reads a key', () => {
  expect(apartIn('k = {{ key.value }}', (loop) => `${loop}first = {{ keys.first.value }}\n`)).toEqual([])
  expect(apartIn('k = {{ key.value }}', (loop) => `some = {{ keys.size }}\n${loop}`)).toEqual(['label', 'line', 'value'])
})
