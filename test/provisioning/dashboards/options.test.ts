import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { HEALTH_CHECKS } from '../../../processor/src/core/health/checks.ts'
import { VerdictRules } from '../../../processor/src/core/parse/verdict.ts'
import {
  VERDICT_ACCEPT,
  VERDICT_AUDIT,
  VERDICT_DROP,
  VERDICT_UNKNOWN,
} from '../../../processor/src/core/row.ts'
import { scanOf, tagsOf } from '../../../processor/src/sinks/grafana/scan.ts'
import { importPlugin, pluginSources } from '../../helpers/plugin.ts'
import { dashboards, panelsOf } from './model.ts'
import type { Panel } from './schema.ts'

const panels = dashboards().flatMap(panelsOf)
const ours = panels.filter(({ type }) => type === 'picket-attackers-panel')

interface PluginModule {
  readOptions(saved: unknown): Record<string, unknown>
}
const plugin = (await importPlugin('migrations.ts')) as PluginModule

describe('Picket’s own panel', () => {
  test.each(ours.map((panel) => [panel.title, panel] as const))(
    '%s has options that the plugin knows, with values that it takes',
    (_title, { options }) => {
      // What the plugin does not know it drops, what it cannot use it replaces.
      expect(plugin.readOptions(options)).toMatchObject(options)
    },
  )

  test('is used in every view', () => {
    const views = new Set(ours.map(({ options }) => (options as { view: string }).view))
    expect([...views].sort()).toEqual(['attackers', 'map', 'overview', 'ports', 'timeline'])
  })

  test('sets variables that its dashboard has', () => {
    for (const dashboard of dashboards())
      for (const { type, options, title } of panelsOf(dashboard)) {
        if (type !== 'picket-attackers-panel') continue
        const { filter } = plugin.readOptions(options) as { filter: Record<string, string> }
        const names = dashboard.templating.list.map(({ name }) => name)
        for (const name of Object.values(filter))
          if (name !== '') expect(names, title).toContain(name)
      }
  })

  test('is called as the plugin is', () => {
    const { id } = JSON.parse(readFileSync(join(pluginSources, 'plugin.json'), 'utf8')) as {
      id: string
    }
    expect(ours[0]?.type).toBe(id)
  })
})

describe('danger levels', () => {
  const words = ['none', 'seen', 'low', 'medium', 'high', 'critical']

  test('have the plugin’s colours and words, with the digit', () => {
    const looks = readFileSync(join(pluginSources, 'components/parts/useLooks.ts'), 'utf8')
    const steps = [...looks.matchAll(/\{ value: (\S+), color: '(\w+)' \}/g)].map(
      ([, value, color]) => ({ value: value === '-Infinity' ? null : Number(value), color }),
    )
    expect(steps).toHaveLength(6)
    for (const { fieldConfig } of ours)
      expect(fieldConfig.defaults.thresholds?.steps).toEqual(steps)
    for (const word of words) expect(looks).toMatch(new RegExp(`level\\.\\w+', '${word}'`))
    const shown = panels.flatMap(({ fieldConfig }) => [
      ...(fieldConfig.defaults.mappings ?? []),
      ...fieldConfig.overrides.flatMap(({ properties }) =>
        properties.flatMap((property) => (property.id === 'mappings' ? property.value : [])),
      ),
    ])
    const levels = shown.filter(({ options }) => options['5'] !== undefined)
    expect(levels.length).toBeGreaterThan(1)
    for (const { options } of levels)
      expect(Object.values(options).map(({ text }) => text)).toEqual(
        words.map((word, level) => `${level} ${word}`),
      )
  })
})

describe('annotations', () => {
  test('are looked for by tags that Picket’s Grafana sink gives them', () => {
    const detection = {
      kind: 'scan',
      source: '192.0.2.1',
      dangerLevel: 3,
      reasons: [],
      ports: {},
      protocols: [],
    } as unknown as Parameters<typeof scanOf>[0]
    const given = tagsOf(scanOf(detection), [])
    const wanted = dashboards().flatMap(({ annotations }) =>
      annotations.list.flatMap((each) => ('target' in each ? each.target.tags : [])),
    )
    expect(wanted.length).toBeGreaterThan(0)
    for (const tag of wanted) expect(given).toContain(tag)
  })
})

describe('logging health', () => {
  test('has a text for every check that there is', () => {
    const list = panelNamed('Checks')
    const texts = list.fieldConfig.overrides
      .filter(({ matcher }) => matcher.options === 'Check')
      .flatMap(({ properties }) =>
        properties.flatMap((property) => (property.id === 'mappings' ? property.value : [])),
      )
      .flatMap(({ options }) => Object.keys(options))
    expect(texts.sort()).toEqual([...HEALTH_CHECKS].sort())
  })

  test.each([
    ['[UFW BLOCK]', VERDICT_DROP],
    ['[UFW ALLOW]', VERDICT_ACCEPT],
    ['[UFW AUDIT]', VERDICT_AUDIT],
    ['DROP', VERDICT_DROP],
    ['IN_dropped:', VERDICT_DROP],
    ['filter_IN_public_REJECT:', VERDICT_DROP],
    ['Accepted', VERDICT_ACCEPT],
    ['audit-accept', VERDICT_AUDIT],
    ['deny allow', VERDICT_DROP],
    ['firewall', VERDICT_UNKNOWN],
    ['backdrop', VERDICT_UNKNOWN],
    ['passport', VERDICT_UNKNOWN],
    ['', VERDICT_UNKNOWN],
  ])('reads the prefix %j as Picket does', (prefix, verdict) => {
    const rules = new VerdictRules({ drop: [], accept: [], audit: [] })
    expect(rules.of(prefix)).toBe(verdict)
    const legends = panelNamed('Verdicts').targets.filter(({ expr }) =>
      [...expr.matchAll(/prefix(=~|!~)"([^"]+)"/g)].every(
        ([, operator, text = '']) => matches(text, prefix) === (operator === '=~'),
      ),
    )
    expect(legends.map(({ legendFormat }) => legendFormat)).toEqual([
      verdict === VERDICT_DROP
        ? 'dropped'
        : verdict === VERDICT_UNKNOWN
          ? 'not said'
          : 'accepted or audited',
    ])
  })
})

/** Prometheus anchors a matcher at both ends. */
function matches(text: string, value: string): boolean {
  const [, flags = '', pattern = ''] = /^(?:\(\?(\w+)\))?(.*)$/.exec(text) ?? []
  return new RegExp(`^(?:${pattern})$`, flags).test(value)
}

function panelNamed(title: string): Panel {
  const found = panels.find((panel) => panel.title === title)
  if (found === undefined) throw new Error(`no panel ${title}`)
  return found
}
