import { icmp, ip, tcp, udp } from '../lines.ts'
import type { Case, Ends } from './case.ts'

const FLAG_WORDS: readonly (readonly [string, string])[] = [
  ['U', 'URG'],
  ['A', 'ACK'],
  ['P', 'PSH'],
  ['R', 'RST'],
  ['S', 'SYN'],
  ['F', 'FIN'],
]

/** A value that fits a number expression of a rule. */
function fitting(expression: string | undefined, otherwise: number): number {
  const match = /(\d+)/.exec(expression ?? '')
  if (match === null) return otherwise
  const n = Number(match[1])
  if (/>/.test(expression ?? '') && !/=/.test(expression ?? '')) return n + 1
  if (/</.test(expression ?? '') && !/=/.test(expression ?? '')) return Math.max(0, n - 1)
  return n
}

function port(word: string, otherwise: number): number {
  if (/^any$|^!/.test(word) || word.startsWith('$')) return otherwise
  return Number(/\d+/.exec(word)?.[0] ?? otherwise)
}

/** For each rule of a file in psad's form: two packets made to fit it and, with other flags or ports, one that does not. */
export function shippedCases(text: string): Case[] {
  const cases: Case[] = []
  for (const line of text.split('\n')) {
    const head = /^alert\s+(\S+)\s+\S+\s+(\S+)\s+\S+\s+\S+\s+(\S+)\s+\((.*)\)/.exec(line)
    if (head === null) continue
    const [, protocol, sportWord, dportWord, body] = head
    const option = (name: string): string | undefined =>
      new RegExp(`[\\s;]${name}:\\s*([^;]+);`).exec(` ${body}`)?.[1]?.trim()
    const sid = option('sid') ?? option('psad_id') ?? '0'
    const seed = Number(sid)
    const spt = port(sportWord!, 40_000 + (seed % 1000))
    const dpt = port(dportWord!, 45_000 + (seed % 1000))
    const ttl = fitting(option('ttl'), 52)
    const id = fitting(option('id'), 4711)
    const size = fitting(option('dsize') ?? option('psad_dsize'), 20)
    const length = option('psad_ip_len')
    const make = ({ src, dst }: Ends, isOff: boolean): string => {
      const facts = { src, dst, ttl, id }
      switch (protocol) {
        case 'tcp': {
          const letters = option('flags') ?? 'S'
          const flags = FLAG_WORDS.filter(([letter]) => letters.includes(letter))
            .map(([, word]) => word)
            .join(' ')
          return tcp({
            ...facts,
            spt,
            dpt: isOff ? dpt + 1 : dpt,
            flags: isOff ? 'PSH' : flags,
            window: fitting(option('window'), 1024),
            len:
              length === undefined
                ? (option('dsize') ?? option('psad_dsize')) === undefined
                  ? 44
                  : size + (/S/.test(letters) ? 84 : 40)
                : fitting(length, 44),
            ...(option('seq') === undefined && option('ack') === undefined
              ? {}
              : { seq: fitting(option('seq'), 1), ack: fitting(option('ack'), 0) }),
          })
        }
        case 'udp':
          return udp({ ...facts, spt, dpt: isOff ? dpt + 1 : dpt, payload: size })
        case 'icmp':
          return icmp({
            ...facts,
            type: isOff ? 250 : fitting(option('itype'), 8),
            code: isOff ? 9 : fitting(option('icode'), 0),
            len: 24 + size,
            icmpId: fitting(option('icmp_id'), 7),
            icmpSeq: fitting(option('icmp_seq'), 1),
          })
        default:
          return option('sameip') === undefined
            ? ip(Number(/\d+/.exec(option('ip_proto') ?? '')?.[0] ?? 97), {
                ...facts,
                ...(option('ipopts') === undefined ? {} : { ipOptions: '83030400' }),
              })
            : ip(97, { ...facts, dst: src })
      }
    }
    cases.push({
      row: 'shipped signatures',
      name: `sid ${sid}`,
      lines: (ends) => [make(ends, false), make(ends, false), make(ends, true)],
    })
  }
  return cases
}
