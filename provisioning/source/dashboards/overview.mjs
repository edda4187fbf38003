import { dashboard, details, line } from './dashboard.mjs'
import { countThresholds, steps } from './levels.mjs'
import { UIDS, portLinks, sourceLinks, toDashboard, toExplore } from './links.mjs'
import { barColumn, byName, levelColumn, picketPanel, stat, table, timeseries } from './panels.mjs'
import { detections, MOST_LINES, logs, metrics, metricsNow, tableOf } from './queries.mjs'
import { dataSources, host, job, level, search } from './variables.mjs'

const found = logs(detections('|= `"source":"$address`'), { maxLines: MOST_LINES })

const levels = stat({
  id: 1,
  title: 'Attackers by danger level',
  description:
    'Sources that Picket tracks now, by their danger level: 1 seen, 2 low, 3 medium, 4 high, 5 critical. A click shows that level and above.',
  targets: [
    metricsNow('sum by (danger_level) (picket_sources{danger_level=~"[1-5]"})', {
      legendFormat: 'Level {{danger_level}}',
    }),
  ],
  decimals: 0,
  orientation: 'vertical',
  textMode: 'value_and_name',
  dataLinks: [
    toDashboard('From this level on', UIDS.overview, {
      level: '${__field.labels.danger_level}',
    }),
  ],
  overrides: [1, 2, 3, 4, 5].map((each) =>
    byName(`Level ${each}`, { thresholds: countThresholds(each) }),
  ),
})

const total = stat({
  id: 2,
  title: 'Detections',
  description: 'Detections in the chosen time, notes of level 0 left out.',
  targets: [metricsNow('sum(increase(picket_detections_total{danger_level!="0"}[$__range]))')],
  decimals: 0,
})

const health = stat({
  id: 3,
  title: 'Firewall logging',
  description:
    'Findings about the logging itself that hold now: what is not logged cannot be detected.',
  targets: [metricsNow('count(picket_logging_health == 1) or vector(0)')],
  mappings: [{ type: 'value', options: { 0: { index: 0, text: 'sound' } } }],
  thresholds: steps('green', [1, 'orange']),
  decimals: 0,
  dataLinks: [toDashboard('What is wrong with it', UIDS.health)],
})

const working = stat({
  id: 4,
  title: 'Picket',
  description: 'Whether every input can be read and every sink takes what is written.',
  targets: [metricsNow('min(picket_input_up) * (min(picket_sink_up) or vector(1))')],
  mappings: [
    {
      type: 'value',
      options: { 0: { index: 0, text: 'failing' }, 1: { index: 1, text: 'working' } },
    },
  ],
  thresholds: steps('red', [1, 'green']),
  noValue: 'no metrics',
  dataLinks: [toDashboard('How Picket is doing', UIDS.itself, {}, { lines: false })],
})

const timeline = picketPanel({
  id: 5,
  title: 'Danger over time',
  description:
    'Sources with a detection in each stretch of time, by the level that they reached. Drag to zoom.',
  targets: [found],
  options: {
    view: 'timeline',
    input: 'detections',
    filter: { sourceVariable: 'address', portVariable: '' },
  },
})

const trend = timeseries({
  id: 6,
  title: 'Detections by kind',
  description: 'Detections a minute, of the chosen level and above, over all firewalls.',
  targets: [
    metrics(
      '60 * sum by (kind) (rate(picket_detections_total{danger_level=~"[$level-5]"}[$__rate_interval])) > 0',
      '{{kind}}',
    ),
  ],
  unit: 'cpm',
  stack: true,
})

const attackers = picketPanel({
  id: 7,
  title: 'Attackers',
  description:
    'Every source of the newest 5,000 detections with level, ports, signatures and the reasons for its level. A click on an address sets it for this dashboard, and Picket attacker at the top then tells all about it; the details open the very lines.',
  targets: [found],
  options: {
    view: 'attackers',
    input: 'detections',
    filter: { sourceVariable: 'address', portVariable: '' },
  },
})

