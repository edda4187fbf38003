import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import type { LoadOptions } from '../../src/config/load.ts'
import { configText } from '../../src/config/print.ts'
import { ConfigError, formatIssue } from '../../src/errors.ts'

function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'picket-load-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

const load = (options: Partial<LoadOptions> = {}) =>
  loadConfig({ env: {}, cwd: options.cwd ?? folderWith(), require: false, ...options })

async function problems(options: Partial<LoadOptions>): Promise<string[]> {
  const error: unknown = await load(options).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(ConfigError)
  return (error as ConfigError).issues.map(formatIssue)
}

describe('where the configuration comes from', () => {
  test('is the defaults when there is no file', async () => {
    const { config, file } = await load()
    expect(file).toBeUndefined()
    expect(config).toMatchObject({
      stateDir: './picket-state',
      http: { listen: '127.0.0.1:9744', push: false },
      homeNet: ['any'],
      detection: { profile: 'picket', scanTimeout: 3_600_000 },
      sources: [],
      sinks: [],
    })
  })

  test('is picket.yaml in the working folder', async () => {
    const { config, file } = await load({ cwd: folderWith({ 'picket.yaml': 'stateDir: here\n' }) })
    expect(file).toBe('picket.yaml')
    expect(config.stateDir).toBe('here')
  })

  test('is the named file instead of picket.yaml', async () => {
    const cwd = folderWith({ 'picket.yaml': 'stateDir: here\n', 'other.yaml': 'stateDir: there\n' })
    expect((await load({ cwd, file: 'other.yaml' })).config.stateDir).toBe('there')
  })

  test('must be there if it is named', async () => {
    expect(await problems({ file: 'gone.yaml' })).toEqual([
      'gone.yaml: cannot be read: no such file',
    ])
  })

  test('cannot be a folder', async () => {
    const cwd = folderWith()
    mkdirSync(join(cwd, 'picket.yaml'))
    expect(await problems({ cwd })).toEqual(['picket.yaml: cannot be read: it is a directory'])
  })

  test('must be there for commands that run on it', async () => {
    expect(await problems({ require: true })).toEqual([
      expect.stringMatching(/^no configuration: expected --config FILE.*picket init/),
    ])
  })

  test('must name an input for commands that run on it', async () => {
    const cwd = folderWith({ 'picket.yaml': 'stateDir: x\n' })
    expect(await problems({ cwd, require: true })).toEqual([
      expect.stringMatching(/^picket\.yaml:1:1 sources: no input/),
    ])
  })

  test('is content with the push endpoint as the only input', async () => {
    const cwd = folderWith({ 'picket.yaml': 'http: { push: true }\n' })
    expect((await load({ cwd, require: true })).config.sources).toMatchObject([
      { type: 'push', name: 'push' },
    ])
  })
})

describe('precedence', () => {
  test('is file, environment, --set, flags, the last one winning', async () => {
    const cwd = folderWith({
      'picket.yaml': 'stateDir: file\nhomeNet: [10.0.0.0/8]\ntime: { zone: +01:00 }\n',
    })
    const env = {
      PICKET_STATEDIR: 'env',
      PICKET_HOMENET: '[10.1.0.0/16]',
      PICKET_DETECTION__SCANTIMEOUT: '2m',
    }
    const set = ['homeNet=[10.2.0.0/16]', 'detection.scanTimeout=3m']
    const flags = [{ path: ['homeNet'], origin: '--home-net', value: ['10.3.0.0/16'] }]
    const { config } = await load({ cwd, env, set, flags })
    expect(config.time.zone).toBe('+01:00')
    expect(config.stateDir).toBe('env')
    expect(config.detection.scanTimeout).toBe(180_000)
    expect(config.homeNet).toEqual(['10.3.0.0/16'])
  })

  test('lets later settings win over earlier ones', async () => {
    const { config } = await load({ set: ['stateDir=a', 'stateDir=b'] })
    expect(config.stateDir).toBe('b')
  })
})

