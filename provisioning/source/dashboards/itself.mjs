import { dashboard, details, line } from './dashboard.mjs'
import { levelColor, steps } from './levels.mjs'
import { UIDS } from './links.mjs'
import { barColumn, byName, stat, table, timeseries } from './panels.mjs'
import { metrics, metricsNow, tableOf } from './queries.mjs'
import { dataSources, instance } from './variables.mjs'

const OF = 'instance=~"$instance"'
/** A metric that other programs have too: only Picket's, under whatever job it is scraped. */
const ofPicket = (metric) => `${metric} and on (job, instance) picket_build_info{${OF}}`

const UP = [
  {
    type: 'value',
    options: { 0: { index: 0, text: 'down' }, 1: { index: 1, text: 'up' } },
  },
]

const scraped = stat({
  id: 1,
  title: 'Version',
  description: 'Processors that Prometheus scrapes, by version and instance.',
  targets: [metricsNow(`picket_build_info{${OF}}`, { legendFormat: '{{version}}' })],
  textMode: 'name',
  noValue: 'not scraped',
})

const uptime = stat({
  id: 2,
  title: 'Running for',
  description: 'Since its last start.',
  targets: [metricsNow(`time() - (${ofPicket('process_start_time_seconds')})`)],
  unit: 's',
  decimals: 0,
})

const inputs = stat({
  id: 3,
  title: 'Inputs',
  description: 'Whether each input can be read.',
  targets: [metricsNow(`min by (input) (picket_input_up{${OF}})`, { legendFormat: '{{input}}' })],
  mappings: UP,
  thresholds: steps('red', [1, 'green']),
  textMode: 'value_and_name',
})

const sinksUp = stat({
  id: 4,
  title: 'Sinks',
  description: 'Whether each sink takes what is written.',
  targets: [metricsNow(`min by (sink) (picket_sink_up{${OF}})`, { legendFormat: '{{sink}}' })],
  mappings: UP,
  thresholds: steps('red', [1, 'green']),
  textMode: 'value_and_name',
})

const lagNow = stat({
  id: 5,
  title: 'Lag',
  description:
    'How far reading is behind the newest readable line, at the input that is farthest behind.',
  targets: [metrics(`max(picket_input_lag_seconds{${OF}})`)],
  unit: 's',
  decimals: 1,
  thresholds: steps('green', [30, 'orange'], [300, 'red']),
  spark: true,
  noValue: 'nothing read yet',
})

const latencyNow = stat({
  id: 6,
  title: 'Detection latency',
  description:
    '95 of 100 detections were accepted by a sink within this time after their line could be read, in the chosen time.',
  targets: [
    metricsNow(
      `histogram_quantile(0.95, sum by (le) (increase(picket_detection_latency_seconds_bucket{${OF}}[$__range]))) >= 0`,
    ),
  ],
  unit: 's',
  decimals: 2,
  thresholds: steps('green', [10, 'orange'], [60, 'red']),
  noValue: 'no detection',
})

const throughput = timeseries({
  id: 7,
  title: 'Lines read',
  description: 'Lines a second by input.',
  targets: [
    metrics(`sum by (input) (rate(picket_lines_total{${OF}}[$__rate_interval]))`, '{{input}}'),
  ],
  unit: 'cps',
  stack: true,
})

const quantile = (share) =>
  metrics(
    `histogram_quantile(${share}, sum by (le) (rate(picket_detection_latency_seconds_bucket{${OF}}[$__rate_interval])))`,
    `${share * 100} %`,
  )

const latency = timeseries({
  id: 8,
  title: 'Detection latency over time',
  description:
    'From a line being readable to its detection being accepted by a sink: half, 95 and 99 of 100 were faster. The histogram ends at 60 s.',
  targets: [quantile(0.5), quantile(0.95), quantile(0.99)],
  unit: 's',
})

const lag = timeseries({
  id: 9,
  title: 'Lag by input',
  description:
    'How far reading is behind the newest readable line. What grows here is slower than the log.',
  targets: [metrics(`max by (input) (picket_input_lag_seconds{${OF}})`, '{{input}}')],
  unit: 's',
  thresholds: steps('transparent', [300, 'red']),
})

const checkpoint = timeseries({
  id: 10,
  title: 'Age of the checkpoint',
  description:
    'Time since position, state and undelivered detections were last safe on disk. A restart repeats that much work, and loses nothing.',
  targets: [metrics(`picket_checkpoint_age_seconds{${OF}}`, '{{instance}}')],
  unit: 's',
  thresholds: steps('transparent', [300, 'red']),
})

