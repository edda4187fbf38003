// make-corpus.mjs FILE LINES [SEED]: a seeded log for benches. Sources are heavy-tailed (a few scanners send a third, a
// hundred thousand of a million send one or two packets), IPv4 and IPv6, TCP, UDP and ICMP, three prefixes, time rising.
import { closeSync, openSync, writeSync } from 'node:fs'

const [file, countText, seedText = '1'] = process.argv.slice(2)
if (file === undefined || countText === undefined) {
  console.error('usage: make-corpus.mjs FILE LINES [SEED]')
  process.exit(2)
}
const count = Number(countText)

/** xorshift32: small, seeded, the same everywhere. */
let state = (Number(seedText) * 2654435761) >>> 0 || 1
const random = (below) => {
  state ^= state << 13
  state ^= state >>> 17
  state ^= state << 5
  return (state >>> 0) % below
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (n) => String(n).padStart(2, '0')
const MAC = '02:00:00:00:00:01:02:00:00:00:00:02:08:00'
const SERVICES = [22, 23, 80, 443, 445, 1433, 3306, 3389, 5060, 5900, 6379, 8080, 8443, 27017]
const PREFIXES = ['[UFW BLOCK] ', 'DROP ', 'iptables denied: ']

const ipv4 = (n) => `${1 + (n % 223)}.${(n >>> 8) & 255}.${(n >>> 16) & 255}.${1 + (n % 254)}`
const ipv6 = (n) =>
  `2001:0db8:${two((n >>> 24) & 15)}00:0000:0000:0000:${((n >>> 16) & 0xffff).toString(16).padStart(4, '0')}:${(n & 0xffff).toString(16).padStart(4, '0')}`

const start = Date.UTC(2026, 0, 1)
const seconds = Math.max(3600, Math.floor(count / 20))
const fd = openSync(file, 'w')
let text = []
for (let i = 0; i < count; i++) {
  const date = new Date(start + Math.floor((i * seconds) / count) * 1000)
  const isV6 = random(10) === 0
  const heavy = random(3) === 0
  const who = heavy ? random(200) : 1000 + random(Math.max(1, Math.floor(count / 7)))
  const src = isV6 ? ipv6(who) : ipv4(Math.imul(who, 2654435761) >>> 0)
  const dst = isV6
    ? `2001:0db8:0000:0000:0000:0000:0000:${two(random(32))}01`
    : `198.51.100.${random(48)}`
  const kind = random(20)
  const len = kind === 0 ? 84 : kind < 5 ? 40 + random(200) : random(2) === 0 ? 44 : 60
  const head = `${MONTHS[date.getUTCMonth()]} ${String(date.getUTCDate()).padStart(2)} ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} fw${1 + (who % 3)} kernel: [${1000 + Math.floor(i / 10)}.${String(i % 1000000).padStart(6, '0')}] ${PREFIXES[who % 3]}`
  const ends = `IN=eth0 OUT= MAC=${MAC} SRC=${src} DST=${dst} `
  const ip = isV6
    ? `LEN=${len + 20} TC=0 HOPLIMIT=${40 + random(24)} FLOWLBL=${random(1000000)} `
    : `LEN=${len} TOS=0x00 PREC=0x00 TTL=${40 + random(80)} ID=${random(65536)} ${random(2) === 0 ? 'DF ' : ''}`
  const port = heavy ? 1 + random(10000) : SERVICES[random(SERVICES.length)]
  const rest =
    kind === 0
      ? `PROTO=${isV6 ? 'ICMPv6' : 'ICMP'} TYPE=${isV6 ? 128 : 8} CODE=0 ID=${random(65536)} SEQ=${random(100)} `
      : kind < 5
        ? `PROTO=UDP SPT=${1024 + random(60000)} DPT=${port} LEN=${len - 20} `
        : `PROTO=TCP SPT=${1024 + random(60000)} DPT=${port} WINDOW=${random(4) === 0 ? 1024 : 65535} RES=0x00 SYN URGP=0 `
  text.push(head, ends, ip, rest, '\n')
  if (text.length > 50_000) {
    writeSync(fd, text.join(''))
    text = []
  }
}
writeSync(fd, text.join(''))
closeSync(fd)
