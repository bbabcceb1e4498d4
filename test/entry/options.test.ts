import { describe, expect, test } from 'vitest'
import { BENCH_OPTIONS } from '../../main/entry/bench-options.ts'
import { helpText, hostPort, port, range, readOptions, UsageError } from '../../main/entry/options.ts'

const read = (args: string[], env: Record<string, string> = {}) => readOptions(BENCH_OPTIONS, args, env)

describe('options', () => {
  test('arguments win over the environment', () => {
    const given = read(['--http-port', '8080'], { OPTION66_HTTP_PORT: '81', OPTION66_DHCP_PORT: '6767' })
    expect([port(given, 'http-port', 80), port(given, 'dhcp-port', 67), port(given, 'tftp-port', 69)]).toEqual([8080, 6767, 69])
  })
  test.each([
    ['--http-port', '70000'],
    ['--http-port', 'x'],
    ['--http-port', '-1'],
  ])('%s %s is refused', (name, value) => {
    expect(() => port(read([`${name}=${value}`]), 'http-port', 80)).toThrow(UsageError)
  })
  test('an unknown option is refused', () => {
    expect(() => read(['--interfase', 'lab0'])).toThrow(UsageError)
  })
  test('packs may be repeated', () => {
    expect(read(['--packs', 'a', '--packs', 'b']).list('packs')).toEqual(['a', 'b'])
  })
  test('ranges and hosts', () => {
    expect(range('10.0.0.1 - 10.0.0.9', 'pool')).toEqual({ from: '10.0.0.1', to: '10.0.0.9' })
    expect(() => range('10.0.0.1', 'pool')).toThrow(UsageError)
    expect(hostPort('[::1]:6600', 'ui')).toEqual({ host: '::1', port: 6600 })
    expect(() => hostPort('6600', 'ui')).toThrow(UsageError)
  })
  test('help names every option', () => {
    const text = helpText('bench', '', BENCH_OPTIONS)
    for (const { name } of BENCH_OPTIONS) expect(text).toContain(`--${name}`)
  })
})
