import { beforeAll, describe, expect, test } from 'vitest'
import { DANGER_LEVELS, DETECTION_KINDS } from '../../../processor/src/core/index.ts'
import { HEALTH_CHECKS } from '../../../processor/src/core/health/checks.ts'
import { LINE_RESULTS } from '../../../processor/src/telemetry/metrics.ts'
import { readExposition } from './exposition.ts'
import type { Exposition } from './exposition.ts'
import { parseLogql, parsePromql } from './parse.ts'
import { LOKI_RULES, PROMETHEUS_RULES, RECORDING_RULES, rulesOf } from './source.ts'

/** Added by whoever scrapes. */
const SCRAPED = ['job', 'instance']
/** Labels whose values are a closed set. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  kind: DETECTION_KINDS,
  danger_level: DANGER_LEVELS.map(String),
  check: HEALTH_CHECKS,
  result: [...LINE_RESULTS, 'delivered', 'dropped'],
  job: ['picket', 'firewall'],
  origin: ['', 'backfill'],
}
const DASHBOARDS = ['overview', 'attacker', 'ports', 'logging-health', 'itself'].map(
  (name) => `picket-${name}`,
)
const VARIABLES = ['loki', 'prometheus', 'job', 'host', 'level', 'address']

/** Values that a matcher names: of a regular expression those that it lets through must not be none. */
function unknownValues(matchers: readonly string[]): string[] {
  return matchers.filter((matcher) => {
    const [, label = '', operator = '', value = ''] =
      /^(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/.exec(matcher) ?? []
    const known = VALUES[label]
    if (known === undefined) return false
    return operator.includes('~')
      ? !known.some((one) => new RegExp(`^(?:${value})$`).test(one))
      : !known.includes(value)
  })
}

let metrics: Exposition
beforeAll(async () => {
  metrics = await readExposition()
})

describe('what the rules for Prometheus name exists', () => {
  test.each(
    [PROMETHEUS_RULES, RECORDING_RULES].flatMap((file) =>
      rulesOf(file).map(({ alert, record, expr }) => [record ?? alert, expr] as const),
    ),
  )('in %s', (_, expr) => {
    const parsed = parsePromql(expr)
    const names = [...new Set(parsed.texts('Identifier'))]
    expect(names.filter((name) => name !== 'up' && !metrics.has(name))).toEqual([])
    const known = new Set([
      ...SCRAPED,
      ...names.flatMap((name) => [...(metrics.get(name)?.keys() ?? [])]),
    ])
    expect(parsed.texts('LabelName').filter((label) => !known.has(label))).toEqual([])
    expect(unknownValues(parsed.texts('UnquotedLabelMatcher'))).toEqual([])
  })

  test('and something that does not is found', () => {
    expect(metrics.has('picket_nothing')).toBe(false)
    expect(parsePromql('sum by (x) (a{b="c"})').texts('LabelName')).toEqual(['x', 'b'])
    expect(parsePromql('a{b="c"}').texts('UnquotedLabelMatcher')).toEqual(['b="c"'])
    expect(unknownValues(['kind="swep"', 'danger_level=~"[67]"'])).toHaveLength(2)
  })
})

describe('what the rules for Loki name exists', () => {
  const metadata = ['detection_id', 'source', 'destination', 'scan', 'sid', 'packets', 'level']
  const streams = { picket: ['job', 'kind', 'danger_level', 'origin'], firewall: ['job', 'host'] }

  test.each(rulesOf(LOKI_RULES).map(({ alert, expr }) => [alert, expr] as const))(
    'in %s',
    (_, expr) => {
      const parsed = parseLogql(expr)
      const matchers = parsed.texts('Matcher')
      const job = matchers.includes('job="picket"') ? 'picket' : 'firewall'
      expect(matchers).toContain(`job="${job}"`)
      const labels = matchers.map((matcher) => /^\w+/.exec(matcher)?.[0] ?? '')
      // The parser has the same name for filters behind the selector.
      const others = labels.filter((label) => !streams[job].includes(label))
      expect(others.filter((label) => label !== '__error__')).toEqual([])
      expect(unknownValues(matchers)).toEqual([])

      const taken = [...expr.matchAll(/(\w+)="(\w+)"/g)].map(([, name]) => name!)
      const known = [...streams[job], ...metadata, ...taken]
      const grouped = parsed.texts('Grouping').flatMap((text) => text.match(/\w+/g)!.slice(1))
      expect(grouped.filter((label) => !known.includes(label))).toEqual([])
      // The address is what there may be ten thousand of.
      expect(grouped).not.toContain('source')
    },
  )
})

describe('the links', () => {
  const links = [PROMETHEUS_RULES, LOKI_RULES]
    .flatMap((file) => rulesOf(file))
    .flatMap(({ annotations }) => [annotations['dashboard']!, annotations['evidence']!])
    .map((link) =>
      link
        .replaceAll('{{ $externalLabels.grafana_url }}', 'http://grafana:3000')
        .replaceAll(/\{\{.*?\}\}/g, '42'),
    )

  test('lead to dashboards and variables that exist', () => {
    const dashboards = links
      .map((link) => new URL(link))
      .filter(({ pathname }) => /^\/d\//.test(pathname))
    expect(dashboards.length).toBeGreaterThan(10)
    for (const { pathname, searchParams } of dashboards) {
      expect(DASHBOARDS).toContain(pathname.slice('/d/'.length))
      for (const name of searchParams.keys()) expect(VARIABLES).toContain(name.replace(/^var-/, ''))
    }
  })

  test('lead to Explore with a query that parses', () => {
    const explore = links
      .map((link) => new URL(link))
      .filter(({ pathname }) => pathname === '/explore')
    expect(explore.length).toBeGreaterThan(10)
    for (const { searchParams } of explore) {
      const panes = JSON.parse(searchParams.get('panes') ?? '') as Record<
        string,
        { datasource: string; queries: { expr: string; datasource: { uid: string } }[] }
      >
      for (const { datasource, queries } of Object.values(panes)) {
        expect(datasource).toBe('picket-loki')
        for (const query of queries) {
          expect(query.datasource.uid).toBe('picket-loki')
          expect(parseLogql(query.expr).errors, query.expr).toEqual([])
        }
      }
    }
  })
})
