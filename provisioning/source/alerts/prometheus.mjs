import { GROUPS, labelsOf, linksOf } from './alert.mjs'
import { pathOf, runbook } from './links.mjs'

/**
 * @typedef {import('./alert.mjs').Alert} Alert
 * @typedef {import('./alert.mjs').Expression} Expression
 */

/**
 * Rules for Prometheus (`promql`) or for Loki's ruler (`logql`): the alerts that have such an expression.
 *
 * @param {readonly Alert[]} alerts
 * @param {'promql' | 'logql'} language
 */
export function rulerRules(alerts, language) {
  const groups = GROUPS.map(({ group, interval }) => ({
    name: `picket-${group}`,
    interval,
    rules: alerts.flatMap((alert) => {
      const expression = alert[language]
      return alert.group === group && expression !== undefined
        ? [ruleOf(alert, expression, language)]
        : []
    }),
  }))
  return { groups: groups.filter(({ rules }) => rules.length > 0) }
}

/**
 * @param {Alert} alert
 * @param {Expression} expression
 * @param {'promql' | 'logql'} language
 */
function ruleOf(alert, expression, language) {
  const { dashboard, evidence } = linksOf(alert, expression)
  return {
    alert: alert.name,
    expr: comparison(expression),
    for: alert.for,
    // Not every version of Loki's ruler takes it.
    ...(language === 'promql' &&
      alert.keepFiringFor !== undefined && { keep_firing_for: alert.keepFiringFor }),
    labels: labelsOf(alert),
    annotations: {
      summary: expression.summary,
      description: expression.description,
      ...runbook(alert.name),
      dashboard: inGrafana(pathOf(dashboard)),
      evidence: inGrafana(pathOf(evidence)),
    },
  }
}

/** @param {Expression} expression */
export function comparison({ expr, above }) {
  if (/^[\w{}()[\]=~"|*, ]+$/.test(expr) && !/ (or|and|unless) /.test(expr))
    return `${expr} > ${above}`
  return `(\n${expr.replaceAll(/^/gm, '  ')}\n) > ${above}`
}

/**
 * Whole where the external label `grafana_url` says where Grafana is (`http://grafana:3000`), else a path of it.
 *
 * @param {string} path
 */
function inGrafana(path) {
  return `{{ $externalLabels.grafana_url }}/${path}`
}

/**
 * What dashboards ask for again and again, in Prometheus' naming: level, metric, operation. The level, which labels are left, is
 * `picket`: one instance.
 */
export const RECORDING_RULES = {
  groups: [
    {
      name: 'picket-recording',
      interval: '30s',
      rules: [
        {
          record: 'picket:lines:rate5m',
          expr: 'sum by (job, instance, input, result) (rate(picket_lines_total[5m]))',
        },
        {
          record: 'picket:packets:rate5m',
          expr: 'sum by (job, instance, protocol) (rate(picket_packets_total[5m]))',
        },
        {
          record: 'picket:prefix_packets:rate5m',
          expr: 'sum by (job, instance, prefix) (rate(picket_packets_total[5m]))',
        },
        {
          record: 'picket:detections:increase5m',
          expr: 'sum by (job, instance, kind, danger_level) (increase(picket_detections_total[5m]))',
        },
        {
          record: 'picket:detections:increase1h',
          expr: 'sum by (job, instance, kind, danger_level) (increase(picket_detections_total[1h]))',
        },
        {
          record: 'picket:signature_matches:increase1h',
          expr: 'sum by (job, instance, sid, message) (increase(picket_signature_matches_total[1h])) > 0',
        },
        {
          record: 'picket:attackers:sum',
          expr: 'sum by (job, instance) (picket_sources{danger_level!="0"})',
        },
        {
          // Not `delta`: a port enters the list with all it has, and that is no rise.
          record: 'picket:port_sources:rise10m',
          expr: 'picket_scanned_port_sources - min_over_time(picket_scanned_port_sources[10m])',
        },
        {
          record: 'picket:sink_events:rate5m',
          expr: 'sum by (job, instance, sink, result) (rate(picket_sink_events_total[5m]))',
        },
        {
          record: 'picket:detection_latency_seconds:p50_5m',
          expr: 'histogram_quantile(0.5, sum by (job, instance, le) (rate(picket_detection_latency_seconds_bucket[5m])))',
        },
        {
          record: 'picket:detection_latency_seconds:p99_5m',
          expr: 'histogram_quantile(0.99, sum by (job, instance, le) (rate(picket_detection_latency_seconds_bucket[5m])))',
        },
      ],
    },
  ],
}
