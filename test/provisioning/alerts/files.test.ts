import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from '../../helpers/fixtures.ts'
import { parseLogql, parsePromql } from './parse.ts'
import { grafanaNotifications, grafanaRules, rulerFile } from './schemas.ts'
import {
  alertFiles,
  ALERTS,
  DEMO,
  GRAFANA_RULES,
  LOKI_RULES,
  PROMETHEUS_RULES,
  provisioned,
  RECORDING_RULES,
  rulesOf,
  runbook,
} from './source.ts'

const files = [...(await alertFiles())]

describe('the files', () => {
  test.each(files)('%s is what its source gives', (path, text) => {
    expect(existsSync(join(root, path))).toBe(true)
    expect(readFileSync(join(root, path), 'utf8')).toBe(text)
  })

  test.each([PROMETHEUS_RULES, RECORDING_RULES, LOKI_RULES])('%s has the format', (file) => {
    expect(rulerFile.safeParse(provisioned(file)).error?.issues).toBeUndefined()
  })

  test('the rules and the notifications of Grafana have the format', () => {
    expect(grafanaRules.safeParse(provisioned(GRAFANA_RULES)).error?.issues).toBeUndefined()
    expect(grafanaNotifications.safeParse(provisioned(DEMO)).error?.issues).toBeUndefined()
  })

  test('every alert is in every file whose language it speaks', () => {
    const namesIn = (file: string): string[] => rulesOf(file).map(({ alert }) => alert)
    const withOne = (language: 'promql' | 'logql'): string[] =>
      ALERTS.filter((alert) => alert[language] !== undefined).map(({ name }) => name)
    expect(namesIn(PROMETHEUS_RULES)).toEqual(withOne('promql'))
    expect(namesIn(LOKI_RULES)).toEqual(withOne('logql'))
  })
})

describe('the expressions', () => {
  test.each(
    [PROMETHEUS_RULES, RECORDING_RULES].flatMap((file) =>
      rulesOf(file).map((rule, i) => [`${file} ${i + 1}`, rule.expr] as const),
    ),
  )('of %s parse as PromQL', (_, expr) => {
    expect(parsePromql(expr).errors).toEqual([])
  })

  test.each(rulesOf(LOKI_RULES).map(({ alert, expr }) => [alert, expr] as const))(
    'of %s parses as LogQL',
    (_, expr) => {
      expect(parseLogql(expr).errors).toEqual([])
    },
  )

  test('a broken one does not', () => {
    expect(parsePromql('sum by (job (up)').errors).not.toEqual([])
    expect(parseLogql('count_over_time({job="x"} | json [5m)').errors).not.toEqual([])
  })
})

describe('the rules for Grafana', () => {
  const { groups } = grafanaRules.parse(provisioned(GRAFANA_RULES))
  const rules = groups.flatMap((group) => group.rules)

  test('have uids of their own, in the folder of the dashboards', () => {
    expect(new Set(rules.map(({ uid }) => uid)).size).toBe(ALERTS.length)
    expect(rules.map(({ title }) => title)).toEqual(ALERTS.map(({ name }) => name))
    expect(new Set(groups.map(({ folder }) => folder))).toEqual(new Set(['Picket']))
  })

  test.each(rules.map((rule) => [rule.title, rule] as const))(
    '%s asks one of our data sources at one moment and compares',
    (name, { condition, data }) => {
      const [query, threshold] = data
      const alert = ALERTS.find((one) => one.name === name)!
      const expression = alert[alert.grafana]!
      const source = {
        promql: { type: 'prometheus', uid: 'picket-prometheus' },
        logql: { type: 'loki', uid: 'picket-loki' },
      }[alert.grafana]
      expect(query).toMatchObject({
        refId: 'A',
        datasourceUid: source.uid,
        model: {
          refId: 'A',
          expr: expression.expr,
          datasource: source,
          ...(alert.grafana === 'promql'
            ? { instant: true, range: false }
            : { queryType: 'instant' }),
        },
      })
      expect(condition).toBe('B')
      expect(threshold).toMatchObject({
        refId: 'B',
        datasourceUid: '__expr__',
        model: {
          refId: 'B',
          expression: 'A',
          conditions: [{ evaluator: { type: 'gt', params: [expression.above] } }],
        },
      })
    },
  )

  test('one of each data source tells that it cannot be asked, so that an outage is no dozen of messages', () => {
    const tellers = rules.filter(({ execErrState }) => execErrState === 'Error')
    expect(tellers.map(({ data }) => data[0]?.datasourceUid).sort()).toEqual([
      'picket-loki',
      'picket-prometheus',
    ])
    expect(rules.filter(({ execErrState }) => execErrState === 'KeepLast')).toHaveLength(
      ALERTS.length - 2,
    )
  })

  // Grafana fills in environment variables there, and would leave nothing of a `$labels`.
  test('have no dollar in titles and labels', () => {
    expect(JSON.stringify(rules.map(({ title, labels }) => ({ title, labels })))).not.toContain('$')
  })
})

