/** @typedef {import('./alert.mjs').Alert} Alert */

const PACKETS = 'picket_lines_total{result=~"packet|ignored"}'

/** @type {readonly Alert[]} */
export const LOGGING = [
  {
    name: 'PicketLoggingStopped',
    group: 'logging',
    severity: 'critical',
    for: '5m',
    promql: {
      expr: `(
  sum by (job, instance, input) (increase(${PACKETS}[1d] offset 30m))
  unless sum by (job, instance, input) (increase(${PACKETS}[30m])) > 0
)
and on (job, instance, input) picket_input_up == 1`,
      above: 1000,
      labels: ['job', 'instance', 'input'],
      summary: 'No firewall line for half an hour at input {{ $labels.input }}',
      description:
        'Input {{ $labels.input }} of {{ $labels.instance }} can be read, but brought no packet for half an hour. In the day before there were {{ $value | printf "%.0f" }}, about one in two minutes or more, so this is no quiet night: the firewall has stopped logging, or its lines no longer arrive.',
    },
    logql: {
      expr: 'absent_over_time({job="firewall"} |= "SRC=" [30m])',
      above: 0,
      labels: ['job'],
      summary: 'No firewall line for half an hour',
      description:
        'Not one line of a packet arrived for half an hour. The firewalls have stopped logging, or their lines no longer arrive.',
    },
    grafana: 'promql',
    dashboard: { dashboard: 'picket-logging-health' },
    evidence: { logql: '{job="firewall"}', hours: 6 },
  },
  {
    name: 'PicketHostSilent',
    group: 'logging',
    severity: 'warning',
    for: '5m',
    logql: {
      expr: `sum by (host) (count_over_time({job="firewall"} |= "SRC=" [2h] offset 30m))
unless
sum by (host) (count_over_time({job="firewall"} |= "SRC=" [30m]))`,
      above: 80,
      labels: ['host'],
      summary: '{{ $labels.host }} has logged no packet for half an hour',
      description:
        '{{ $labels.host }} logged {{ $value }} packets in the two hours before and has been silent for half an hour. Other hosts may go on logging, so Picket as a whole sees nothing wrong.',
    },
    grafana: 'logql',
    tellsErrors: true,
    dashboard: {
      dashboard: 'picket-logging-health',
      query: 'var-host={{ $labels.host | urlquery }}',
    },
    evidence: { logql: '{job="firewall", host="{{ $labels.host }}"}', hours: 3 },
  },
  {
    name: 'PicketLoggingRateLimited',
    group: 'logging',
    severity: 'warning',
    for: '10m',
    promql: {
      expr: 'max by (job, instance, prefix) (picket_logging_health{check="rate-limited"})',
      above: 0,
      labels: ['job', 'instance', 'prefix'],
      summary: 'The firewall writes only a part: {{ $labels.prefix }} is rate-limited',
      description:
        'Lines with the prefix "{{ $labels.prefix }}" come as evenly as a limit lets them through. What is beyond the limit leaves no line, so scans are missed and levels are too low.',
    },
    logql: {
      expr: `sum by (prefix) (
  count_over_time(
    {job="picket", kind="logging-health", origin=""} |= "rate-limited: " | json prefix="prefix" [1h]
  )
)`,
      above: 0,
      labels: ['prefix'],
      summary: 'The firewall writes only a part: {{ $labels.prefix }} is rate-limited',
      description:
        'Lines with the prefix "{{ $labels.prefix }}" come as evenly as a limit lets them through. What is beyond the limit leaves no line, so scans are missed and levels are too low. Picket tells of it once a day.',
    },
    grafana: 'promql',
    dashboard: { dashboard: 'picket-logging-health' },
    evidence: { logql: '{job="picket", kind="logging-health"}', hours: 24 },
  },
  {
    name: 'PicketLoggingIncomplete',
    group: 'logging',
    severity: 'info',
    for: '1h',
    promql: {
      expr: 'max by (job, instance, check, prefix) (picket_logging_health{check=~"no-tcp-options|accepted-traffic|clock-jump|no-time"})',
      above: 0,
      labels: ['job', 'instance', 'check', 'prefix'],
      summary:
        'Firewall logging: {{ $labels.check }}{{ if $labels.prefix }} at {{ $labels.prefix }}{{ end }}',
      description:
        'The finding {{ $labels.check }} holds for an hour. The report says since when and the detection what to do.',
    },
    grafana: 'promql',
    dashboard: { dashboard: 'picket-logging-health' },
    evidence: { logql: '{job="picket", kind="logging-health"}', hours: 24 },
  },
]
