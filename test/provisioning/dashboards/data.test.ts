import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { interpolate } from '../../helpers/grafana.ts'
import { hasPrometheus } from '../../helpers/prometheus.ts'
import { askLoki, askPrometheus, builtinsOf, labelValues } from './ask.ts'
import type { Answer } from './ask.ts'
import { framesOf } from './frames.ts'
import { namesOf } from './grammar.ts'
import { dashboards, panelsOf, queriesOf } from './model.ts'
import type { PanelQuery } from './model.ts'
import { startScene } from './scene.ts'
import type { Scene } from './scene.ts'
import { defaultsOf, valuesOf } from './values.ts'
import type { Values } from '../../helpers/grafana.ts'
import { importPlugin } from '../../helpers/plugin.ts'

const all = dashboards()
const queries = all.flatMap(queriesOf)
const isLoki = ({ target }: PanelQuery): boolean => target.datasource.type === 'loki'

if (!hasPrometheus) console.warn('prometheus is not installed: dashboards are not tried with data.')

describe.skipIf(!hasPrometheus)('with the demo running', () => {
  let scene: Scene
  beforeAll(async () => {
    scene = await startScene()
  }, 100_000)
  afterAll(() => scene.close())

  /** What each Loki, or Prometheus, answers to a panel's query. */
  async function answersTo({ target }: PanelQuery, values: Values): Promise<Answer[]> {
    const { range, prometheusUrl, lokiUrls } = scene
    const builtins = builtinsOf(range)
    if (target.datasource.type === 'prometheus') {
      const expr = interpolate(target.expr, 'promql', values, builtins)
      return [
        await askPrometheus(prometheusUrl, expr, range, 'instant' in target && target.instant),
      ]
    }
    const isInstant = target.queryType === 'instant'
    const auto = isInstant ? builtins.range : builtins.auto
    const expr = interpolate(target.expr, 'logql', values, { ...builtins, auto })
    const limit = 'maxLines' in target ? target.maxLines : undefined
    return Promise.all(lokiUrls.map((url) => askLoki(url, expr, range, { isInstant, limit })))
  }

  describe('every query has data', () => {
    test.each(queries.map((query) => [query.name, query] as const))('%s', async (_name, query) => {
      for (const values of valuesOf(query.dashboard))
        for (const { series, rows } of await answersTo(query, values)) {
          const numbers = series.flatMap((each) => each.values).filter(Number.isFinite)
          expect(numbers.length + rows.length, JSON.stringify(values)).toBeGreaterThan(0)
        }
    })
  })

  describe('what is made of the answers', () => {
    test('legends and links name labels that the answers have', async () => {
      for (const query of queries) {
        const { target, panel, dashboard, name } = query
        const links = (panel.fieldConfig.defaults.links ?? []).map(({ url }) => url).join(' ')
        const placeholders = [
          ...(target.legendFormat ?? '').matchAll(/\{\{(\w+)\}\}/g),
          ...decodeURIComponent(links).matchAll(/\$\{__field\.labels\.(\w+)/g),
        ]
        if (placeholders.length === 0) continue
        for (const { series } of await answersTo(query, defaultsOf(dashboard)))
          for (const [, label = ''] of placeholders)
            expect(Object.keys(series[0]?.labels ?? {}), name).toContain(label)
      }
    })

    test('tables show columns that the answers have, and style those that they show', async () => {
      for (const dashboard of all)
        for (const panel of panelsOf(dashboard)) {
          if (panel.type !== 'table') continue
          const fields = new Set(['Time'])
          for (const query of queriesOf(dashboard).filter((each) => each.panel === panel)) {
            const [answer] = await answersTo(query, defaultsOf(dashboard))
            fields.add(panel.targets.length > 1 ? `Value #${query.target.refId}` : 'Value')
            for (const { labels } of answer?.series ?? [])
              for (const label of Object.keys(labels)) fields.add(label)
          }
          const organize = panel.transformations?.at(-1)?.options as {
            renameByName: Record<string, string>
          }
          const titles = Object.values(organize.renameByName)
          expect([...fields], panel.title).toEqual(
            expect.arrayContaining(Object.keys(organize.renameByName)),
          )
          expect(titles).toEqual(
            expect.arrayContaining(panel.options.sortBy.map(({ displayName }) => displayName)),
          )
          expect(titles).toEqual(
            expect.arrayContaining(
              panel.fieldConfig.overrides.map(({ matcher }) => matcher.options),
            ),
          )
        }
    })

    test('annotations find detections and fill in their texts', async () => {
      for (const dashboard of all)
        for (const annotation of dashboard.annotations.list) {
          if (!('expr' in annotation)) continue
          const { expr, maxLines, titleFormat, textFormat, tagKeys } = annotation
          const text = interpolate(expr, 'logql', defaultsOf(dashboard), builtinsOf(scene.range))
          for (const url of scene.lokiUrls) {
            const { rows } = await askLoki(url, text, scene.range, { limit: maxLines })
            expect(rows.length).toBeGreaterThan(0)
            // Once a source has reached level 4, not at each of its detections from then on.
            expect(rows.length).toBeLessThan(20)
            for (const [, label = ''] of `${titleFormat}${textFormat}`.matchAll(/\{\{(\w+)\}\}/g))
              expect(rows.map(({ labels }) => labels[label])).not.toContain(undefined)
            const labels = new Set(rows.flatMap((row) => Object.keys(row.labels)))
            for (const key of tagKeys.split(',')) expect([...labels]).toContain(key)
          }
        }
    })

    test('Picket’s panel gets what it is set to read', async () => {
      const { recognise } = (await importPlugin('data/recognise.ts')) as {
        recognise: (frames: unknown) => readonly string[]
      }
      for (const query of queries) {
        if (query.panel.type !== 'picket-attackers-panel') continue
        const [answer] = await answersTo(query, defaultsOf(query.dashboard))
        expect(recognise(framesOf(answer!, query.target.refId)), query.name).toEqual([
          query.panel.options['input'],
        ])
      }
    })
  })

  test('every metric and label that a query names is in /metrics', async () => {
    const known = labelsByMetric(await scene.demo.metrics())
    // Prometheus adds these two, and a histogram's buckets have the third.
    const everywhere = ['__name__', 'job', 'instance', 'le']
    const allLabels = new Set([...everywhere, ...[...known.values()].flatMap((set) => [...set])])
    for (const query of queries.filter((each) => !isLoki(each))) {
      const { metrics, matched, grouped } = namesOf(
        interpolate(
          query.target.expr,
          'promql',
          defaultsOf(query.dashboard),
          builtinsOf(scene.range),
        ),
      )
      for (const metric of metrics) expect([...known.keys()], query.name).toContain(metric)
      for (const { metric, label } of matched)
        expect([...everywhere, ...(known.get(metric) ?? [])], query.name).toContain(label)
      for (const label of grouped) expect([...allLabels], query.name).toContain(label)
    }
  })

  describe('every variable has values', () => {
    const variables = all.flatMap(({ uid, templating }) =>
      templating.list.flatMap((variable) =>
        variable.type === 'query' ? [[`${uid} / ${variable.name}`, variable] as const] : [],
      ),
    )
    test.each(variables)('%s', async (_name, variable) => {
      const { prometheusUrl, lokiUrls } = scene
      const { query } = variable
      const hasRightOnes = (values: readonly string[]): void => {
        const regex = /^\/(.*)\/$/.exec(variable.regex)?.[1] ?? variable.regex
        const left = values.filter((value) => new RegExp(regex).test(value))
        expect(left.length).toBeGreaterThan(0)
        if (variable.name === 'job') {
          expect(left).toContain('firewall')
          expect(left).not.toContain('picket')
        }
      }
      if ('qryType' in query) {
        const [, metric = '', label = ''] =
          /^label_values\((\w+),\s*(\w+)\)$/.exec(query.query) ?? []
        hasRightOnes(
          await labelValues(prometheusUrl, `/api/v1/label/${label}/values`, { 'match[]': metric }),
        )
        return
      }
      const stream = query.stream.replace('$job', 'firewall')
      for (const url of lokiUrls)
        hasRightOnes(
          await labelValues(
            url,
            `/loki/api/v1/label/${query.label}/values`,
            stream === '' ? {} : { query: stream },
          ),
        )
    })
  })
})

/** The labels of each metric in the text that Prometheus reads; a histogram's series go by their own names. */
function labelsByMetric(text: string): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>()
  for (const [, name = '', labels = ''] of text.matchAll(/^(\w+)(?:\{(.*)\})? \S+$/gm)) {
    const own = known.get(name) ?? new Set<string>()
    known.set(name, own)
    for (const [, label = ''] of labels.matchAll(/(?:^|,)(\w+)="/g)) own.add(label)
  }
  return known
}
