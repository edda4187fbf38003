import { seededNumbers } from '../helpers/traffic.ts'
import { icmp, ip, tcp, udp } from './lines.ts'

const FLAGS = [
  'SYN',
  'SYN',
  'SYN',
  'FIN',
  '',
  'URG PSH FIN',
  'SYN FIN',
  'URG PSH SYN FIN',
  'ACK',
  'RST',
  'CWR ECE SYN',
  'PSH',
]
const PREFIXES = ['DROP', '[UFW BLOCK]', 'FINAL_REJECT:', '', 'in drop']
const PORTS = [
  0, 1, 22, 23, 53, 80, 443, 705, 1080, 1433, 3389, 6000, 12_345, 27_374, 31_337, 54_321,
]
const ICMP_TYPES = [0, 3, 5, 8, 8, 8, 11, 13, 15, 17, 30, 40, 200]
const ICMP6_TYPES = [1, 3, 128, 129, 133, 134, 135, 136, 143, 200]

/** A log of random packets of a few dozen sources, some lines of it damaged; the same for the same seed. */
export function generatedLog(seed: number, count = 1500): string {
  const next = seededNumbers(seed)
  const one = <T>(of: readonly T[]): T => of[next(of.length)]!
  const lines: string[] = []
  for (let i = 0; i < count; i++) {
    const v6 = next(6) === 0
    const who = next(40)
    const src = v6 ? `2001:db8:5:${seed}::${who + 1}` : `10.9.${seed}.${who}`
    const dst = v6
      ? `2001:db8:6::${1 + next(3)}`
      : `198.51.100.${who % 5 === 0 ? next(60) : 1 + next(3)}`
    const facts = {
      src,
      dst,
      prefix: one(PREFIXES),
      iface: one(['eth0', 'eth0', 'eth1', 'br-lan']),
      out: one(['', '', '', 'eth2']),
      ttl: one([1, 32, 52, 64, 128, 255]),
      id: one([0, 242, 413, 54_321, next(65_536)]),
    }
    // Most sources stay at one port, a few walk.
    const dpt = who % 3 === 0 ? next(65_536) : who % 3 === 1 ? one(PORTS) : 50_000
    const kind = next(10)
    let line =
      kind < 5
        ? tcp({
            ...facts,
            dpt,
            spt: one([20, 53, 80, 1024 + next(60_000)]),
            flags: one(FLAGS),
            len: one([40, 44, 60, 84, 120]),
            window: one([512, 1024, 65_535, 55_808]),
            ...(next(4) === 0 && !v6
              ? { seq: one([0, 674_711_609, next(4_000_000_000)]), ack: one([0, 1]) }
              : {}),
          })
        : kind < 7
          ? udp({
              ...facts,
              dpt,
              spt: one([53, 123, 1024 + next(60_000)]),
              payload: one([0, 1, 4, 12, 100, 500]),
            })
          : kind < 9
            ? icmp({
                ...facts,
                type: one(v6 ? ICMP6_TYPES : ICMP_TYPES),
                code: one([0, 0, 0, 1, 4, 9]),
                icmpId: one([0, 7, 456, 666, 1234]),
                icmpSeq: one([0, 1, 111]),
                len: one([28, 32, 36, 84, 800]),
              })
            : ip(one([2, 47, 89, 103, 255]), facts)
    const damage = next(60)
    if (damage === 0) line = line.slice(0, line.indexOf('DST=') + next(30))
    if (damage === 1) line = line.replace(/TTL=\S+ /, '')
    lines.push(line)
  }
  return `${lines.join('\n')}\n`
}
