// Deterministic stand-in for what the processor emits: one row per (attacker, port).
export function scanEvents(n, seed = 7, end = Date.UTC(2026, 0, 10, 12)) {
  let s = seed
  const rnd = () => (s = (s * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff
  const pool = [
    22, 23, 25, 80, 110, 139, 443, 445, 1433, 3306, 3389, 5432, 5900, 6379, 8080, 8443, 9200, 27017,
  ]
  const time = [],
    src = [],
    port = [],
    packets = [],
    danger = [],
    proto = []
  for (let i = 0; i < n; i++) {
    const ip = i < 240 ? `203.0.113.${10 + i}` : `198.18.${i >> 8}.${i & 255}`
    const ports = 1 + Math.floor(rnd() * rnd() * pool.length)
    const dl = Math.min(5, 1 + Math.floor(ports / 3.5))
    for (let k = 0; k < ports; k++) {
      time.push(end - Math.floor(rnd() * 6 * 3600e3))
      src.push(ip)
      port.push(pool[Math.floor(rnd() * rnd() * pool.length)])
      packets.push(1 + Math.floor(rnd() * 40))
      danger.push(dl)
      proto.push(rnd() > 0.15 ? 'TCP' : 'UDP')
    }
  }
  return {
    from: end - 6 * 3600e3,
    to: end,
    series: [
      {
        refId: 'A',
        fields: [
          { name: 'time', type: 'time', values: time },
          { name: 'src', type: 'string', values: src },
          { name: 'port', type: 'number', values: port },
          { name: 'proto', type: 'string', values: proto },
          { name: 'packets', type: 'number', values: packets },
          { name: 'danger', type: 'number', values: danger },
        ],
      },
    ],
  }
}
