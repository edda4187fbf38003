import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { root } from '../../helpers/fixtures.ts'
import { variablesIn } from '../../helpers/grafana.ts'
import { dashboardFiles, dashboards, panelsOf } from './model.ts'
import { dashboardSchema } from './schema.ts'
import type { Dashboard } from './schema.ts'

const UIDS = [
  'picket-attacker',
  'picket-itself',
  'picket-logging-health',
  'picket-overview',
  'picket-ports',
]

describe('the dashboard files', () => {
  test.each(dashboardFiles())('$name has the form that Grafana documents', ({ text }) => {
    const { error } = dashboardSchema.safeParse(JSON.parse(text))
    expect(error?.issues ?? []).toEqual([])
  })

  test('are called as their uids, which links rely on', () => {
    expect(dashboardFiles().map(({ name }) => name)).toEqual(UIDS.map((uid) => `${uid}.json`))
    expect(dashboards().map(({ uid }) => uid)).toEqual(UIDS)
  })

  test('hold nothing of an export: no inputs, no data source by name', () => {
    for (const { text } of dashboardFiles()) expect(text).not.toMatch(/\$\{DS_|__inputs|__requires/)
  })

  test('are what their source generates', async () => {
    const { generatedFiles } = (await import(
      new URL('../../../provisioning/source/build.mjs', import.meta.url).href
    )) as { generatedFiles: () => Promise<Map<string, string>> }
    const generated = await generatedFiles()
    for (const { name, text } of dashboardFiles())
      expect(generated.get(`provisioning/dashboards/${name}`), name).toBe(text)
  })
})

describe.each(dashboards().map((dashboard) => [dashboard.title, dashboard] as const))(
  '%s',
  (_title, dashboard) => {
    test('gives every panel and row a number of its own', () => {
      const ids = dashboard.panels.flatMap((panel) =>
        panel.type === 'row' ? [panel.id, ...panel.panels.map(({ id }) => id)] : [panel.id],
      )
      expect(new Set(ids).size).toBe(ids.length)
    })

    test('calls no two panels the same', () => {
      const titles = panelsOf(dashboard).map(({ title }) => title)
      expect(new Set(titles).size).toBe(titles.length)
    })

    test('fills the grid from the left to the right, without overlaps or holes', () => {
      expect(gapsOf(dashboard.panels.map(({ gridPos }) => gridPos))).toEqual([])
      for (const panel of dashboard.panels)
        if (panel.type === 'row')
          expect(
            gapsOf(
              panel.panels.map(({ gridPos }) => gridPos),
              panel.gridPos.y + 1,
            ),
          ).toEqual([])
    })

    test('asks the chosen data sources, and says so for panel and query alike', () => {
      for (const panel of panelsOf(dashboard)) {
        const uids = new Set(panel.targets.map(({ datasource }) => datasource.uid))
        const expected = uids.size > 1 ? '-- Mixed --' : [...uids][0]
        expect(panel.datasource.uid, panel.title).toBe(expected)
        expect(new Set(panel.targets.map(({ refId }) => refId)).size).toBe(panel.targets.length)
      }
    })

    test('defines every variable that it uses, and uses every one that it defines', () => {
      const { templating, ...rest } = dashboard
      const used = new Set([
        ...variablesIn(JSON.stringify(rest)),
        ...templating.list.flatMap(({ query, ...more }) =>
          variablesIn(JSON.stringify([query, 'datasource' in more ? more.datasource : ''])),
        ),
      ])
      const defined = templating.list.map(({ name }) => name)
      expect([...used].filter((name) => !defined.includes(name))).toEqual([])
      // Every dashboard hands both data sources on to the others.
      expect(
        defined.filter((name) => !used.has(name) && !['loki', 'prometheus'].includes(name)),
      ).toEqual([])
    })

    test('links to dashboards that are there, with variables that they have', () => {
      const all = new Map(dashboards().map((each) => [each.uid, each]))
      for (const { url } of linksOf(dashboard)) {
        const [, uid, query = ''] = /^\/d\/([^?]+)\??(.*)$/.exec(url) ?? []
        if (uid === undefined) continue
        const target = all.get(uid)
        expect(target, url).toBeDefined()
        for (const [, name] of query.matchAll(/(?:^|&)var-(\w+)=/g))
          expect(
            target?.templating.list.map((variable) => variable.name),
            url,
          ).toContain(name)
      }
    })

    test('opens Explore with panes that are JSON once the variables are filled in', () => {
      for (const { url } of linksOf(dashboard).filter((link) => link.url.startsWith('/explore'))) {
        const filled = url.replace(/\$\{(\w+)[^}]*\}/g, '22')
        const panes = new URL(filled, 'http://grafana').searchParams.get('panes') ?? ''
        expect(JSON.parse(panes), url).toMatchObject({
          picket: { datasource: '22', queries: [{ refId: 'A', datasource: { type: 'loki' } }] },
        })
      }
    })

    test('shows annotations out of Loki and out of Grafana’s own store', () => {
      const types = dashboard.annotations.list
        .filter((each) => !('builtIn' in each))
        .map(({ datasource }) => datasource.type)
      expect(new Set(types)).toEqual(new Set(['loki', 'grafana']))
    })

    test('carries the tag by which the dashboards find each other', () => {
      expect(dashboard.tags).toContain('picket')
      expect(dashboard.links.map(({ tags }) => tags)).toEqual([['picket']])
    })
  },
)

