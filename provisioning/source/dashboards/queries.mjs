export const LOKI = { type: 'loki', uid: '${loki}' }
export const PROMETHEUS = { type: 'prometheus', uid: '${prometheus}' }
export const MIXED = { type: 'datasource', uid: '-- Mixed --' }

/** The firewall's lines. Picket's own stream stays out where `job` is set to all. */
export const LINES = '{job=~"$job", job!="picket", host=~"$host"}'

/**
 * Detections from the chosen level on, of the chosen firewalls. Stages given come first, since few detections are left to take apart
 * then: which firewall it was stands in the event's JSON only.
 */
export const detections = (stages = '') =>
  `{job="picket", danger_level=~"[$level-5]"} ${stages} | json firewall="host" | firewall=~"$host"`

/** Rows of a log query at most, where the panel works out what they mean. Loki's own bound by default. */
export const MOST_LINES = 5000

/** A LogQL query for lines, or for a metric over time. */
export const logs = (expr, more = {}) => ({
  datasource: LOKI,
  editorMode: 'code',
  expr,
  queryType: 'range',
  ...more,
})

/** LogQL at one moment. */
export const logsNow = (expr, more = {}) => ({ ...logs(expr, more), queryType: 'instant' })

/** PromQL over time. */
export const metrics = (expr, legendFormat = '') => ({
  datasource: PROMETHEUS,
  editorMode: 'code',
  expr,
  format: 'time_series',
  instant: false,
  range: true,
  legendFormat,
})

/** PromQL at one moment, as series or as the rows of a table. */
export const metricsNow = (expr, { legendFormat = '', format = 'time_series' } = {}) => ({
  ...metrics(expr, legendFormat),
  format,
  instant: true,
  range: false,
})

export const tableOf = (expr) => metricsNow(expr, { format: 'table' })

/** Queries in order get the letters A, B, C … */
export function withRefIds(targets) {
  return targets.map((target, i) => ({ refId: String.fromCharCode(65 + i), ...target }))
}
