/** Firewall lines as the kernel prints them behind a classic syslog header; only what matters is named. */
export interface Facts {
  readonly src?: string
  readonly dst?: string
  readonly prefix?: string
  readonly iface?: string
  readonly out?: string
  readonly len?: number
  readonly ttl?: number
  readonly id?: number
  readonly tos?: string
  readonly df?: boolean
  /** Hex digits of IP options. */
  readonly ipOptions?: string
}

const HEAD = 'Mar 11 20:35:11 fw kernel: [12345.678901]'

const isV6 = (facts: Facts): boolean => (facts.src ?? '').includes(':')

/** IPv6 as the kernel writes it. */
export function full(address: string): string {
  const [head = '', tail] = address.split('::')
  const left = head === '' ? [] : head.split(':')
  const right = tail === undefined || tail === '' ? [] : tail.split(':')
  const middle = tail === undefined ? [] : Array<string>(8 - left.length - right.length).fill('0')
  return [...left, ...middle, ...right].map((group) => group.padStart(4, '0')).join(':')
}

export function line(facts: Facts, rest: string): string {
  const {
    src = '203.0.113.1',
    dst = '198.51.100.1',
    prefix = 'DROP',
    iface = 'eth0',
    out = '',
  } = facts
  const v6 = isV6(facts)
  const len = facts.len ?? (v6 ? 80 : 44)
  const middle = v6
    ? `SRC=${full(src)} DST=${full(dst)} LEN=${len} TC=0 HOPLIMIT=${facts.ttl ?? 64} FLOWLBL=0`
    : `SRC=${src} DST=${dst} LEN=${len} TOS=${facts.tos ?? '0x00'} PREC=0x00 TTL=${facts.ttl ?? 52} ID=${facts.id ?? 4711}${facts.df === true ? ' DF' : ''}`
  const options = facts.ipOptions === undefined ? '' : ` OPT (${facts.ipOptions})`
  return `${HEAD} ${prefix}${prefix === '' ? '' : ' '}IN=${iface} OUT=${out} ${iface === '' ? '' : 'MAC=02:00:00:00:00:01:02:00:00:00:00:02:08:00 '}${middle}${options} ${rest}`
}

export interface TcpFacts extends Facts {
  readonly spt?: number
  readonly dpt?: number
  readonly flags?: string
  readonly window?: number
  readonly seq?: number
  readonly ack?: number
  readonly tcpOptions?: string
}

export function tcp(facts: TcpFacts = {}): string {
  const { spt = 40_000, dpt = 80, flags = 'SYN', window = 1024, seq, ack, tcpOptions } = facts
  const sequence = seq === undefined ? '' : `SEQ=${seq} ACK=${ack ?? 0} `
  const set = flags === '' ? '' : `${flags} `
  const opt = tcpOptions === undefined ? '' : `OPT (${tcpOptions}) `
  return line(
    facts,
    `PROTO=TCP SPT=${spt} DPT=${dpt} ${sequence}WINDOW=${window} RES=0x00 ${set}URGP=0 ${opt}`,
  )
}

export interface UdpFacts extends Facts {
  readonly spt?: number
  readonly dpt?: number
  readonly payload?: number
}

export function udp({ spt = 40_000, dpt = 53, payload = 20, ...facts }: UdpFacts = {}): string {
  const len = payload + 8
  return line(
    { len: len + (isV6(facts) ? 40 : 20), ...facts },
    `PROTO=UDP SPT=${spt} DPT=${dpt} LEN=${len} `,
  )
}

export interface IcmpFacts extends Facts {
  readonly type?: number
  readonly code?: number
  readonly icmpId?: number
  readonly icmpSeq?: number
  /** Behind the rest: the packet that an error quotes. */
  readonly quoted?: string
}

export function icmp({
  type = 8,
  code = 0,
  icmpId,
  icmpSeq,
  quoted,
  ...facts
}: IcmpFacts = {}): string {
  const echo = type === 0 || type === 8
  const id = icmpId ?? (echo ? 7 : undefined)
  const more = isV6(facts) || id === undefined ? '' : `ID=${id} SEQ=${icmpSeq ?? 1} `
  const name = isV6(facts) ? 'ICMPv6' : 'ICMP'
  return line(
    { len: 84, ...facts },
    `PROTO=${name} TYPE=${type} CODE=${code} ${more}${quoted ?? ''}`,
  )
}

/** A packet of a protocol by its number or name. */
export function ip(protocol: number | string, facts: Facts = {}): string {
  return line(facts, `PROTO=${protocol} `)
}

/** `n` lines made of their index. */
export function times(n: number, make: (i: number) => string): string[] {
  return Array.from({ length: n }, (_, i) => make(i))
}
