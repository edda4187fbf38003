import { dashboard, details, line } from './dashboard.mjs'
import { CHECKS, saying } from './health-words.mjs'
import { steps } from './levels.mjs'
import { UIDS, hostSeriesLinks, toExplore } from './links.mjs'
import { barColumn, byName, logLines, stat, table, timeseries } from './panels.mjs'
import { LINES, logs, logsNow, metrics, metricsNow, tableOf } from './queries.mjs'
import { dataSources, host, job } from './variables.mjs'

const packetsOf = (selector) => `sum(rate(picket_packets_total{${selector}}[$__rate_interval]))`

const findings = stat({
  id: 1,
  title: 'Findings now',
  description:
    'What is wrong with the logging itself, as Picket sees it in the lines. No danger level depends on it.',
  targets: [metricsNow('count(picket_logging_health == 1) or vector(0)')],
  mappings: [{ type: 'value', options: { 0: { index: 0, text: 'none' } } }],
  thresholds: steps('green', [1, 'orange']),
  decimals: 0,
})

const firewalls = stat({
  id: 2,
  title: 'Firewalls',
  description: 'Values of the label host that sent lines in the chosen time.',
  targets: [logsNow(`count(sum by (host) (count_over_time(${LINES} [$__range])))`)],
  decimals: 0,
  noValue: '0',
})

const rate = stat({
  id: 3,
  title: 'Lines a second',
  description: 'Lines that Picket reads.',
  targets: [metrics('sum(rate(picket_lines_total[$__rate_interval]))')],
  unit: 'cps',
  decimals: 1,
  spark: true,
  color: { mode: 'fixed', fixedColor: 'blue' },
})

const silence = stat({
  id: 4,
  title: 'Since the last packet',
  description:
    'How old the newest packet is that Picket knows. A firewall on the Internet is never silent for long.',
  targets: [metricsNow('time() - max(picket_last_packet_timestamp_seconds)')],
  unit: 's',
  decimals: 0,
  thresholds: steps('green', [300, 'orange'], [1800, 'red']),
  noValue: 'never',
})

const strange = stat({
  id: 5,
  title: 'Damaged lines',
  description:
    'Share of lines in the chosen time that begin like a packet and cannot be read to the end: cut by syslog, mostly.',
  targets: [
    metricsNow(
      'sum(increase(picket_lines_total{result="malformed"}[$__range])) / (sum(increase(picket_lines_total[$__range])) > 0)',
    ),
  ],
  unit: 'percentunit',
  decimals: 2,
  thresholds: steps('green', [0.001, 'orange'], [0.01, 'red']),
  noValue: 'no lines',
})

const chatter = stat({
  id: 6,
  title: 'Not about packets',
  description:
    'Share of lines in the chosen time that are no packets: a query that reads more than the firewall’s lines.',
  targets: [
    metricsNow(
      'sum(increase(picket_lines_total{result="not_a_packet"}[$__range])) / (sum(increase(picket_lines_total[$__range])) > 0)',
    ),
  ],
  unit: 'percentunit',
  decimals: 1,
  thresholds: steps('green', [0.5, 'orange']),
  noValue: 'no lines',
})

const list = table({
  id: 7,
  title: 'Checks',
  description:
    'Every check that Picket has a finding for, and those that speak of all lines. `picket check-firewall --advise all` prints what mends the ruleset.',
  targets: [tableOf('max by (check, prefix) (picket_logging_health)')],
  columns: { Value: 'State', check: 'Check', prefix: 'Prefix' },
  sortBy: ['State'],
  overrides: [
    byName('State', {
      mappings: [
        {
          type: 'value',
          options: { 0: { index: 0, text: 'sound' }, 1: { index: 1, text: 'finding' } },
        },
      ],
      thresholds: steps('green', [1, 'orange']),
      'custom.cellOptions': { type: 'color-text' },
      'custom.width': 90,
    }),
    byName('Check', {
      unit: 'string',
      mappings: [
        {
          type: 'value',
          options: Object.fromEntries(
            Object.entries(CHECKS).map(([check, text], index) => [check, { index, text }]),
          ),
        },
      ],
    }),
  ],
  decimals: 0,
})

const events = logLines({
  id: 8,
  title: 'What Picket said of it',
  description:
    'Detections of kind logging-health, with the evidence and what to do. Of each check and prefix one a day at most.',
  targets: [
    logs(
      '{job="picket", kind="logging-health"} | json message="message", reason="reasons[0]" | line_format "{{.message}}  ({{.reason}})"',
      { maxLines: 200 },
    ),
  ],
  wrap: true,
})

const byFirewall = timeseries({
  id: 9,
  title: 'Lines by firewall',
  description:
    'Lines that arrived in Loki. One that falls to nothing has stopped logging or shipping; one as flat as a table is rate-limited.',
  targets: [
    logs(`sum by (host) (count_over_time(${LINES} [$__auto]))`, { legendFormat: '{{host}}' }),
  ],
  bars: true,
  stack: true,
  decimals: 0,
  legendCalcs: ['sum', 'max'],
  noValue: 'No lines: is the job right, does the firewall log?',
  dataLinks: hostSeriesLinks,
})

