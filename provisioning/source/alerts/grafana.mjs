import { GROUPS, labelsOf, linksOf } from './alert.mjs'
import { pathOf, runbook } from './links.mjs'

/** @typedef {import('./alert.mjs').Alert} Alert */

const DATASOURCES = {
  promql: { type: 'prometheus', uid: 'picket-prometheus' },
  logql: { type: 'loki', uid: 'picket-loki' },
}
const EXPRESSION = { type: '__expr__', uid: '__expr__' }

/**
 * Rules in Grafana's file provisioning. Annotations and query models are not interpolated, so a `$` stands for itself there; labels
 * and titles would need `$$`, and have none.
 *
 * @param {readonly Alert[]} alerts
 */
export function grafanaRules(alerts) {
  return {
    apiVersion: 1,
    groups: GROUPS.map(({ group, interval }) => ({
      orgId: 1,
      name: `picket-${group}`,
      folder: 'Picket',
      interval,
      rules: alerts.filter((alert) => alert.group === group).map(ruleOf),
    })),
  }
}

/** @param {Alert} alert */
function ruleOf(alert) {
  const expression = alert[alert.grafana]
  if (expression === undefined) throw new Error(`${alert.name} has no ${alert.grafana}`)
  const datasource = DATASOURCES[alert.grafana]
  const { dashboard, evidence } = linksOf(alert, expression)
  return {
    uid: uidOf(alert.name),
    title: alert.name,
    condition: 'B',
    for: alert.for,
    ...(alert.keepFiringFor !== undefined && { keepFiringFor: alert.keepFiringFor }),
    // Most expressions give no series at all while nothing is wrong; that Picket is gone is PicketDown's to say.
    noDataState: 'OK',
    execErrState: alert.tellsErrors === true ? 'Error' : 'KeepLast',
    labels: labelsOf(alert),
    annotations: {
      summary: inGrafana(expression.summary),
      description: inGrafana(expression.description),
      ...runbook(alert.name),
      // Grafana's own address, which ends in a slash.
      dashboard_url: `{{ externalURL }}${pathOf(dashboard)}`,
      evidence_url: `{{ externalURL }}${pathOf(evidence)}`,
    },
    data: [
      {
        refId: 'A',
        datasourceUid: datasource.uid,
        relativeTimeRange: { from: 600, to: 0 },
        model: {
          refId: 'A',
          datasource,
          editorMode: 'code',
          expr: expression.expr,
          ...(alert.grafana === 'logql'
            ? { queryType: 'instant' }
            : { instant: true, range: false }),
        },
      },
      {
        refId: 'B',
        datasourceUid: EXPRESSION.uid,
        relativeTimeRange: { from: 0, to: 0 },
        model: {
          refId: 'B',
          datasource: EXPRESSION,
          type: 'threshold',
          expression: 'A',
          conditions: [{ evaluator: { type: 'gt', params: [expression.above] } }],
        },
      },
    ],
  }
}

/** @param {string} name */
export function uidOf(name) {
  return name.replaceAll(/\B[A-Z]/g, (letter) => `-${letter}`).toLowerCase()
}

/**
 * In Grafana `$value` is a text about all queries; the number is that of the query.
 *
 * @param {string} text
 */
function inGrafana(text) {
  return text.replaceAll('$value', '$values.A.Value')
}