describe('the provider', () => {
  test('puts the dashboards into the folder picket, from where they are mounted', () => {
    expect(readYaml('dashboards/picket.yaml')).toEqual({
      apiVersion: 1,
      providers: [
        expect.objectContaining({
          type: 'file',
          folder: 'Picket',
          options: { path: '/etc/grafana/provisioning/dashboards' },
        }),
      ],
    })
  })

  test('shares the folder of the alert rules, which comes first and whose uid is Grafana’s choice', () => {
    const { providers } = readYaml('dashboards/picket.yaml') as { providers: { folder: string }[] }
    const { groups } = readYaml('alerting/rules.yaml') as { groups: { folder: string }[] }
    for (const { folder } of groups) expect(folder).toBe(providers[0]?.folder)
    expect(providers[0]).not.toHaveProperty('folderUid')
  })
})

describe('the data sources', () => {
  const { datasources } = readYaml('datasources/picket.yaml') as {
    datasources: { uid: string; type: string; jsonData: { derivedFields?: { url: string }[] } }[]
  }

  test('are those that the dashboards choose at first', () => {
    const chosen = dashboards().flatMap(({ templating }) =>
      templating.list.flatMap(({ type, query, current }) =>
        type === 'datasource' ? [[query, current.value]] : [],
      ),
    )
    expect(new Map(datasources.map(({ type, uid }) => [type, uid]))).toEqual(
      new Map(chosen as [string, string][]),
    )
  })

  test('lead from a line to the dashboard about its source', () => {
    const fields = datasources.flatMap(({ jsonData }) => jsonData.derivedFields ?? [])
    // A dollar is written twice, or Grafana looks for an environment variable.
    expect(fields.map(({ url }) => url)).toEqual(
      fields.map(() => '/d/picket-attacker?var-address=$${__value.raw}'),
    )
    expect(fields).not.toEqual([])
  })
})

function readYaml(path: string): unknown {
  return parse(readFileSync(join(root, 'provisioning', path), 'utf8'))
}

function linksOf(dashboard: Dashboard): { url: string }[] {
  return panelsOf(dashboard).flatMap(({ fieldConfig }) => [
    ...(fieldConfig.defaults.links ?? []),
    ...fieldConfig.overrides.flatMap(({ properties }) =>
      properties.flatMap((property) => (property.id === 'links' ? property.value : [])),
    ),
  ])
}

/** Cells of the grid that no panel or more than one takes. */
function gapsOf(
  places: readonly { x: number; y: number; w: number; h: number }[],
  top = 0,
): string[] {
  const taken = new Map<string, number>()
  for (const { x, y, w, h } of places)
    for (let row = y; row < y + h; row++)
      for (let column = x; column < x + w; column++) {
        const cell = `${column},${row}`
        taken.set(cell, (taken.get(cell) ?? 0) + 1)
      }
  const bottom = Math.max(...places.map(({ y, h }) => y + h))
  const all = Array.from({ length: bottom - top }, (_, row) =>
    Array.from({ length: 24 }, (_each, column) => `${column},${top + row}`),
  ).flat()
  return [...new Set([...all, ...taken.keys()])].filter((cell) => taken.get(cell) !== 1)
}
