import { dashboard, details, line } from './dashboard.mjs'
import { UIDS, hostSeriesLinks, portLinks, portSeriesLinks } from './links.mjs'
import { barColumn, byName, logLines, picketPanel, table, timeseries } from './panels.mjs'
import { detections, LINES, MOST_LINES, logs, metrics, tableOf } from './queries.mjs'
import { dataSources, host, job, level, port } from './variables.mjs'

/** The end of a number stands behind the last digit; without one, behind the equals sign: an empty port is every port. */
const toPort = `${LINES} |~ " DPT=$port\\\\b"`
const ofPort = '{port=~"^$port\\\\b.*"}'

const ranking = table({
  id: 1,
  title: 'Ports scanned most',
  description:
    'Destination ports with the most packets of scans that go on now. New sources are those that came in the chosen time: a sudden rise is a new worm or a new hole.',
  targets: [
    tableOf('max by (protocol, port) (picket_scanned_port_packets)'),
    tableOf('max by (protocol, port) (picket_scanned_port_sources)'),
    tableOf('max by (protocol, port) (delta(picket_scanned_port_sources[$__range]))'),
  ],
  columns: {
    port: 'Port',
    protocol: 'Protocol',
    'Value #A': 'Packets',
    'Value #B': 'Sources',
    'Value #C': 'New sources',
  },
  sortBy: ['Packets'],
  overrides: [
    byName('Port', { links: portLinks, unit: 'string', 'custom.width': 80 }),
    byName('Protocol', { 'custom.width': 90 }),
    byName('Packets', barColumn('blue')),
    byName('Sources', barColumn('purple')),
    byName('New sources', { noValue: '0', 'custom.width': 110 }),
  ],
  decimals: 0,
})

const heatmap = picketPanel({
  id: 2,
  title: 'Ports over time',
  description:
    'Which ports are asked for, and when, out of the newest 5,000 detections. A click on a port sets it for this dashboard.',
  targets: [logs(detections(), { maxLines: MOST_LINES })],
  options: {
    view: 'ports',
    input: 'detections',
    filter: { sourceVariable: '', portVariable: 'port' },
  },
})

const packets = timeseries({
  id: 3,
  title: 'Packets of running scans by port',
  description:
    'Packets to each of the ten busiest ports. A port falls when the scans that asked for it have ended.',
  targets: [
    metrics(
      `topk(10, max by (protocol, port) (picket_scanned_port_packets${ofPort}))`,
      '{{protocol}}/{{port}}',
    ),
  ],
  decimals: 0,
  legendCalcs: ['lastNotNull', 'max'],
  dataLinks: portSeriesLinks,
})

const sources = timeseries({
  id: 4,
  title: 'Sources by port',
  description: 'How many sources ask for each of the ten ports wanted most.',
  targets: [
    metrics(
      `topk(10, max by (protocol, port) (picket_scanned_port_sources${ofPort}))`,
      '{{protocol}}/{{port}}',
    ),
  ],
  decimals: 0,
  legendCalcs: ['lastNotNull', 'max'],
  dataLinks: portSeriesLinks,
})

const byFirewall = timeseries({
  id: 5,
  title: 'Packets to the port by firewall',
  description: 'Lines with the chosen destination port, of the chosen firewalls.',
  targets: [
    logs(`sum by (host) (count_over_time(${toPort} [$__auto]))`, { legendFormat: '{{host}}' }),
  ],
  bars: true,
  stack: true,
  decimals: 0,
  legendCalcs: ['sum', 'max'],
  noValue: 'No lines with this port',
  dataLinks: hostSeriesLinks,
})

const protocols = timeseries({
  id: 6,
  title: 'Protocols',
  description:
    'Packets a second by IP protocol. Numbers without a name are protocols that hardly anybody uses.',
  targets: [
    metrics(
      'topk(10, sum by (protocol) (rate(picket_packets_total[$__rate_interval]))) > 0',
      '{{protocol}}',
    ),
  ],
  unit: 'pps',
  stack: true,
})

const lines = logLines({
  id: 8,
  title: 'Lines with the port',
  description: 'The firewall’s own lines with the chosen destination port, newest first.',
  targets: [logs(toPort, { maxLines: 500 })],
})

const map = picketPanel({
  id: 9,
  title: 'Who asks for it',
  description: 'Sources against destinations, out of the newest 5,000 lines with the chosen port.',
  targets: [logs(toPort, { maxLines: MOST_LINES })],
  options: {
    view: 'map',
    input: 'lines',
    minLevel: 0,
    filter: { sourceVariable: '', portVariable: 'port' },
  },
})

export const ports = dashboard({
  uid: UIDS.ports,
  title: 'Picket ports and services',
  description: 'What attackers are after: ports, services and protocols.',
  variables: [...dataSources, port, job, host, level(1)],
  refresh: '1m',
  body: [
    line(13, [10, ranking], [14, heatmap]),
    line(9, [12, packets], [12, sources]),
    line(9, [12, byFirewall], [12, protocols]),
    details(7, 'The lines of the port', line(12, [12, lines], [12, map])),
  ],
})