const sinks = table({
  id: 11,
  title: 'Deliveries',
  description:
    'What waits for each sink, and what became of the rest in the chosen time. Dropped is what a sink can never take: each is named in Picket’s log.',
  targets: [
    tableOf(`min by (sink) (picket_sink_up{${OF}})`),
    tableOf(`max by (sink) (picket_sink_queue_length{${OF}})`),
    tableOf(
      `sum by (sink) (increase(picket_sink_events_total{${OF}, result="delivered"}[$__range]))`,
    ),
    tableOf(
      `sum by (sink) (increase(picket_sink_events_total{${OF}, result="dropped"}[$__range]))`,
    ),
    tableOf(`sum by (sink) (increase(picket_sink_retries_total{${OF}}[$__range]))`),
  ],
  columns: {
    sink: 'Sink',
    'Value #A': 'State',
    'Value #B': 'Waiting',
    'Value #C': 'Delivered',
    'Value #D': 'Dropped',
    'Value #E': 'Retries',
  },
  sortBy: ['Waiting'],
  overrides: [
    byName('State', {
      mappings: UP,
      thresholds: steps('red', [1, 'green']),
      'custom.cellOptions': { type: 'color-background', mode: 'basic' },
      'custom.width': 80,
    }),
    byName('Delivered', barColumn('blue')),
    byName('Dropped', {
      thresholds: steps('text', [1, 'red']),
      'custom.cellOptions': { type: 'color-text' },
    }),
  ],
  decimals: 0,
})

const queue = timeseries({
  id: 12,
  title: 'Waiting for sinks',
  description:
    'Detections that are safe on disk and not accepted yet. A queue that only grows is a sink that is down.',
  targets: [metrics(`max by (sink) (picket_sink_queue_length{${OF}})`, '{{sink}}')],
  decimals: 0,
})

const memory = timeseries({
  id: 13,
  title: 'Memory',
  description:
    'Memory of the process in RAM, and of that the JavaScript heap and the buffers outside of it, where the engine keeps its tables.',
  targets: [
    metrics(ofPicket('process_resident_memory_bytes'), 'resident {{instance}}'),
    metrics(ofPicket('nodejs_heap_size_used_bytes'), 'heap {{instance}}'),
    metrics(ofPicket('nodejs_external_memory_bytes'), 'buffers {{instance}}'),
  ],
  unit: 'bytes',
})

const cpu = timeseries({
  id: 14,
  title: 'CPU',
  description: 'Share of one core. Picket detects in one thread: at 100 % it can read no faster.',
  targets: [metrics(ofPicket('rate(process_cpu_seconds_total[$__rate_interval])'), '{{instance}}')],
  unit: 'percentunit',
})

const tracked = timeseries({
  id: 16,
  title: 'Sources tracked',
  description: 'Sources in memory, by danger level; a source leaves an hour after its last packet.',
  targets: [metrics(`sum by (danger_level) (picket_sources{${OF}})`, 'level {{danger_level}}')],
  overrides: [0, 1, 2, 3, 4, 5].map((level) =>
    byName(`level ${level}`, { color: { mode: 'fixed', fixedColor: levelColor(level) } }),
  ),
  stack: true,
  decimals: 0,
  legendCalcs: ['lastNotNull', 'max'],
})

const forgotten = timeseries({
  id: 17,
  title: 'Late, repeated, forgotten',
  description:
    'A minute: lines that came after the settle time and were found by reading again; lines that Loki brought twice; sources forgotten early because limits.sources was reached.',
  targets: [
    metrics(`60 * sum(rate(picket_late_lines_total{${OF}}[$__rate_interval]))`, 'late lines'),
    metrics(
      `60 * sum(rate(picket_lines_total{${OF}, result="duplicate"}[$__rate_interval]))`,
      'repeated lines',
    ),
    metrics(
      `60 * sum(rate(picket_evicted_sources_total{${OF}}[$__rate_interval]))`,
      'forgotten sources',
    ),
  ],
  unit: 'cpm',
})

export const itself = dashboard({
  uid: UIDS.itself,
  title: 'Picket itself',
  description: 'Whether Picket keeps up: lag, throughput, latency, sinks, checkpoint, memory.',
  variables: [...dataSources, instance],
  body: [
    line(4, [4, scraped], [4, uptime], [4, inputs], [4, sinksUp], [4, lagNow], [4, latencyNow]),
    line(9, [12, throughput], [12, latency]),
    line(8, [12, lag], [12, checkpoint]),
    line(8, [12, sinks], [12, queue]),
    line(8, [12, memory], [12, cpu]),
    details(15, 'Limits', line(8, [12, tracked], [12, forgotten])),
  ],
})