describe('environment variables', () => {
  test.each([
    ['PICKET_HOMENET', '10.0.0.0/8', (c: Config) => c.homeNet, ['10.0.0.0/8']],
    [
      'PICKET_HOMENET',
      '[10.0.0.0/8, 2001:db8::/32]',
      (c: Config) => c.homeNet,
      ['10.0.0.0/8', '2001:db8::/32'],
    ],
    ['PICKET_LIMITS__METRICSTOPN', '7', (c: Config) => c.limits.metricsTopN, 7],
    ['PICKET_DETECTION__PERSISTENCE', 'true', (c: Config) => c.detection.persistence, true],
    [
      'PICKET_DETECTION__DANGERLEVELS',
      '[1, 2, 3, 4, 5]',
      (c: Config) => c.detection.dangerLevels,
      [1, 2, 3, 4, 5],
    ],
    [
      'PICKET_DETECTION__DANGERLEVELS__0',
      '2',
      (c: Config) => c.detection.dangerLevels[0],
      undefined,
    ],
    ['PICKET_HTTP__LISTEN', "'[::]:1'", (c: Config) => c.http.listen, '[::]:1'],
    ['PICKET_HTTP__TOKEN', '0123', (c: Config) => c.http.token, '0123'],
    ['PICKET_HTTP__TOKEN', 'a #b: c', (c: Config) => c.http.token, 'a #b: c'],
    ['PICKET_TIME', '{ zone: +02:00 }', (c: Config) => c.time.zone, '+02:00'],
  ])('%s=%s', async (name, value, read, expected) => {
    if (expected === undefined) {
      expect(await problems({ env: { [name]: value } })).toHaveLength(1)
      return
    }
    expect(read((await load({ env: { [name]: value } })).config)).toEqual(expected)
  })

  test('can describe a whole input, in any order', async () => {
    const env = {
      PICKET_SOURCES__0__URL: 'http://loki:3100/',
      PICKET_SOURCES__0__TYPE: 'loki',
      PICKET_SOURCES__0__QUERY: '{job="firewall"} |= "SRC="',
      PICKET_SOURCES__0__SETTLE: '1s',
      PICKET_SOURCES__0__HEADERS__X_TEAM: 'net',
      PICKET_SOURCES__1__TYPE: 'stdin',
    }
    const { config } = await load({ env })
    expect(config.sources).toMatchObject([
      {
        name: 'loki',
        type: 'loki',
        url: 'http://loki:3100',
        query: '{job="firewall"} |= "SRC="',
        settle: 1000,
        headers: { x_team: 'net' },
      },
      { name: 'stdin', type: 'stdin' },
    ])
  })

  test('change one key of an input in the file', async () => {
    const cwd = folderWith({
      'picket.yaml': 'sources:\n  - { type: loki, url: http://a, query: "{a=\\"b\\"}" }\n',
    })
    const { config } = await load({ cwd, env: { PICKET_SOURCES__0__URL: 'http://b' } })
    expect(config.sources).toMatchObject([{ url: 'http://b', query: '{a="b"}' }])
  })

  test('that are misspelt are errors, those of the tests are not', async () => {
    const env = {
      PICKET_HOMENETS: 'any',
      PICKET_FIXTURES: 'x',
      PICKET_TEST_LOKI_URL: 'x',
      PICKET_KILLS: '3',
    }
    expect(await problems({ env })).toEqual([
      'PICKET_HOMENETS: no configuration key is called "HOMENETS"; did you mean "HOMENET"?',
    ])
  })

  test('are named when their value is wrong', async () => {
    expect(await problems({ env: { PICKET_LIMITS__SOURCES: 'many' } })).toEqual([
      'PICKET_LIMITS__SOURCES: limits.sources: "many" does not fit: expected a number',
    ])
  })

  test('cannot leave gaps in a list', async () => {
    expect(await problems({ env: { PICKET_SOURCES__3__TYPE: 'stdin' } })).toEqual([
      'PICKET_SOURCES__3__TYPE: there is no sources.3: expected an index from 0 to 0',
    ])
  })
})

type Config = Awaited<ReturnType<typeof load>>['config']

describe('--set', () => {
  test.each([
    [
      'stateDir',
      '--set: "stateDir" is no setting: expected key.path=value, as in detection.scanTimeout=10m',
    ],
    ['=x', '--set: "=x" is no setting: expected key.path=value, as in detection.scanTimeout=10m'],
    [
      'detection.scantimeout=5m',
      '--set: detection.scantimeout: unknown key; did you mean "scanTimeout"?',
    ],
    ['homeNet=[a', expect.stringMatching(/^--set: "\[a" is no YAML value: /)],
    ['__proto__.polluted=1', expect.stringMatching(/^--set: __proto__: unknown key/)],
  ])('%s is refused', async (setting, message) => {
    expect(await problems({ set: [setting] })).toEqual([message])
    expect({}).not.toHaveProperty('polluted')
  })

  test('keeps everything behind the first equals sign', async () => {
    const { config } = await load({
      set: ['sources.0={ type: loki, url: http://x, query: "x" }', 'sources.0.query={a="b=c"}'],
    })
    expect(config.sources).toMatchObject([{ query: '{a="b=c"}' }])
  })
})

test('all problems are reported together, in the order of the file', async () => {
  const cwd = folderWith({
    'picket.yaml':
      'homeNet: [x]\nlimits: { sources: 0 }\nsources:\n  - { type: loki, urll: a }\nhtpp: {}\n',
  })
  const found = await problems({ cwd, set: ['stateDir='], env: { PICKET_NOPE: '1' } })
  expect(found.map((line) => line.split(': ')[0])).toEqual([
    'picket.yaml:1:11 homeNet.0',
    'picket.yaml:2:20 limits.sources',
    'picket.yaml:4:5 sources.0.url',
    'picket.yaml:4:5 sources.0.query',
    'picket.yaml:4:19 sources.0.urll',
    'picket.yaml:5:1 htpp',
    'PICKET_NOPE',
    '--set',
  ])
})

test('components without a name get their type, made unique', async () => {
  const { config } = await load({
    set: [
      'sinks=[{ type: stdout }, { type: stdout }, { type: stdout, name: stdout-2 }, { type: stdout, name: x }]',
    ],
  })
  expect(config.sinks.map(({ name }) => name)).toEqual(['stdout', 'stdout-3', 'stdout-2', 'x'])
})

test('secrets never show: not when printed, not in messages', async () => {
  const source =
    '{ type: loki, url: "http://me:hush@loki", query: q, token: hush, headers: { X-Key: hush } }'
  const printed = configText(
    (await load({ set: [`sources=[${source}]`, 'http.token=hush'] })).config,
  )
  expect(printed).not.toContain('hush')
  expect(printed.match(/\*\*\*/g)).toHaveLength(4)
  expect(await problems({ set: ['http={ token: [hush] }'] })).toEqual([
    '--set: http.token: the value does not fit: expected text',
  ])
})

test('a file that explodes through aliases is refused', async () => {
  const level = (n: number) =>
    `a${n}: &a${n} [${Array(10)
      .fill(`*a${n - 1}`)
      .join(', ')}]\n`
  const text = `a0: &a0 [x, x]\n${[1, 2, 3, 4, 5, 6, 7].map(level).join('')}`
  expect(await problems({ cwd: folderWith({ 'picket.yaml': text }) })).toEqual([
    expect.stringMatching(/^picket\.yaml: .*alias/i),
  ])
})
