import { parser } from '@grafana/lezer-logql'
import { spawn, spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { picket } from '../helpers/cli.ts'
import { root } from '../helpers/fixtures.ts'
import { freePort } from '../helpers/prometheus.ts'
import { hasTool } from '../helpers/tools.ts'
import { parseAlloy, referencesIn } from './helpers/alloy.ts'
import type { Block, Value } from './helpers/alloy.ts'

// Not run by any test: Alloy, Promtail and Vector themselves, nor Vector's VRL. Their files are parsed, and what in them decides about
// lines (filters and regular expressions) is tried on lines.

const read = (name: string): string =>
  readFileSync(join(root, 'provisioning/shippers', name), 'utf8')

const ALLOY = [
  'alloy/file.alloy',
  'alloy/journal.alloy',
  'alloy/syslog.alloy',
  'alloy/compose.alloy',
] as const
const PROMTAIL = ['promtail/file.yaml', 'promtail/journal.yaml'] as const
const VECTOR = ['vector/file.yaml', 'vector/journal.yaml'] as const

const packet =
  'IN=eth0 OUT= MAC=02:00 SRC=192.0.2.1 DST=198.51.100.1 LEN=40 PROTO=TCP SPT=1 DPT=22 SYN URGP=0 '
const lines: readonly (readonly [
  line: string,
  host: string | undefined,
  time: string | undefined,
])[] = [
  [
    `2026-01-31T12:00:00.123456+00:00 fw1 kernel: [1.0] [UFW BLOCK] ${packet}`,
    'fw1',
    '2026-01-31T12:00:00.123456+00:00',
  ],
  [
    `2026-01-31T12:00:00Z fw-2.example kernel: DROP ${packet}`,
    'fw-2.example',
    '2026-01-31T12:00:00Z',
  ],
  [`Jan  3 12:00:00 fw3 kernel: [ 1.0] [INPUT DROP] ${packet}`, 'fw3', undefined],
  [`[UFW BLOCK] ${packet.replace('OUT=', 'OUT=eth1')}`, undefined, undefined],
]
const others = [
  'Jan  3 12:00:00 fw3 kernel: device eth0 entered promiscuous mode',
  'Jan  3 12:00:00 fw3 sshd[1]: Invalid user OUT= from 192.0.2.1 IN=',
  'Jan  3 12:00:00 fw3 CRON[1]: (root) CMD (true)',
]

/** What a shipper does with a line, out of its configuration. */
interface Rules {
  readonly keeps: RegExp
  readonly header?: RegExp
}

/** `{job="firewall"} !~ "…"`: lines that do not match are dropped, so those that match are kept. */
function selectorRules(selector: string): RegExp {
  let errors = 0
  parser.parse(selector).iterate({ enter: (node) => void (errors += node.type.isError ? 1 : 0) })
  expect({ selector, errors }).toEqual({ selector, errors: 0 })
  const [, pattern = ''] = /^\{job="firewall"\} !~ (".*")$/.exec(selector) ?? []
  return new RegExp(JSON.parse(pattern) as string)
}

/** Go and Rust name groups with a P. */
const goRegExp = (pattern: string): RegExp => new RegExp(pattern.replaceAll('(?P<', '(?<'))

const textOf = (value: Value | undefined): string => (typeof value === 'string' ? value : '')

const blockOf = (blocks: readonly Block[], name: string): Block => {
  const found = blocks.find((block) => block.name === name)
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found
}

function alloyRules(name: string): Rules {
  const stages = blockOf(parseAlloy(read(name)), 'loki.process').blocks
  const match = blockOf(stages, 'stage.match').attributes
  expect(match['action']).toBe('drop')
  const keeps = selectorRules(textOf(match['selector']))
  const regex = stages.find((stage) => stage.name === 'stage.regex')
  return regex === undefined
    ? { keeps }
    : { keeps, header: goRegExp(textOf(regex.attributes['expression'])) }
}

interface Promtail {
  readonly clients: readonly { readonly url: string }[]
  readonly scrape_configs: readonly {
    readonly static_configs?: readonly { readonly labels: Readonly<Record<string, string>> }[]
    readonly journal?: {
      readonly matches: string
      readonly labels: Readonly<Record<string, string>>
    }
    readonly relabel_configs?: readonly {
      readonly source_labels: readonly string[]
      readonly target_label: string
    }[]
    readonly pipeline_stages: readonly {
      readonly match?: { readonly selector: string; readonly action: string }
      readonly regex?: { readonly expression: string }
    }[]
  }[]
}

function promtailRules(name: string): Rules {
  const [scrape] = (parse(read(name)) as Promtail).scrape_configs
  const stages = scrape?.pipeline_stages ?? []
  const match = stages.find((stage) => stage.match !== undefined)?.match
  expect(match?.action).toBe('drop')
  const keeps = selectorRules(match?.selector ?? '')
  const expression = stages.find((stage) => stage.regex !== undefined)?.regex?.expression
  return expression === undefined ? { keeps } : { keeps, header: goRegExp(expression) }
}

interface Vector {
  readonly sources: Readonly<Record<string, { readonly type: string }>>
  readonly transforms: Readonly<
    Record<
      string,
      {
        readonly type: string
        readonly inputs: readonly string[]
        readonly condition?: string
        readonly source?: string
      }
    >
  >
  readonly sinks: Readonly<
    Record<
      string,
      {
        readonly type: string
        readonly inputs: readonly string[]
        readonly labels: Readonly<Record<string, string>>
      }
    >
  >
}

function vectorRules(name: string): Rules {
  const { transforms } = parse(read(name)) as Vector
  const [, pattern = ''] =
    /^match\(string!\(\.message\), r'([^']+)'\)$/.exec(transforms['firewall']?.condition ?? '') ??
    []
  return { keeps: goRegExp(pattern) }
}

