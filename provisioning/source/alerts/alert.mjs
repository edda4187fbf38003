/**
 * What an alert is, once; the files for Grafana, Prometheus and Loki are written from it.
 *
 * - `expr` has no comparison at its end: an alert fires for every series of it that is above `above`. Prometheus and Loki get
 *   `expr > above`, Grafana a threshold of its own, so that the value can be seen while nothing fires.
 * - Texts are Go templates with `$labels` and `$value`, which Prometheus, Loki and Grafana share.
 * - No expression may grow with the number of sources: LogQL answers an error beyond 500 series, so attackers come by address
 *   from Picket's top list only, and everything else is grouped by what is few.
 *
 * @typedef {object} Expression
 * @property {string} expr
 * @property {number} above
 * @property {readonly string[]} labels Labels of the series, for those who route and for the texts.
 * @property {string} summary One line: what happened, to whom.
 * @property {string} description Why it fired and what it means.
 * @property {Link} [dashboard] Where the alert's own needs labels that these series lack.
 * @property {Link} [evidence]
 *
 * @typedef {object} Link
 * @property {string} [dashboard] Uid of one of ours, with its variables in `query`.
 * @property {string} [query]
 * @property {string} [logql] Shown in Explore instead, over the last `hours`.
 * @property {number} [hours]
 *
 * @typedef {object} Alert
 * @property {string} name PascalCase; the runbook is `docs/runbooks/<name>.md`.
 * @property {'attacks' | 'logging' | 'itself'} group
 * @property {'critical' | 'warning' | 'info'} severity critical: somebody should look now; warning: today; info: when there is time.
 * @property {string} for
 * @property {string} [keepFiringFor] Where the value goes up and down while the cause stays.
 * @property {Expression} [promql]
 * @property {Expression} [logql]
 * @property {'promql' | 'logql'} grafana Which of the two Grafana evaluates.
 * @property {boolean} [tellsErrors] Of all alerts on a data source one says that it cannot be asked; the rest keep their state, or a
 *   Loki that restarts would be a dozen messages.
 * @property {Link} dashboard Where to look first.
 * @property {Link} evidence What it was fired by.
 */

/** Groups in the order of the files, and how often their rules are evaluated. */
export const GROUPS = /** @type {const} */ ([
  { group: 'attacks', interval: '1m' },
  { group: 'logging', interval: '5m' },
  { group: 'itself', interval: '1m' },
])

/**
 * @param {Alert} alert
 * @param {Expression} expression
 */
export function linksOf(alert, expression) {
  return {
    dashboard: expression.dashboard ?? alert.dashboard,
    evidence: expression.evidence ?? alert.evidence,
  }
}

/** @param {Alert} alert */
export function labelsOf({ severity }) {
  return { severity, service: 'picket' }
}
