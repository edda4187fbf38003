import { format, resolveConfig } from 'prettier'
import { stringify } from 'yaml'
import { ATTACKS } from './attacks.mjs'
import { DEMO } from './demo.mjs'
import { grafanaRules } from './grafana.mjs'
import { ITSELF } from './itself.mjs'
import { LOGGING } from './logging.mjs'
import { RECORDING_RULES, rulerRules } from './prometheus.mjs'

export const ALERTS = [...ATTACKS, ...LOGGING, ...ITSELF]

/** Files by path from the root. */
export async function alertFiles() {
  const files = [
    {
      path: 'provisioning/alerting/rules.yaml',
      about:
        'Alert rules for Grafana. They need the data sources picket-prometheus and picket-loki.',
      content: grafanaRules(ALERTS),
    },
    {
      path: 'provisioning/alerting/demo.yaml',
      about:
        "Contact point and policy of the demo. NOT for a Grafana in use: the policy replaces the organisation's whole tree.",
      content: DEMO,
    },
    {
      path: 'provisioning/prometheus/rules/picket-alerts.yaml',
      about: 'Alerts for Prometheus.',
      content: rulerRules(ALERTS, 'promql'),
    },
    {
      path: 'provisioning/prometheus/rules/picket-recording.yaml',
      about: 'Rates and increases for dashboards.',
      content: RECORDING_RULES,
    },
    {
      path: 'provisioning/loki/rules/picket.yaml',
      about: "Alerts for Loki's ruler, for where no Prometheus reads Picket's metrics.",
      content: rulerRules(ALERTS, 'logql'),
    },
  ]
  const written = await Promise.all(
    files.map(async ({ path, about, content }) => [path, await yamlOf(path, about, content)]),
  )
  return new Map(written)
}

/**
 * @param {string} path
 * @param {string} about
 * @param {unknown} content
 */
async function yamlOf(path, about, content) {
  const head = `# ${about}\n# Written by \`npm run provisioning\` from provisioning/source/alerts: change it there.\n`
  const text = stringify(content, { lineWidth: 0, aliasDuplicateObjects: false })
  return format(head + text, { ...(await resolveConfig(path)), parser: 'yaml' })
}