function rsyslogRules(name: string): Rules {
  const [, pattern = ''] = /re_match\(\$msg, '([^']+)'\)/.exec(read(name)) ?? []
  return { keeps: new RegExp(pattern) }
}

const all: readonly (readonly [string, () => Rules])[] = [
  ...ALLOY.map((name) => [name, () => alloyRules(name)] as const),
  ...PROMTAIL.map((name) => [name, () => promtailRules(name)] as const),
  ...VECTOR.map((name) => [name, () => vectorRules(name)] as const),
  ...['rsyslog/firewall.conf', 'rsyslog/forward.conf'].map(
    (name) => [name, () => rsyslogRules(name)] as const,
  ),
]

describe.each(all)('%s', (_, rules) => {
  test('ships lines of packets and nothing else', () => {
    const { keeps } = rules()
    for (const [line] of lines)
      expect({ line, keeps: keeps.test(line) }).toEqual({ line, keeps: true })
    for (const line of others)
      expect({ line, keeps: keeps.test(line) }).toEqual({ line, keeps: false })
  })

  test('finds host and time where the line has them', () => {
    const { header } = rules()
    if (header === undefined) return
    for (const [line, host, time] of lines) {
      const groups = header.exec(line)?.groups
      expect({ line, host: groups?.['host'], time: groups?.['time'] }).toEqual({ line, host, time })
    }
  })
})

describe('what is shipped', () => {
  test('of these lines is what picket takes for packets', () => {
    const input = [...lines.map(([line]) => line), ...others].join('\n')
    const { stdout } = picket(['parse', '-'], { input })
    const results = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { result?: string }).result)
    expect(results.slice(0, lines.length)).toEqual(lines.map(() => 'packet'))
    expect(results.slice(lines.length)).not.toContain('packet')
  })
})

describe.each(ALLOY)('%s', (name) => {
  const components = parseAlloy(read(name))

  test('hands lines to components that it has', () => {
    const exports = components.map((component) => `${component.name}.${component.label ?? ''}`)
    for (const { attributes } of components)
      for (const reference of Object.values(attributes).flatMap(referencesIn)) {
        const [, component = ''] =
          /^((?:\w+\.)+\w+)\.(?:receiver|targets|rules)$/.exec(reference) ?? []
        if (component !== '') expect(exports).toContain(component)
        else expect(reference).toMatch(/^(coalesce|sys\.env|constants\.hostname)$/)
      }
  })

  test('labels lines with job="firewall" and the host', () => {
    const text = read(name)
    expect(text).toMatch(/\bjob\s*= "firewall"/)
    expect(text).toMatch(/target_label\s*= "host"|values = \{ host = "" \}/)
    expect(blockOf(components, 'loki.write').blocks[0]?.name).toBe('endpoint')
    expect(text).toContain('/loki/api/v1/push"')
  })
})

