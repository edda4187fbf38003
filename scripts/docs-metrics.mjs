// docs/metrics.md: names, types, labels and meanings come from the program, how to use them stands here.

const INTRODUCTION = `# Metrics

\`picket run\` answers Prometheus at \`/metrics\` on its HTTP port (127.0.0.1:9744 unless \`http.listen\` says otherwise). Where nobody can scrape, a sink of type
\`remote-write\` sends the same.

\`\`\`yaml
scrape_configs:
  - job_name: picket
    static_configs:
      - targets: [picket:9744]
\`\`\`

Closed sets of labels begin at 0, so that \`increase()\` sees the first event. An address or a port is a label only in the four top lists, whose length is
\`limits.metricsTopN\` (50); what drops out of a list has no series any more.
`

const SECTIONS = {
  'Who scans': {
    picket_sources: [
      'Sources at level 4 or 5 now. A source leaves when its scan ends (`detection.scanTimeout`).',
      'sum(picket_sources{danger_level=~"4|5"})',
    ],
    picket_attacker_packets: [
      'The ten busiest attackers. The list holds the most dangerous sources, and of those alike the ones with most packets.',
      'topk(10, picket_attacker_packets)',
    ],
    picket_attacker_danger_level: [
      'Who is at level 4 or above.',
      'picket_attacker_danger_level >= 4',
    ],
    picket_scanned_port_packets: [
      'The ten ports asked for most.',
      'topk(10, picket_scanned_port_packets)',
    ],
    picket_scanned_port_sources: [
      'A port that suddenly many sources ask for: often the first sign of a new worm.',
      'picket_scanned_port_sources - picket_scanned_port_sources offset 1h > 20',
    ],
  },
  'What was found': {
    picket_detections_total: [
      'Detections of the last hour by kind. The level is the one that the source had then.',
      'sum by (kind) (increase(picket_detections_total[1h]))',
    ],
    picket_signature_matches_total: [
      'The signatures that matched most today. Every loaded signature has a series.',
      'topk(10, sum by (sid, message) (increase(picket_signature_matches_total[1d])))',
    ],
    picket_packets_total: [
      'Packets a second by log prefix.',
      'sum by (prefix) (rate(picket_packets_total[5m]))',
    ],
  },
  'Does it read?': {
    picket_lines_total: [
      'Lines a second, by what became of them. Every line has exactly one result: much `not_a_packet` means that the query selects more than the firewall, `ignored` what `detection.ignore` and its like left out.',
      'sum by (input, result) (rate(picket_lines_total[5m]))',
    ],
    picket_input_up: ['Inputs that cannot be read.', 'picket_input_up == 0'],
    picket_input_lag_seconds: [
      'Inputs that are more than a minute behind. Some seconds are usual: `settle` of a Loki input is waited for.',
      'picket_input_lag_seconds > 60',
    ],
    picket_last_packet_timestamp_seconds: [
      'How long ago the newest packet was. On the internet, quarter of an hour without one means that something is broken.',
      'time() - picket_last_packet_timestamp_seconds',
    ],
    picket_late_lines_total: [
      'Lines that came too late to be taken in order; if there are many, raise `settle`.',
      'increase(picket_late_lines_total[1h])',
    ],
    picket_logging_health: [
      'What is wrong with the logging now: [checks](reference.md#logging-health). `prefix` is empty where the finding is not of one prefix.',
      'picket_logging_health == 1',
    ],
  },
  'Does it deliver?': {
    picket_sink_up: ['Sinks that take nothing.', 'picket_sink_up == 0'],
    picket_sink_events_total: [
      'Detections that a sink will never take, as when Loki refuses them for good. Should be none.',
      'increase(picket_sink_events_total{result="dropped"}[1h]) > 0',
    ],
    picket_sink_retries_total: [
      'Writes that had to be tried again.',
      'rate(picket_sink_retries_total[5m])',
    ],
    picket_sink_queue_length: [
      'What waits for a sink. It grows while the sink is away and is written once it is back.',
      'picket_sink_queue_length > 0',
    ],
    picket_detection_latency_seconds: [
      'In how many seconds 95 of 100 detections were delivered.',
      'histogram_quantile(0.95, sum by (le) (rate(picket_detection_latency_seconds_bucket[5m])))',
    ],
  },
  'The process': {
    picket_checkpoint_age_seconds: [
      'After a crash, so much is read again. It has no value before the first checkpoint.',
      'picket_checkpoint_age_seconds > 120',
    ],
    picket_evicted_sources_total: [
      'Above 0, `limits.sources` is too small for what scans you.',
      'increase(picket_evicted_sources_total[1h]) > 0',
    ],
    picket_build_info: ['Which versions run.', 'count by (version) (picket_build_info)'],
    process_cpu_seconds_total: [
      'Share of one core.',
      'rate(process_cpu_seconds_total{job="picket"}[5m])',
    ],
    process_start_time_seconds: [
      'How long it has been up, in seconds.',
      'time() - process_start_time_seconds{job="picket"}',
    ],
    process_resident_memory_bytes: [
      'Memory in use.',
      'process_resident_memory_bytes{job="picket"}',
    ],
    nodejs_heap_size_used_bytes: [
      'The part of it that is JavaScript objects.',
      'nodejs_heap_size_used_bytes{job="picket"}',
    ],
    nodejs_external_memory_bytes: [
      'The part of it that is tables of sources and ports, and buffers.',
      'nodejs_external_memory_bytes{job="picket"}',
    ],
  },
}

/** The page as Markdown. Throws if a metric of the registry is not told of here, or one is told of that there is not. */
export function metricsPage(registry) {
  const left = new Map(registry.getMetricsAsArray().map((metric) => [metric.name, metric]))
  const parts = [INTRODUCTION]
  for (const [title, metrics] of Object.entries(SECTIONS)) {
    parts.push(`## ${title}`)
    for (const [name, [use, query]] of Object.entries(metrics)) {
      const metric = left.get(name)
      if (metric === undefined) throw new Error(`there is no metric ${name}`)
      left.delete(name)
      const labels = metric.labelNames.map((label) => `\`${label}\``).join(', ')
      parts.push(`### \`${name}\``)
      parts.push(`${typeOf(metric)}${labels === '' ? '' : `, by ${labels}`}. ${metric.help}`)
      parts.push(use, `\`\`\`promql\n${query}\n\`\`\``)
    }
  }
  if (left.size > 0) throw new Error(`nothing is said of ${[...left.keys()].join(', ')}`)
  return `${parts.join('\n\n')}\n`
}

const typeOf = (metric) => metric.constructor.name
