import { describe, expect, test } from 'vitest'
import { interpolate } from '../../helpers/grafana.ts'
import { builtinsOf } from './ask.ts'
import { syntaxErrors } from './grammar.ts'
import { dashboards, queriesOf } from './model.ts'
import { valuesOf } from './values.ts'

const queries = dashboards().flatMap(queriesOf)
const builtins = builtinsOf({ from: 0, to: 3_600_000 })

describe('every query', () => {
  test.each(queries.map((query) => [query.name, query] as const))(
    '%s is understood by the language’s own grammar, whatever is chosen',
    (_name, { target, dashboard }) => {
      const language = target.datasource.type === 'loki' ? 'logql' : 'promql'
      for (const values of valuesOf(dashboard))
        expect(
          syntaxErrors(interpolate(target.expr, language, values, builtins), language),
        ).toEqual([])
    },
  )

  test('would be refused if it were none', () => {
    expect(syntaxErrors('sum by (a) (', 'promql')).not.toEqual([])
    expect(syntaxErrors('{job="a"} | json |', 'logql')).not.toEqual([])
  })

  test('never ranks or counts sources by LogQL, which ends at 500 series', () => {
    for (const { target, name } of queries)
      if (target.datasource.type === 'loki')
        expect(target.expr, name).not.toMatch(
          /topk|bottomk|by \([^)]*\b(source|src|SRC|port|DPT|destination|DST)\b/,
        )
  })

  test('groups what it unwraps, or each line of Loki would be a series of its own', () => {
    for (const { target, name } of queries)
      if (target.expr.includes('| unwrap '))
        expect(target.expr, name).toMatch(/_over_time\(.*\| unwrap \w+ \[[^\]]+\]\) by \(job\)/)
  })

  test('takes rates over Grafana’s own intervals, so that they fit scrape interval and zoom', () => {
    for (const { target, name } of queries) {
      const bare = target.expr.replace(/"[^"]*"|`[^`]*`/g, '')
      for (const [, window = ''] of bare.matchAll(/\[([^\]]+)\]/g))
        expect(window, name).toMatch(/^\$__(rate_interval|range|auto)$/)
    }
  })
})
