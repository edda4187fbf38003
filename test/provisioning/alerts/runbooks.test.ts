import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HEALTH_CHECKS } from '../../../processor/src/core/health/checks.ts'
import { createMetrics } from '../../../processor/src/telemetry/metrics.ts'
import { picket } from '../../helpers/cli.ts'
import { root } from '../../helpers/fixtures.ts'
import { parseLogql, parsePromql } from './parse.ts'
import { picketCommands, readRunbook } from './runbook.ts'
import { ALERTS, GRAFANA_RULES, provisioned, RECORDING_RULES, rulesOf } from './source.ts'

const SECTIONS = ['What it means', 'Why it fires', 'Check', 'Do', 'Tune']
const runbooks = join(root, 'docs/runbooks')
const pages = readdirSync(runbooks)
  .filter((file) => file !== 'README.md')
  .map((file) => ({ file, text: readFileSync(join(runbooks, file), 'utf8') }))
  .map(({ file, text }) => [file, { text, page: readRunbook(text) }] as const)
const overview = readFileSync(join(runbooks, 'README.md'), 'utf8')
const names = ALERTS.map(({ name }) => name)

const metrics = new Set(
  createMetrics({ version: '1', now: () => 0 })
    .registry.getMetricsAsArray()
    .map(({ name }) => name),
)
const recorded = new Set(rulesOf(RECORDING_RULES).map(({ record }) => record))

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'picket-runbooks-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('every alert has a page, and every page an alert', () => {
  expect(pages.map(([file]) => file)).toEqual(names.map((name) => `${name}.md`).sort())
})

test('what the pages say is looked at, and what does not exist is found', () => {
  const commands = pages.flatMap(([, { page }]) => picketCommands(page))
  expect(commands).toContainEqual(['status', '--ip', '203.0.113.7'])
  expect(commands).toContainEqual(['signatures', 'list', '--search', 'SNMP agent'])
  expect(picket(['blocks', '--help']).status).toBe(2)
  expect(['detection.ignore.networks', 'detection.nothing'].map(hasKey)).toEqual([true, false])
  expect(metrics.has('picket_sources') && !metrics.has('picket_nothing')).toBe(true)
})

describe.each(pages)('%s', (file, { text, page }) => {
  test('has the name, the severity and the sections', () => {
    expect(`${page.title}.md`).toBe(file)
    expect(page.sections).toEqual(SECTIONS)
    const { groups } = provisioned(GRAFANA_RULES) as {
      groups: { rules: { title: string; labels: { severity: string } }[] }[]
    }
    const rule = groups.flatMap(({ rules }) => rules).find(({ title }) => title === page.title)
    expect(text).toContain(`\nSeverity: ${rule?.labels.severity}.`)
  })

  test('has queries that parse', () => {
    for (const { language, text: query } of page.blocks) {
      if (language === 'logql') expect(parseLogql(query).errors, query).toEqual([])
      if (language === 'promql') expect(parsePromql(query).errors, query).toEqual([])
    }
    expect(
      page.blocks.map(({ language }) => language).filter((one) => /ql$/.test(one)),
    ).not.toEqual([])
  })

  test('names metrics, recording rules, alerts and checks that exist', () => {
    const words = (pattern: RegExp): string[] => [...new Set(text.match(pattern) ?? [])]
    expect(words(/\bpicket_[a-z_]+\b/g).filter((name) => !metrics.has(name))).toEqual([])
    expect(words(/\bpicket:[a-z_]+:\w+/g).filter((name) => !recorded.has(name))).toEqual([])
    expect(words(/\bPicket[A-Z]\w+/g).filter((name) => !names.includes(name))).toEqual([])
    const checks = words(/(?<=check=")[a-z-]+/g)
    expect(checks.filter((check) => !HEALTH_CHECKS.some((known) => known === check))).toEqual([])
  })

  test('has links that lead somewhere', () => {
    for (const link of page.links) {
      const [path = '', anchor] = link.split('#')
      expect(existsSync(join(runbooks, path)), link).toBe(true)
      if (anchor === undefined) continue
      const headings = readFileSync(join(runbooks, path), 'utf8').match(/^#+ .*$/gm) ?? []
      const anchors = headings.map((heading) =>
        heading.replace(/^#+ /, '').toLowerCase().replaceAll(' ', '-'),
      )
      expect(anchors, link).toContain(anchor)
    }
  })

  test('has commands of picket with options that exist', () => {
    for (const words of picketCommands(page)) {
      const command = words.slice(0, ['config', 'signatures'].includes(words[0] ?? '') ? 2 : 1)
      const help = helpOf(command.join(' '))
      for (const option of words.filter((word) => word.startsWith('--')))
        expect(help, words.join(' ')).toMatch(new RegExp(`^ +${option}\\b`, 'm'))
    }
  })

  test('has configuration that picket takes, and names keys that it has', () => {
    for (const { text: yaml } of page.blocks.filter(({ language }) => language === 'yaml')) {
      const path = join(folder, 'picket.yaml')
      writeFileSync(path, `${yaml}\nsources: [{ type: stdin }]\nsinks: [{ type: stdout }]\n`)
      const { status, stderr } = picket(['config', 'check', '--config', path])
      expect(status, `${yaml}\n${stderr}`).toBe(0)
    }
    const keys = page.inline.filter(
      (word) => /^[a-z]\w*(\.[a-zA-Z]+)+$/.test(word) && !/\.(yaml|md|rules)$/.test(word),
    )
    expect(keys.filter((key) => !hasKey(key))).toEqual([])
  })
})

const helps = new Map<string, string>()

function helpOf(command: string): string {
  const known = helps.get(command)
  if (known !== undefined) return known
  const { status, stdout } = picket([...command.split(' '), '--help'])
  expect(status, command).toBe(0)
  expect(stdout).toContain(`Usage: picket ${command}`)
  helps.set(command, stdout)
  return stdout
}

/** Whether the JSON schema of the configuration has a dotted path. */
function hasKey(path: string): boolean {
  interface Schema {
    readonly properties?: Readonly<Record<string, Schema>>
  }
  let at = JSON.parse(readFileSync(join(root, 'processor/picket.schema.json'), 'utf8')) as
    Schema | undefined
  for (const key of path.split('.')) at = at?.properties?.[key]
  return at !== undefined
}

describe('the overview', () => {
  test('lists every alert with its severity and the data source that Grafana asks', () => {
    const rows = [...overview.matchAll(/^\| \[(\w+)\]\(\1\.md\) +\| (\w+) .*\| (\w+) +\|$/gm)]
    const { groups } = provisioned(GRAFANA_RULES) as {
      groups: { rules: { title: string; labels: { severity: string } }[] }[]
    }
    const severities = new Map(
      groups.flatMap(({ rules }) => rules.map(({ title, labels }) => [title, labels.severity])),
    )
    expect(rows.map(([, name, severity, asks]) => ({ name, severity, asks }))).toEqual(
      ALERTS.map(({ name, grafana }) => ({
        name,
        severity: severities.get(name),
        asks: grafana === 'promql' ? 'Prometheus' : 'Loki',
      })),
    )
  })

  test('names files that are there', () => {
    const files = [...overview.matchAll(/`(provisioning\/[\w./-]+)`/g)].map(([, path]) => path!)
    expect(files.length).toBeGreaterThan(3)
    expect(files.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })
})
