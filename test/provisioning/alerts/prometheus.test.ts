import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../helpers/fixtures.ts'
import { hasTool } from '../../helpers/tools.ts'
import { grafanaNotifications, grafanaRules } from './schemas.ts'
import {
  ALERTS,
  DEMO,
  GRAFANA_RULES,
  PROMETHEUS_RULES,
  provisioned,
  RECORDING_RULES,
} from './source.ts'
import type { RuleFile } from './source.ts'

interface Cases {
  readonly tests: readonly {
    readonly name: string
    readonly alert_rule_test: readonly { alertname: string; exp_alerts: readonly unknown[] }[]
  }[]
}

const cases = parse(
  readFileSync(new URL('prometheus-cases.yaml', import.meta.url), 'utf8'),
) as Cases
const all = cases.tests.flatMap(({ alert_rule_test }) => alert_rule_test)

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'picket-rules-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The alerts with the annotations that are words; links are looked at in links.test.ts. */
function withoutLinks(): RuleFile {
  const { groups } = provisioned(PROMETHEUS_RULES) as RuleFile
  return {
    groups: groups.map((group) => ({
      ...group,
      rules: group.rules.map((rule) => ({
        ...rule,
        annotations: {
          summary: rule.annotations['summary']!,
          description: rule.annotations['description']!,
        },
      })),
    })),
  }
}

function promtool(...args: string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8', cwd: folder })
  return { status, said: stdout + stderr }
}

describe.skipIf(!hasTool('promtool'))('the rules for Prometheus', () => {
  test.each([PROMETHEUS_RULES, RECORDING_RULES])('%s is what promtool calls sound', (file) => {
    const { status, said } = promtool('check', 'rules', join(root, 'provisioning', file))
    expect(said).toContain('SUCCESS')
    expect(status).toBe(0)
  })

  test.each(cases.tests.map(({ name }, i) => [name, i] as const))('%s', (_, i) => {
    writeFileSync(join(folder, 'rules.yaml'), stringify(withoutLinks()))
    const { name, ...one } = cases.tests[i]!
    writeFileSync(
      join(folder, 'tests.yaml'),
      stringify({ ...cases, rule_files: ['rules.yaml'], tests: [one] }),
    )
    const { status, said } = promtool('test', 'rules', 'tests.yaml')
    expect(said, name).toContain('SUCCESS')
    expect(status).toBe(0)
  })

  test('a case that expects something else fails, so that success means something', () => {
    writeFileSync(join(folder, 'rules.yaml'), stringify(withoutLinks()))
    const one = cases.tests[0]!
    const wrong = one.alert_rule_test.map((at) => ({ ...at, exp_alerts: [] }))
    writeFileSync(
      join(folder, 'wrong.yaml'),
      stringify({
        rule_files: ['rules.yaml'],
        tests: [{ ...one, name: undefined, alert_rule_test: wrong }],
      }),
    )
    expect(promtool('test', 'rules', 'wrong.yaml').status).toBe(1)
  })
})

describe('the unit tests', () => {
  test.each(ALERTS.filter(({ promql }) => promql !== undefined).map(({ name }) => name))(
    'have a moment at which %s fires and one at which it is quiet',
    (name) => {
      const own = all.filter(({ alertname }) => alertname === name)
      expect(own.filter(({ exp_alerts }) => exp_alerts.length > 0)).not.toHaveLength(0)
      expect(own.filter(({ exp_alerts }) => exp_alerts.length === 0)).not.toHaveLength(0)
    },
  )

  test('speak of alerts that exist', () => {
    const names = new Set(ALERTS.map(({ name }) => name))
    expect(all.map(({ alertname }) => alertname).filter((name) => !names.has(name))).toEqual([])
  })
})

describe.skipIf(!hasTool('promtool'))('the texts for Grafana', () => {
  // Prometheus has the same templates; only the number has another name.
  const parses = (text: string): boolean => {
    writeFileSync(
      join(folder, 'text.yaml'),
      stringify({
        groups: [{ name: 'x', rules: [{ alert: 'X', expr: 'up', annotations: { text } }] }],
      }),
    )
    return promtool('check', 'rules', 'text.yaml').status === 0
  }

  test('are templates that parse', () => {
    const { groups } = grafanaRules.parse(provisioned(GRAFANA_RULES))
    const texts = groups.flatMap(({ rules }) =>
      rules.flatMap(({ annotations }) => Object.values(annotations)),
    )
    expect(parses(texts.join('\n').replaceAll('$values.A.Value', '$value'))).toBe(true)
    expect(texts.join('\n')).not.toMatch(/\$value\b/)
    expect(parses('{{ $labels.source | nothing }}')).toBe(false)
  })

  test('as the message of the demo does', () => {
    const { templates, contactPoints } = grafanaNotifications.parse(provisioned(DEMO))
    for (const { template } of templates) expect(parses(template)).toBe(true)
    for (const { receivers } of contactPoints)
      for (const { settings } of receivers) expect(parses(settings.message)).toBe(true)
    expect(parses(templates[0]!.template.replace('{{ end }}', ''))).toBe(false)
  })
})
