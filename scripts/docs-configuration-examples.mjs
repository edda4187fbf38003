// An example for each section of docs/configuration.md. A test runs `picket config check` on each.
export const EXAMPLES = {
  top: `
stateDir: /var/lib/picket
homeNet: [192.0.2.0/24, 2001:db8::/32]
`,
  http: `
http:
  listen: 127.0.0.1:9744
  tokenFile: /etc/picket/token
`,
  time: `
time:
  zone: Europe/Berlin # of lines that say none, whatever the machine's zone
`,
  detection: `
detection:
  scanTimeout: 30m
  dangerLevels: [10, 30, 150, 1500, 10000]
  ignore:
    ports: [tcp/22, udp/5353, udp/61000-61356]
    networks: [192.0.2.7, 198.51.100.0/24] # your own scanner, your monitoring
  verdicts:
    accept: ['^\\[FORWARD OK\\]']
`,
  signatures: `
signatures:
  files: [/etc/picket/local.rules]
  variables: { EXTERNAL_NET: '!192.0.2.0/24' }
  levels: { 384: 0, 9000101: 3 } # pings match nothing else: ignored; a note becomes an alarm
`,
  fingerprints: `
fingerprints:
  files: [/etc/picket/pf.os]
`,
  autoDl: `
autoDl:
  files: [/etc/psad/auto_dl]
`,
  reputation: `
reputation:
  - { name: blocklist, file: /var/lib/picket/blocklist.txt, level: 4 }
`,
  tables: `
tables:
  icmpTypes: /etc/psad/icmp_types
`,
  report: `
report:
  attackers: 0 # all of them
`,
  limits: `
limits:
  sources: 200000 # a small machine
  metricsTopN: 20
`,
  'sources.loki': `
sources:
  - type: loki
    name: firewalls
    url: http://loki:3100
    query: '{job="firewall"}'
    start: 6h # the first run reads the last six hours too
`,
  'sources.file': `
sources:
  - type: file
    paths: [/var/log/ufw.log, '/var/log/firewall/*.log']
    from: beginning
`,
  'sources.stdin': `
sources:
  - type: stdin
`,
  'sources.journald': `
sources:
  - type: journald
    matches: ['_TRANSPORT=kernel']
`,
  'sources.push': `
http: { listen: 0.0.0.0:9744 }
sources:
  - type: push # Alloy's loki.write, Promtail's clients: http://picket:9744/loki/api/v1/push
`,
  'sinks.loki': `
sinks:
  - type: loki
    url: http://loki:3100
    labels: { site: berlin }
`,
  'sinks.grafana': `
sinks:
  - type: grafana
    url: https://grafana.example.org
    tokenFile: /etc/picket/grafana-token
    minDangerLevel: 3
`,
  'sinks.remote-write': `
sinks:
  - type: remote-write
    url: http://prometheus:9090
    interval: 30s
`,
  'sinks.jsonl': `
sinks:
  - type: jsonl
    path: /var/log/picket/detections.jsonl
`,
  'sinks.stdout': `
sinks:
  - type: stdout
`,
  connection: `
sources:
  - type: loki
    url: https://loki.example.org
    query: '{job="firewall"}'
    tenant: team-a
    username: picket
    passwordFile: /etc/picket/loki-password
    tls:
      caFile: /etc/picket/ca.pem
`,
}
