// Log lines and detection events as a Loki query brings them, the same for the same size.
const END = Date.UTC(2026, 0, 10)

function randomFrom(seed) {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const POPULAR = [22, 23, 80, 443, 445, 1433, 3306, 3389, 5060, 5900, 6379, 8080, 8443, 9200]

/** Netfilter lines as ufw writes them: scans, sweeps and single probes of some thousand sources. */
function lineOf(random) {
  const rare = random()
  const source = Math.floor(rare * rare * rare * 6000)
  const address = `203.${source >> 8}.${source & 255}.${(source * 7) & 255}`
  const destination = `198.51.100.${1 + Math.floor(random() * 8)}`
  const isUdp = random() < 0.15
  const port =
    source % 3 === 0
      ? Math.floor(random() * 65_536)
      : POPULAR[(source + Math.floor(random() * 3)) % POPULAR.length]
  const id = Math.floor(random() * 65_536)
  const sourcePort = 1024 + Math.floor(random() * 60_000)
  const rest = isUdp
    ? `PROTO=UDP SPT=${sourcePort} DPT=${port} LEN=200 `
    : `PROTO=TCP SPT=${sourcePort} DPT=${port} WINDOW=1024 RES=0x00 SYN URGP=0 `
  return `Jan  9 23:00:00 fw1 kernel: [ 1234.567890] [UFW BLOCK] IN=ens3 OUT= MAC=56:00:03:85:82:df:fe:00:03:85:82:df:08:00 SRC=${address} DST=${destination} LEN=${isUdp ? 220 : 40} TOS=0x00 PREC=0x00 TTL=235 ID=${id} ${rest}`
}

function eventOf(random, i, time) {
  const source = Math.floor(random() * random() * 20_000)
  const level = 1 + Math.floor(random() * random() * 5)
  const packets = 5 + Math.floor(random() * 10 ** level)
  const low = Math.floor(random() * 60_000)
  const at = new Date(time).toISOString()
  return JSON.stringify({
    v: 1,
    id: i.toString(16).padStart(32, '0'),
    time: at,
    kind: 'scan',
    scan: 'syn',
    source: `203.0.${source >> 8}.${source & 255}`,
    destination: `198.51.100.${1 + (i % 8)}`,
    destinations: 1 + (i % 8),
    dangerLevel: level,
    previousLevel: level - 1,
    packets,
    ports: { tcp: ['22', '80', `${low}-${low + 9}`] },
    protocols: ['tcp'],
    reasons: [`${packets} packets to 198.51.100.1: level ${level}`],
    evidence: {
      query: `{job="firewall"} |= "SRC=203.0.${source >> 8}.${source & 255} "`,
      from: new Date(time - 60_000).toISOString(),
      to: at,
    },
    firstSeen: new Date(END - 80_000_000 - source).toISOString(),
    lastSeen: at,
    host: 'fw1',
    prefix: '[UFW BLOCK]',
    interface: 'ens3',
    chain: 'INPUT',
  })
}

export function lokiFrames(kind, size) {
  const random = randomFrom(7)
  const labels = []
  const times = []
  const lines = []
  const nanos = []
  const ids = []
  for (let i = 0; i < size; i++) {
    // Newest first, as Loki answers.
    const time = END - Math.floor((i * 3_600_000) / size)
    times.push(time)
    nanos.push(`${time}${String(999_999 - (i % 1000)).padStart(6, '0')}`)
    labels.push({ job: kind === 'lines' ? 'firewall' : 'picket', host: 'fw1' })
    lines.push(kind === 'lines' ? lineOf(random) : eventOf(random, i, time))
    ids.push(`${time}_${i}_A`)
  }
  return [
    {
      refId: 'A',
      length: size,
      fields: [
        { name: 'labels', type: 'other', config: {}, values: labels },
        { name: 'Time', type: 'time', config: {}, values: times },
        { name: 'Line', type: 'string', config: {}, values: lines },
        { name: 'tsNs', type: 'string', config: {}, values: nanos },
        { name: 'id', type: 'string', config: {}, values: ids },
      ],
    },
  ]
}