const byResult = timeseries({
  id: 10,
  title: 'Lines by what they were',
  description:
    'Lines a second that Picket read: packets, packets it was told to ignore, other lines, damaged ones, and repeats.',
  targets: [metrics('sum by (result) (rate(picket_lines_total[$__rate_interval]))', '{{result}}')],
  unit: 'cps',
  stack: true,
})

const prefixes = table({
  id: 11,
  title: 'Prefixes',
  description:
    'Packets in the chosen time by the prefix of the rule that logged them; beyond the fifty most frequent they are “other”.',
  targets: [
    tableOf('sum by (prefix) (increase(picket_packets_total[$__range])) > 0'),
    tableOf(
      'sum by (prefix) (increase(picket_packets_total[$__range])) / on () group_left () sum(increase(picket_packets_total[$__range])) > 0',
    ),
  ],
  columns: { prefix: 'Prefix', 'Value #A': 'Packets', 'Value #B': 'Share' },
  sortBy: ['Packets'],
  overrides: [
    byName('Prefix', {
      unit: 'string',
      links: [
        toExplore(
          'Its lines in Explore',
          '{job=~"${job:pipe}", host=~"${host:pipe}"} |= `${__value.raw}`',
        ),
      ],
    }),
    byName('Packets', { ...barColumn('blue'), decimals: 0 }),
    byName('Share', { unit: 'percentunit', decimals: 1, 'custom.width': 90 }),
  ],
})

const verdicts = timeseries({
  id: 12,
  title: 'Verdicts',
  description:
    'Packets a second by what their prefix says became of them. Accepted and audited packets never raise a level; where they are the most, the log says little of attacks.',
  targets: [
    metrics(packetsOf(`prefix=~"${saying('dropped')}"`), 'dropped'),
    metrics(
      `${packetsOf(`prefix=~"${saying('audited', 'accepted')}", prefix!~"${saying('dropped')}"`)} or vector(0)`,
      'accepted or audited',
    ),
    metrics(
      `${packetsOf(`prefix!~"${saying('dropped', 'audited', 'accepted')}"`)} or vector(0)`,
      'not said',
    ),
  ],
  unit: 'pps',
  stack: true,
  overrides: [
    byName('dropped', { color: { mode: 'fixed', fixedColor: 'green' } }),
    byName('accepted or audited', { color: { mode: 'fixed', fixedColor: 'orange' } }),
    byName('not said', { color: { mode: 'fixed', fixedColor: 'gray' } }),
  ],
})

const counted = (filter, legendFormat) =>
  logs(`sum(count_over_time(${LINES} ${filter} [$__auto]))`, { legendFormat })

const families = timeseries({
  id: 13,
  title: 'IPv4 and IPv6',
  description:
    'Lines by IP version. A host with IPv6 and no line of it logs with iptables but not with ip6tables.',
  targets: [counted('|= " TTL="', 'IPv4'), counted('|= " HOPLIMIT="', 'IPv6')],
  bars: true,
  stack: true,
  decimals: 0,
  legendCalcs: ['sum'],
})

const chains = timeseries({
  id: 15,
  title: 'Chains',
  description: 'Lines by the way of the packet: for the firewall itself, through it, or from it.',
  targets: [
    counted('|~ "IN=[^ ]+ OUT= "', 'INPUT'),
    counted('|~ "IN=[^ ]+ OUT=[^ ]+ "', 'FORWARD'),
    counted('|~ "IN= OUT=[^ ]+ "', 'OUTPUT'),
  ],
  bars: true,
  stack: true,
  decimals: 0,
  legendCalcs: ['sum'],
})

const interfaces = timeseries({
  id: 16,
  title: 'Interfaces',
  description: 'Lines by the interface at which the packet came in.',
  targets: [
    logs(
      `sum by (interface) (count_over_time(${LINES} | logfmt interface="IN" | interface != "" [$__auto]))`,
      { legendFormat: '{{interface}}' },
    ),
  ],
  bars: true,
  stack: true,
  decimals: 0,
  legendCalcs: ['sum'],
})

export const loggingHealth = dashboard({
  uid: UIDS.health,
  title: 'Firewall logging health',
  description:
    'Whether the firewalls log what Picket needs to see. What is not logged cannot be detected.',
  variables: [...dataSources, job, host],
  // Reads the firewall’s own lines: every refresh costs Loki the whole range.
  refresh: '5m',
  body: [
    line(4, [4, findings], [4, firewalls], [4, rate], [4, silence], [4, strange], [4, chatter]),
    line(8, [10, list], [14, events]),
    line(9, [12, byFirewall], [12, byResult]),
    line(9, [8, prefixes], [8, verdicts], [8, families]),
    details(14, 'Chains and interfaces', line(9, [12, chains], [12, interfaces])),
  ],
})