describe.each(PROMTAIL)('%s', (name) => {
  test('labels lines with job="firewall" and the host, and pushes to where Loki and Picket listen', () => {
    const { clients, scrape_configs } = parse(read(name)) as Promtail
    const [scrape] = scrape_configs
    expect(clients[0]?.url).toBe('${LOKI_URL:-http://loki:3100}/loki/api/v1/push')
    const labels = scrape?.static_configs?.[0]?.labels ?? scrape?.journal?.labels
    expect(labels?.['job']).toBe('firewall')
    const hasHost =
      labels?.['host'] !== undefined ||
      scrape?.relabel_configs?.some(({ target_label }) => target_label === 'host')
    expect(hasHost).toBe(true)
    // -config.expand-env=true takes every other dollar for a variable.
    expect(read(name).replaceAll(/\$\{[A-Z_]+:-[^}]*\}/g, '')).not.toContain('$')
  })
})

describe.each(VECTOR)('%s', (name) => {
  test('is a chain from the source to Loki, with labels that every version takes', () => {
    const { sources, transforms, sinks } = parse(read(name)) as Vector
    const known = [...Object.keys(sources), ...Object.keys(transforms)]
    for (const { inputs } of [...Object.values(transforms), ...Object.values(sinks)])
      for (const input of inputs) expect(known).toContain(input)
    expect(sinks['loki']?.labels).toEqual({ job: 'firewall', host: 'fw1' })
    const code = read(name).replaceAll(/^ *#.*$/gm, '')
    expect(code).not.toMatch(/\$\{|\{\{/)
  })
})

describe.runIf(hasTool('rsyslogd'))('rsyslogd', () => {
  test.each(['firewall.conf', 'forward.conf'])('understands %s', (name) => {
    const { status, stderr } = spawnSync(
      'rsyslogd',
      ['-N1', '-f', join(root, 'provisioning/shippers/rsyslog', name)],
      { encoding: 'utf8' },
    )
    const problems = stderr.split('\n').filter((line) => /error|warning|invalid/i.test(line))
    expect({ status, problems }).toEqual({ status: 0, problems: [] })
  })

  test('writes firewall lines, and none besides, to a file of their own as firewall.conf says', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'picket-rsyslog-'))
    const log = join(folder, 'firewall/firewall.log')
    const port = await freePort()
    writeFileSync(
      join(folder, 'rsyslog.conf'),
      `module(load="imudp")
input(type="imudp" address="127.0.0.1" port="${port}")
${read('rsyslog/firewall.conf')
  .replaceAll('/var/log/firewall/firewall.log', log)
  .replace(/ (fileGroup|dirGroup)="adm"/g, '')}`,
    )
    const child = spawn(
      'rsyslogd',
      ['-n', '-f', join(folder, 'rsyslog.conf'), '-i', join(folder, 'pid')],
      { stdio: 'ignore' },
    )
    const ended = once(child, 'exit')
    const socket = createSocket('udp4')
    const sent = [
      `<4>Jan  3 12:00:00 fw3 kernel: [    1.000000] [UFW BLOCK] ${packet}`,
      '<4>Jan  3 12:00:00 fw3 kernel: [    1.100000] device eth0 entered promiscuous mode',
      // Not of the kernel: anybody may write what looks like a packet.
      `<38>Jan  3 12:00:00 fw3 sshd[1]: ${packet}`,
    ]
    let text = ''
    // Until it listens, what is sent is lost.
    for (let tries = 0; tries < 100 && text === '' && child.exitCode === null; tries++) {
      for (const line of sent) socket.send(line, port, '127.0.0.1')
      await sleep(100)
      text = existsSync(log) ? readFileSync(log, 'utf8') : ''
    }
    socket.close()
    child.kill('SIGTERM')
    await ended
    const written = new Set(readFileSync(log, 'utf8').trimEnd().split('\n'))
    rmSync(folder, { recursive: true })
    expect(written.size).toBe(1)
    const [line = ''] = written
    expect(line).toMatch(
      /^\d{4}-01-03T12:00:00[+-]\d\d:\d\d fw3 kernel: \[ {4}1\.000000\] \[UFW BLOCK\] IN=eth0 OUT= /,
    )
    expect(alloyRules('alloy/file.alloy').header?.exec(line)?.groups).toMatchObject({ host: 'fw3' })
    expect(picket(['parse', '-'], { input: line }).stdout).toContain('"result":"packet"')
  })
})
