import { describe, expect, test } from 'vitest'
import { COMMAND_NAMES } from '../../src/cli/main.ts'
import { picket } from './fake-io.ts'

describe('help', () => {
  test('lists every command', async () => {
    const { stdout, stderr, code } = await picket(['--help'])
    expect(code).toBe(0)
    expect(stderr).toBe('')
    for (const name of COMMAND_NAMES) expect(stdout).toMatch(new RegExp(`^ {2}${name} +\\S`, 'm'))
  })

  test.each(COMMAND_NAMES)('of %s has an example', async (name) => {
    const { stdout, stderr, code } = await picket([name, '--help'])
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
    expect(stdout).toMatch(new RegExp(`^Usage: picket ${name}`))
    expect(stdout).toMatch(new RegExp(`\\nExamples?:.*\\bpicket ${name}`, 's'))
  })

  test.each(COMMAND_NAMES)('of %s can also be asked for with help in front', async (name) => {
    expect(await picket(['help', name])).toEqual(await picket([name, '--help']))
  })

  test.each(['check', 'schema'])('of config %s has an example', async (name) => {
    const { stdout, code } = await picket(['config', name, '--help'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/\n {2}\$ .*picket config/)
  })

  test('without any word goes to stderr and is wrong usage', async () => {
    const { stdout, stderr, code } = await picket([])
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 })
    expect(stderr).toContain('Commands:')
  })

  test('of config without a command goes to stderr and is wrong usage', async () => {
    const { stdout, stderr, code } = await picket(['config'])
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 })
    expect(stderr).toContain('check')
  })
})

test.each(['--version', '-V'])('%s prints one line', async (word) => {
  const { stdout, code } = await picket([word])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^picket \d+\.\d+\.\d+\S*\n$/)
})

describe('wrong usage is one line on stderr and exit code 2', () => {
  test.each([
    [['analyse'], 'picket: unknown command "analyse"; did you mean "analyze"? (see picket --help)'],
    [['frobnicate'], expect.stringContaining('unknown command "frobnicate": expected one of ')],
    [['--frobnicate'], expect.stringContaining('unknown option "--frobnicate"')],
    [['help', 'analyse'], expect.stringContaining('did you mean "analyze"?')],
    [['analyze', '--fromat', 'json'], "picket: unknown option '--fromat' (Did you mean --format?)"],
    [
      ['analyze', '--format', 'xml'],
      expect.stringContaining("'xml' is invalid. Allowed choices are text, json, csv."),
    ],
    [['analyze', '--top', 'many'], expect.stringContaining('Expected a whole number')],
    [
      ['analyze', '--home-net', '10.0.0.0/33'],
      expect.stringContaining('"10.0.0.0/33" is no network'),
    ],
    [['analyze', '--now', 'yesterday'], expect.stringContaining('Expected a time as in')],
    [
      ['analyze', '--log-level', 'loud'],
      expect.stringContaining('Allowed choices are error, warn, info, debug.'),
    ],
    [['parse', 'a', 'b'], expect.stringContaining('too many arguments')],
    [
      ['parse', '--fields', 'src,dpr'],
      'picket: --fields: no field is called "dpr"; did you mean "dpt"?',
    ],
    [
      ['status', '--ip', 'example.org'],
      expect.stringContaining('Expected an IPv4 or IPv6 address.'),
    ],
    [['status', '--danger', '6'], expect.stringContaining('Expected a danger level from 0 to 5.')],
    [
      ['status', '--url', 'localhost:9744'],
      expect.stringContaining('Expected an address as in http://'),
    ],
    [['config', 'chekc'], expect.stringContaining("unknown command 'chekc' (Did you mean check?)")],
  ])('%j', async (words, message) => {
    const { stdout, stderr, code } = await picket(words)
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 })
    expect(stderr.endsWith('\n')).toBe(true)
    expect(stderr.trimEnd().split('\n')).toEqual([message])
  })
})

describe('options of every command', () => {
  test.each([
    [['--log-level', 'debug', 'config', 'check', '--config', 'gone.yaml']],
    [['--log-level=debug', 'config', 'check', '--config', 'gone.yaml']],
    [['config', 'check', '--config', 'gone.yaml', '--log-level', 'debug']],
  ])('may stand anywhere: %j', async (words) => {
    const { stderr, code } = await picket(words)
    expect(code).toBe(2)
    expect(stderr).toMatch(/^gone\.yaml: cannot be read: no such file\n.*\n {4}at /s)
  })

  test('show no stack otherwise', async () => {
    const { stderr } = await picket(['config', 'check', '--config', 'gone.yaml'])
    expect(stderr).toBe('gone.yaml: cannot be read: no such file\n')
  })
})

test('a reader that goes away ends the command quietly', async () => {
  const { stderr, code } = await picket(['config', 'schema'], { breakAfter: 0 })
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
})
