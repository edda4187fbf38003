import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { root } from '../../helpers/fixtures.ts'
import { hasTool } from '../../helpers/tools.ts'
import { parsePromql } from './parse.ts'
import { PROMETHEUS_RULES, rulesOf } from './source.ts'
import { metricsOfTraffic } from './traffic-metrics.ts'

const names = new Set(
  rulesOf(PROMETHEUS_RULES).flatMap(({ expr }) => parsePromql(expr).texts('Identifier')),
)

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'picket-noise-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What promtool says to the claim that of all alerts only those named here fired at any time. */
async function claim(
  traffic: { readonly minutes: number; readonly rate: number; readonly attackers: boolean },
  fired: readonly string[],
): Promise<{ status: number | null; said: string }> {
  const { minutes } = traffic
  writeFileSync(
    join(folder, 'tests.yaml'),
    stringify({
      rule_files: [join(root, 'provisioning', PROMETHEUS_RULES)],
      evaluation_interval: '1m',
      tests: [
        {
          interval: '1m',
          input_series: await metricsOfTraffic({ ...traffic, names }),
          promql_expr_test: [
            {
              expr: `group by (alertname) (count_over_time(ALERTS{alertstate="firing"}[${minutes}m]))`,
              eval_time: `${minutes}m`,
              exp_samples: fired.map((name) => ({ labels: `{alertname="${name}"}`, value: 1 })),
            },
          ],
        },
      ],
    }),
  )
  const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', 'tests.yaml'], {
    encoding: 'utf8',
    cwd: folder,
  })
  return { status, said: stdout + stderr }
}

describe.skipIf(!hasTool('promtool'))('the alerts on Picket’s metrics', () => {
  test('are all quiet for more than six hours of the demo’s background noise', async () => {
    const { status, said } = await claim({ minutes: 390, rate: 2, attackers: false }, [])
    expect(said).toContain('SUCCESS')
    expect(status).toBe(0)
  })

  test('say high danger and sweeps, and no more, as soon as the demo’s attackers are there', async () => {
    const { said } = await claim({ minutes: 30, rate: 1, attackers: true }, [
      'PicketHighDangerSource',
      'PicketSweep',
    ])
    expect(said).toContain('SUCCESS')
  })
})