const topAttackers = table({
  id: 8,
  title: 'Most dangerous sources now',
  description:
    'The sources of the highest level and most packets that Picket tracks now, out of its metrics: the right ones however many sources there are.',
  targets: [
    tableOf('max by (source) (picket_attacker_danger_level) >= $level'),
    tableOf(
      'max by (source) (picket_attacker_packets) and on (source) (max by (source) (picket_attacker_danger_level) >= $level)',
    ),
  ],
  columns: { source: 'Source', 'Value #A': 'Level', 'Value #B': 'Packets' },
  sortBy: ['Level', 'Packets'],
  overrides: [
    byName('Source', { unit: 'string', links: sourceLinks }),
    byName('Level', levelColumn),
    byName('Packets', barColumn('blue')),
  ],
  decimals: 0,
  noValue: 'Nobody attacks',
})

const topPorts = table({
  id: 9,
  title: 'Ports scanned most',
  description:
    'Destination ports with the most packets of scans that go on now, and from how many sources they came.',
  targets: [
    tableOf('max by (protocol, port) (picket_scanned_port_packets)'),
    tableOf('max by (protocol, port) (picket_scanned_port_sources)'),
  ],
  columns: {
    port: 'Port',
    protocol: 'Protocol',
    'Value #A': 'Packets',
    'Value #B': 'Sources',
  },
  sortBy: ['Packets'],
  overrides: [
    byName('Port', { links: portLinks, unit: 'string', 'custom.width': 90 }),
    byName('Protocol', { 'custom.width': 90 }),
    byName('Packets', barColumn('blue')),
    byName('Sources', barColumn('purple')),
  ],
  decimals: 0,
  noValue: 'No port is scanned',
})

const signatures = table({
  id: 10,
  title: 'Signatures',
  description: 'Packets that matched a signature in the chosen time, notes included.',
  targets: [
    tableOf(
      'topk(50, sum by (sid, message) (increase(picket_signature_matches_total[$__range]))) > 0',
    ),
  ],
  columns: { sid: 'Sid', message: 'Signature', Value: 'Packets' },
  sortBy: ['Packets'],
  overrides: [
    byName('Sid', {
      unit: 'string',
      'custom.width': 90,
      links: [
        toExplore(
          'Its detections in Explore',
          '{job="picket", kind="signature"} | sid="${__value.raw}"',
        ),
      ],
    }),
    byName('Packets', barColumn('blue')),
  ],
  decimals: 0,
  noValue: 'No signature matched',
})

const fromMetrics = picketPanel({
  id: 12,
  title: 'Attackers, ports and levels out of the metrics',
  description:
    'The same panel fed by Picket’s metrics instead of its detections: levels count every source, the timeline every detection, lists have the top of each.',
  targets: [
    metricsNow('{__name__=~"picket_attacker_(packets|danger_level)"}'),
    metricsNow('{__name__=~"picket_scanned_port_(packets|sources)"}'),
    metricsNow('sum by (__name__, danger_level) (picket_sources)'),
    metrics(
      'sum by (__name__, kind, danger_level) (picket_detections_total{danger_level=~"[$level-5]"})',
    ),
    metricsNow(
      'topk(50, round(sum by (sid, message) (increase(picket_signature_matches_total[$__range]))) > 0)',
    ),
  ],
  maxDataPoints: 200,
  options: {
    view: 'overview',
    input: 'metrics',
    timeline: { count: 'detections' },
    filter: { sourceVariable: 'address', portVariable: '' },
  },
})

export const overview = dashboard({
  uid: UIDS.overview,
  title: 'Picket overview',
  description: 'Who attacks, how dangerous each source is, and what they are after.',
  variables: [...dataSources, job, host, level(1), search],
  body: [
    line(4, [12, levels], [4, total], [4, health], [4, working]),
    line(9, [12, timeline], [12, trend]),
    line(13, [24, attackers]),
    line(11, [8, topAttackers], [8, topPorts], [8, signatures]),
    details(11, 'Out of the metrics alone', line(14, [24, fromMetrics])),
  ],
})