describe('labels and annotations', () => {
  const { groups } = grafanaRules.parse(provisioned(GRAFANA_RULES))
  const all = [
    ...groups.flatMap(({ rules }) => rules.map((rule) => ({ ...rule, name: rule.title }))),
    ...[PROMETHEUS_RULES, LOKI_RULES].flatMap((file) =>
      rulesOf(file).map((rule) => ({ ...rule, name: rule.alert })),
    ),
  ]

  test('every alert can be routed', () => {
    for (const { labels } of all) {
      expect(labels['service']).toBe('picket')
      expect(['critical', 'warning', 'info']).toContain(labels['severity'])
    }
  })

  test('every alert says in a line what happened, and where to read on', () => {
    for (const { name, annotations } of all) {
      expect(annotations['summary']?.length, name).toBeLessThan(140)
      expect(annotations['description'], name).toBeTruthy()
      const runbook = annotations['runbook_url'] ?? annotations['runbook']
      expect(runbook, name).toMatch(new RegExp(`docs/runbooks/${name}\\.md$`))
    }
  })

  test('the runbook is a link as soon as the package has a home page', () => {
    expect(runbook('PicketDown', 'https://example.org/picket#readme')).toEqual({
      runbook_url: 'https://example.org/picket/blob/main/docs/runbooks/PicketDown.md',
    })
  })

  test('texts use only labels that the series have', () => {
    for (const { name, annotations } of all) {
      const { promql, logql } = ALERTS.find((one) => one.name === name)!
      const known = [...(promql?.labels ?? []), ...(logql?.labels ?? [])]
      const used = [...JSON.stringify(annotations).matchAll(/\$labels\.(\w+)/g)].map(
        ([, label]) => label!,
      )
      expect(
        used.filter((label) => !known.includes(label)),
        name,
      ).toEqual([])
    }
  })
})

describe('the demo', () => {
  const demo = grafanaNotifications.parse(provisioned(DEMO))

  test('sends all of it to its contact point, ten thousand sources as one message', () => {
    const names = demo.contactPoints.map(({ name }) => name)
    for (const policy of demo.policies) {
      expect(policy.group_by).toEqual(['grafana_folder', 'alertname'])
      for (const { receiver } of [policy, ...policy.routes]) expect(names).toContain(receiver)
    }
  })

  test('writes messages with templates that are defined', () => {
    const text = demo.templates.map(({ template }) => template).join('\n')
    const defined = [...text.matchAll(/\{\{-? define "([\w.]+)"/g)].map(([, name]) => name!)
    const settings = JSON.stringify(demo.contactPoints).replaceAll('\\"', '"')
    const used = [...(text + settings).matchAll(/\{\{-? template "([\w.]+)"/g)].map(
      ([, name]) => name!,
    )
    expect(used.length).toBeGreaterThan(3)
    expect(used.filter((name) => !defined.includes(name))).toEqual([])
    expect(text).not.toContain('$')
  })
})
