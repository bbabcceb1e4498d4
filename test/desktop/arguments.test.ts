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
  ['switches before the app', ['/x/electron', '--no-sandbox', '/app', '--data', '/d'], false, ['--data', '/d']],
  [
    'ours that looks like one of them',
    ['/x/electron', '.', '--allow-default-route', 'eno1', '--allow-file-access'],
    false,
    ['--allow-default-route', 'eno1'],
  ],
  ['what is neither stays, to be refused', ['/x/electron', '.', '--interfaces', 'lab0'], false, ['--interfaces', 'lab0']],
  ['nothing', ['/x/option66'], true, []],
])('own arguments: %s', (_, argv, isPackaged, expected) => {
  expect(ownArguments(argv, isPackaged)).toEqual(expected)
})
