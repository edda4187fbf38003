import { LOKI } from './queries.mjs'

export const UIDS = {
  overview: 'picket-overview',
  attacker: 'picket-attacker',
  ports: 'picket-ports',
  health: 'picket-logging-health',
  itself: 'picket-itself',
}

/** The firewall's lines, in a link: values without the backslashes that JSON would stumble over. */
const STREAMS = '{job=~"${job:pipe}", job!="picket", host=~"${host:pipe}"}'

/** What goes along: where the data are, and the time. */
const CARRIED = '${loki:queryparam}&${prometheus:queryparam}&${__url_time_range}'
const CARRIED_LINES = '${job:queryparam}&${host:queryparam}'

/** A link to a dashboard that sets some of its variables, by name, to a text or a `${…}` of Grafana's. */
export function toDashboard(title, uid, variables = {}, { lines = true } = {}) {
  const own = Object.entries(variables).map(([name, value]) => `var-${name}=${value}`)
  const query = [...own, CARRIED, ...(lines ? [CARRIED_LINES] : [])].join('&')
  return { title, url: `/d/${uid}?${query}` }
}

/** A link that opens Explore with a LogQL query. Values of `${…}` go into JSON, so they must hold no quotes. */
export function toExplore(title, expr) {
  const pane = {
    datasource: LOKI.uid,
    queries: [{ refId: 'A', datasource: LOKI, editorMode: 'code', expr, queryType: 'range' }],
    range: { from: '${__from}', to: '${__to}' },
  }
  return {
    title,
    targetBlank: true,
    url: `/explore?schemaVersion=1&panes=${encodeAround(JSON.stringify({ picket: pane }))}`,
  }
}

/** Grafana fills in what stands between the braces, which it would not find encoded. */
function encodeAround(text) {
  return text
    .split(/(\$\{[^}]+\})/)
    .map((part, i) => (i % 2 === 1 ? part : encodeURIComponent(part)))
    .join('')
}

/** Of a field that holds a source's address. */
export const sourceLinks = [
  toDashboard('Everything about ${__value.raw}', UIDS.attacker, { address: '${__value.raw}' }),
  toExplore('Its lines in Explore', `${STREAMS} |= ip("\${__value.raw}")`),
]

/** Of a field that holds a destination port. */
export const portLinks = [
  toDashboard('Everything about port ${__value.raw}', UIDS.ports, { port: '${__value.raw}' }),
  toExplore('Its lines in Explore', `${STREAMS} |~ " DPT=\${__value.raw}\\\\b"`),
]

/** Of a series with a port. */
export const portSeriesLinks = [
  toDashboard('Only ${__field.labels.port}', UIDS.ports, { port: '${__field.labels.port}' }),
]

/** Of a series of one firewall. */
export const hostSeriesLinks = [
  toExplore('Its lines in Explore', '{job=~"${job:pipe}", host="${__field.labels.host}"}'),
]

/** Links at the top of every dashboard to the others. */
export const dashboardLinks = [
  {
    type: 'dashboards',
    title: 'Picket',
    tags: ['picket'],
    asDropdown: false,
    icon: 'external link',
    includeVars: true,
    keepTime: true,
    targetBlank: false,
    tooltip: '',
    url: '',
  },
]
