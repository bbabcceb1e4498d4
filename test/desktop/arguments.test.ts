import { expect, test } from 'vitest'
import { ownArguments } from '../../main/desktop/arguments.ts'

test.each<[string, string[], boolean, string[]]>([
  ['from source', ['/x/electron', '.', '--data', '/d'], false, ['--data', '/d']],
  ['packed', ['/x/option66', '--data', '/d'], true, ['--data', '/d']],
  [
    "Chromium's switches go",
    ['/x/electron', '.', '--no-sandbox', '--interface', 'lab0', '--disable-gpu', '--ozone-platform=wayland'],
    false,
    ['--interface', 'lab0'],
  ],
  ['what is neither stays, to be refused', ['/x/electron', '.', '--interfaces', 'lab0'], false, ['--interfaces', 'lab0']],
  ['nothing', ['/x/option66'], true, []],
])('own arguments: %s', (_, argv, isPackaged, expected) => {
  expect(ownArguments(argv, isPackaged)).toEqual(expected)
})
