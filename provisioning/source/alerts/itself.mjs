/** @typedef {import('./alert.mjs').Alert} Alert */

/** @type {readonly Alert[]} */
export const ITSELF = [
  {
    name: 'PicketDown',
    group: 'itself',
    severity: 'critical',
    for: '3m',
    promql: {
      // By scrape where Prometheus scrapes; where metrics are pushed there is no `up`, and their absence says it.
      expr: '(up{job="picket"} == bool 0) or absent(up{job="picket"} or picket_build_info)',
      above: 0,
      labels: ['job', 'instance'],
      summary: 'Picket is down{{ with $labels.instance }}: {{ . }}{{ end }}',
      description:
        'Prometheus gets no metrics of Picket{{ with $labels.instance }} at {{ . }}{{ end }}. Nothing is detected until it runs again; then it reads on where it stopped.',
    },
    grafana: 'promql',
    tellsErrors: true,
    dashboard: { dashboard: 'picket-itself' },
    evidence: { logql: '{job="picket"}', hours: 6 },
  },
  {
    name: 'PicketInputDown',
    group: 'itself',
    severity: 'critical',
    for: '3m',
    promql: {
      expr: '1 - avg_over_time(picket_input_up[5m])',
      above: 0.5,
      labels: ['job', 'instance', 'input'],
      summary: 'Picket cannot read input {{ $labels.input }}',
      description:
        'Input {{ $labels.input }} of {{ $labels.instance }} could not be read for {{ $value | humanizePercentage }} of the last five minutes. Nothing is detected meanwhile; the lines are read once it answers again.',
    },
    grafana: 'promql',
    dashboard: { dashboard: 'picket-itself' },
    evidence: { logql: '{job="firewall"}' },
  },
  {
    name: 'PicketLagging',
    group: 'itself',
    severity: 'warning',
    for: '10m',
    promql: {
      expr: 'max by (job, instance, input) (picket_input_lag_seconds)',
      above: 300,
      labels: ['job', 'instance', 'input'],
      summary: 'Picket is {{ $value | humanizeDuration }} behind at input {{ $labels.input }}',
      description:
        'Reading of input {{ $labels.input }} has been more than five minutes behind the newest line for ten minutes, now {{ $value | humanizeDuration }}. Detections come that much later; none is lost.',
    },
    grafana: 'promql',
    dashboard: { dashboard: 'picket-itself' },
    evidence: { logql: '{job="firewall"}' },
  },
  {
    name: 'PicketSinkFailing',
    group: 'itself',
    severity: 'warning',
    for: '3m',
    promql: {
      expr: '1 - avg_over_time(picket_sink_up[5m])',
      above: 0.5,
      labels: ['job', 'instance', 'sink'],
      summary: 'Picket cannot write to sink {{ $labels.sink }}',
      description:
        'Sink {{ $labels.sink }} of {{ $labels.instance }} took nothing for {{ $value | humanizePercentage }} of the last five minutes. Detections wait on disk; when 256 MiB of them wait, reading stands still as well.',
    },
    grafana: 'promql',
    dashboard: { dashboard: 'picket-itself' },
    evidence: { logql: '{job="picket"}' },
  },
  {
    name: 'PicketDetectionsDropped',
    group: 'itself',
    severity: 'warning',
    for: '0s',
    keepFiringFor: '30m',
    promql: {
      expr: 'sum by (job, instance, sink) (increase(picket_sink_events_total{result="dropped"}[15m]))',
      above: 0,
      labels: ['job', 'instance', 'sink'],
      summary: 'Sink {{ $labels.sink }} refused detections for good',
      description:
        'About {{ $value | printf "%.0f" }} detections were given up in 15 minutes, because sink {{ $labels.sink }} of {{ $labels.instance }} will never take them: too old, too large, malformed. Other sinks have them.',
    },
    grafana: 'promql',
    dashboard: { dashboard: 'picket-itself' },
    evidence: { logql: '{job="picket"}' },
  },
  {
    name: 'PicketCheckpointOld',
    group: 'itself',
    severity: 'critical',
    for: '1m',
    promql: {
      // Where nothing is read, nothing has to be saved.
      expr: `picket_checkpoint_age_seconds
and on (job, instance) sum by (job, instance) (increase(picket_lines_total[5m])) > 0`,
      above: 300,
      labels: ['job', 'instance'],
      summary: 'Picket has saved nothing for {{ $value | humanizeDuration }}',
      description:
        'Lines are read, but the last checkpoint of {{ $labels.instance }} is {{ $value | humanizeDuration }} old. A detection is delivered only once a checkpoint holds it: until one is written, sinks get nothing.',
    },
    grafana: 'promql',
    dashboard: { dashboard: 'picket-itself' },
    evidence: { logql: '{job="picket"}' },
  },
]
