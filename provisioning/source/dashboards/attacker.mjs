import { dashboard, details, line } from './dashboard.mjs'
import { levelMappings, levelThresholds } from './levels.mjs'
import { UIDS } from './links.mjs'
import { logLines, picketPanel, stat, timeseries } from './panels.mjs'
import { detections, LINES, MOST_LINES, logs, logsNow } from './queries.mjs'
import { address, dataSources, host, job, level } from './variables.mjs'

/** `ip()` knows every spelling of an address: the kernel's eight groups and Picket's shortest form. */
const mentioned = `${LINES} |= ip("$address")`
const sent = `${mentioned} | logfmt source="SRC", protocol="PROTO", port="DPT" | source = ip("$address")`
const found = detections('| source = ip("$address")')
const everything = '{job="picket"} | source = ip("$address")'

/** Grouped by a label that all share: without it every label of every line would make a series, and Loki ends at 500. */
const greatest = (fold, lines) => `${fold}(${fold}_over_time(${lines} [$__range]) by (job))`

const when = (fold) =>
  logsNow(
    greatest(
      fold,
      `${sent} | label_format at=\`{{ __timestamp__ | unixEpochMillis }}\` | unwrap at`,
    ),
  )

const highest = stat({
  id: 1,
  title: 'Danger level',
  description: 'The highest level that the source reached in the chosen time.',
  targets: [logsNow(greatest('max', `${everything} | unwrap danger_level`))],
  mappings: levelMappings,
  thresholds: levelThresholds,
  fill: true,
  unit: 'none',
  decimals: 0,
  noValue: 'no detection',
})

const packets = stat({
  id: 2,
  title: 'Packets logged',
  description: 'Lines of the chosen firewalls that the source caused in the chosen time.',
  targets: [logsNow(`sum(count_over_time(${sent} [$__range]))`)],
  decimals: 0,
  noValue: '0',
})

const destinations = stat({
  id: 3,
  title: 'Destinations',
  description:
    'Most destinations of one of its scans, as Picket’s newest detection of it counts them.',
  targets: [
    logsNow(
      greatest(
        'max',
        `${everything} | json destinations="destinations" | destinations > 0 | unwrap destinations`,
      ),
    ),
  ],
  decimals: 0,
  noValue: 'no detection',
})

const total = stat({
  id: 4,
  title: 'Detections',
  description: 'What Picket found of the source in the chosen time, from the chosen level on.',
  targets: [logsNow(`sum(count_over_time(${found} [$__range]))`)],
  decimals: 0,
  noValue: '0',
})

const first = stat({
  id: 5,
  title: 'First line',
  description: 'Its oldest line in the chosen time: widen the time to see whether it came before.',
  targets: [when('min')],
  unit: 'dateTimeFromNow',
  noValue: 'never',
})

const last = stat({
  id: 6,
  title: 'Last line',
  description: 'Its newest line in the chosen time.',
  targets: [when('max')],
  unit: 'dateTimeFromNow',
  noValue: 'never',
})

const about = picketPanel({
  id: 7,
  title: 'What Picket knows about $address',
  description:
    'Level, kinds of scan, ports, destinations, signatures, operating system and the reasons for the level. Open a row for all of it; its evidence opens the very lines.',
  targets: [logs(found, { maxLines: MOST_LINES })],
  options: {
    view: 'attackers',
    input: 'detections',
    minLevel: 0,
    filter: { sourceVariable: 'address', portVariable: '' },
  },
})

const rate = timeseries({
  id: 8,
  title: 'Packets by protocol',
  description: 'Lines that the source caused.',
  targets: [
    logs(`sum by (protocol) (count_over_time(${sent} [$__auto]))`, {
      legendFormat: '{{protocol}}',
    }),
  ],
  bars: true,
  stack: true,
  decimals: 0,
  legendCalcs: ['sum', 'max'],
  noValue: 'No lines of this source',
})

const ports = picketPanel({
  id: 9,
  title: 'Ports over time',
  description:
    'Which ports it asked for, and when, out of its newest 5,000 lines. A steep stripe is a scan of many ports, a flat one a single service.',
  targets: [logs(sent, { maxLines: MOST_LINES })],
  options: {
    view: 'ports',
    input: 'lines',
    minLevel: 0,
    filter: { sourceVariable: 'address', portVariable: '' },
  },
})

const reasons = logLines({
  id: 10,
  title: 'Detections and their reasons',
  description: 'Each detection with what crossed a threshold. Open one for the whole event.',
  targets: [
    logs(
      `${found} | json reasons="reasons" | line_format "level {{.danger_level}}  {{.kind}} {{.scan}}{{.sid}}  {{.source}} -> {{.destination}}  {{.packets}} packets  {{.reasons}}"`,
      { maxLines: 500 },
    ),
  ],
  wrap: true,
})

const lines = logLines({
  id: 11,
  title: 'Its lines',
  description: 'The firewall’s own lines that name the address, as source or as destination.',
  targets: [logs(mentioned, { maxLines: 500 })],
})

const map = picketPanel({
  id: 13,
  title: 'Map of the scan',
  description:
    'Sources against destinations, out of the newest 5,000 lines: a row that is full is a sweep.',
  targets: [logs(sent, { maxLines: MOST_LINES })],
  options: {
    view: 'map',
    input: 'lines',
    minLevel: 0,
    filter: { sourceVariable: 'address', portVariable: '' },
  },
})

export const attacker = dashboard({
  uid: UIDS.attacker,
  title: 'Picket attacker',
  description:
    'Everything known about one address, or about a network, with the lines that prove it.',
  variables: [...dataSources, address, job, host, level(1)],
  // Reads the firewall’s own lines: every refresh costs Loki the whole range.
  refresh: '5m',
  body: [
    line(4, [4, highest], [4, packets], [4, destinations], [4, total], [4, first], [4, last]),
    line(9, [24, about]),
    line(10, [12, rate], [12, ports]),
    line(9, [24, reasons]),
    line(11, [24, lines]),
    details(12, 'Destinations', line(13, [24, map])),
  ],
})
