/** @typedef {import('./alert.mjs').Alert} Alert */

/** Backfilled detections are of the past: nobody is woken for them. */
const LIVE = 'origin=""'

/** Ports: sources that a port gained in ten minutes, where that is five times what is usual, judged by six hours. */
const PORT_SURGE = `(
  picket_scanned_port_sources - min_over_time(picket_scanned_port_sources[10m])
  > 5 * (
    (picket_scanned_port_sources offset 10m - min_over_time(picket_scanned_port_sources[6h] offset 10m)) / 36
    or picket_scanned_port_sources * 0
  )
)
and on (job, instance) (picket_build_info offset 6h)
unless on (job, instance) (max by (job, instance) (max_over_time(picket_input_lag_seconds[10m])) > 60)`

/** @type {readonly Alert[]} */
export const ATTACKS = [
  {
    name: 'PicketHighDangerSource',
    group: 'attacks',
    severity: 'critical',
    for: '0s',
    // The list holds the top attackers only: one that another pushes out for a moment has not gone away.
    keepFiringFor: '10m',
    promql: {
      expr: 'picket_attacker_danger_level >= 4',
      above: 0,
      labels: ['job', 'instance', 'source'],
      summary: '{{ $labels.source }} is at danger level {{ $value }}',
      description:
        '{{ $labels.source }} reached danger level {{ $value }} of 5: about {{ if ge $value 5.0 }}10,000 packets to one host, 500 hosts{{ else }}1,500 packets to one host, 100 hosts{{ end }}, or a list that says so. Its scan ends an hour after its last packet, and so does this alert.',
    },
    logql: {
      expr: `sum by (danger_level) (
  count_over_time(
    {job="picket", danger_level=~"[45]", ${LIVE}}
    | json previous="previousLevel"
    | (danger_level="4" and previous<4) or (danger_level="5" and previous<5)
    | __error__="" [5m]
  )
)`,
      above: 0,
      labels: ['danger_level'],
      summary: 'Sources reached danger level {{ $labels.danger_level }}',
      description:
        'Sources rose to danger level {{ $labels.danger_level }} of 5 in the last five minutes: {{ $value }} detections say so, of which one packet can give several. Who they are is in the evidence.',
      dashboard: { dashboard: 'picket-overview', query: 'var-level={{ $labels.danger_level }}' },
      evidence: { logql: '{job="picket", danger_level="{{ $labels.danger_level }}"}' },
    },
    grafana: 'promql',
    dashboard: {
      dashboard: 'picket-attacker',
      query: 'var-address={{ $labels.source | urlquery }}',
    },
    evidence: {
      logql: '{job="picket", danger_level=~"[45]"} | source="{{ $labels.source }}"',
      hours: 6,
    },
  },
  {
    name: 'PicketManyDangerousSources',
    group: 'attacks',
    severity: 'critical',
    for: '1m',
    keepFiringFor: '10m',
    promql: {
      expr: 'sum by (job, instance) (picket_sources{danger_level=~"[45]"})',
      above: 50,
      labels: ['job', 'instance'],
      summary: '{{ $value }} sources are at danger level 4 or 5',
      description:
        '{{ $value }} sources are at danger level 4 or 5 at once. PicketHighDangerSource names the first 50 of them (limits.metricsTopN); all are in the report and in the detections.',
    },
    grafana: 'promql',
    dashboard: { dashboard: 'picket-overview', query: 'var-level=4&var-level=5' },
    evidence: { logql: '{job="picket", danger_level=~"[45]"}' },
  },
  {
    name: 'PicketSweep',
    group: 'attacks',
    severity: 'warning',
    for: '0s',
    keepFiringFor: '10m',
    promql: {
      expr: 'sum by (job, instance, danger_level) (increase(picket_detections_total{kind="sweep", danger_level=~"[345]"}[10m]))',
      above: 0,
      labels: ['job', 'instance', 'danger_level'],
      summary: 'Sweep over many hosts at danger level {{ $labels.danger_level }}',
      description:
        'About {{ $value | printf "%.0f" }} times in ten minutes a source at danger level {{ $labels.danger_level }} was seen going from host to host: level 3 stands for 50 hosts, 4 for 100, 5 for 500. Who and where is in the evidence.',
    },
    logql: {
      expr: `sum by (scan, danger_level) (
  count_over_time({job="picket", kind="sweep", danger_level=~"[345]", ${LIVE}} [10m])
)`,
      above: 0,
      labels: ['scan', 'danger_level'],
      summary:
        'Sweep over many hosts ({{ $labels.scan }}) at danger level {{ $labels.danger_level }}',
      description:
        '{{ $value }} times in ten minutes a source at danger level {{ $labels.danger_level }} was seen going from host to host with {{ $labels.scan }} packets: level 3 stands for 50 hosts, 4 for 100, 5 for 500. Who and where is in the evidence.',
    },
    grafana: 'logql',
    dashboard: { dashboard: 'picket-overview' },
    evidence: { logql: '{job="picket", kind="sweep", danger_level=~"[345]"}' },
  },
  {
    name: 'PicketDangerousSignature',
    group: 'attacks',
    severity: 'warning',
    for: '0s',
    keepFiringFor: '10m',
    logql: {
      // A rule's own level stands in the reason only: the event's level is that of the source, whatever raised it.
      expr: `sum by (sid, message) (
  count_over_time(
    {job="picket", kind="signature", danger_level=~"[345]", ${LIVE}}
    |~ "matches signature [0-9]+: level [345]"
    | json message="message" [10m]
  )
)`,
      above: 0,
      labels: ['sid', 'message'],
      summary: 'Signature {{ $labels.sid }}: {{ $labels.message }}',
      description:
        '{{ $value }} sources matched signature {{ $labels.sid }} ({{ $labels.message }}) in ten minutes. It has danger level 3 or more, given by a rule file or by signatures.levels.',
    },
    grafana: 'logql',
    dashboard: { dashboard: 'picket-overview' },
    evidence: { logql: '{job="picket", kind="signature"} | sid="{{ $labels.sid }}"' },
  },
  {
    name: 'PicketPortSurge',
    group: 'attacks',
    severity: 'warning',
    for: '2m',
    keepFiringFor: '15m',
    promql: {
      expr: PORT_SURGE,
      above: 50,
      labels: ['job', 'instance', 'protocol', 'port'],
      summary: 'Many new sources ask for {{ $labels.protocol }}/{{ $labels.port }}',
      description:
        '{{ $value | printf "%.0f" }} sources asked for {{ $labels.protocol }}/{{ $labels.port }} for the first time in their scan in the last ten minutes, more than five times as many as usual in the six hours before. This is how a new worm or a fresh vulnerability shows.',
    },
    grafana: 'promql',
    dashboard: { dashboard: 'picket-ports' },
    evidence: { logql: '{job="firewall"} |= "DPT={{ $labels.port }} "' },
  },
]
