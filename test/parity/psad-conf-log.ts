/** Fields of a line that differ from those of a plain SYN. */
export interface Line {
  readonly src: string
  readonly dst?: string
  readonly prefix?: string
  readonly in?: string
  readonly out?: string
  readonly dpt?: number
  readonly spt?: number
  readonly flags?: string
  readonly ttl?: number
  readonly len?: number
  readonly id?: number
  readonly window?: number
  readonly dontFragment?: boolean
  /** Hex digits of TCP options. */
  readonly opt?: string
  /** Hex digits of IP options. */
  readonly ipOpt?: string
  /** From `PROTO=` on, in place of TCP. */
  readonly proto?: string
}

/** Source ports and IDs grow with each line; nothing else changes by itself. */
export function logOf(lines: readonly Line[]): string {
  return lines.map((line, i) => `${textOf(line, i)}\n`).join('')
}

function textOf(line: Line, i: number): string {
  const {
    src,
    dst = src.includes(':') ? '2001:0db8:0000:0000:0000:0000:0000:0001' : '198.51.100.1',
    prefix = 'DROP',
    in: inside = 'eth0',
    out = '',
    ttl = 50,
    len = 44,
    id = 7 * i,
    ipOpt,
    dontFragment = false,
    proto = tcp(line, i),
  } = line
  const second = String(i % 60).padStart(2, '0')
  const stamp = `Mar 11 20:35:${second} fw kernel: [ 12.${1000 + i}] ${prefix} IN=${inside} OUT=${out} `
  if (src.includes(':'))
    return `${stamp}SRC=${src} DST=${dst} LEN=${len} TC=0 HOPLIMIT=${ttl} FLOWLBL=0 ${proto}`
  const options = ipOpt === undefined ? '' : `OPT (${ipOpt}) `
  return `${stamp}SRC=${src} DST=${dst} LEN=${len} TOS=0x00 PREC=0x00 TTL=${ttl} ID=${id} ${dontFragment ? 'DF ' : ''}${options}${proto}`
}

function tcp({ dpt = 80, spt, flags = 'SYN', window = 1024, opt }: Line, i: number): string {
  const options = opt === undefined ? '' : ` OPT (${opt})`
  return `PROTO=TCP SPT=${spt ?? 40_000 + i} DPT=${dpt} WINDOW=${window} RES=0x00 ${flags} URGP=0${options}`
}

export const udp = (dpt: number, spt = 40_000): string => `PROTO=UDP SPT=${spt} DPT=${dpt} LEN=20`
export const icmp = (type: number, code: number): string =>
  `PROTO=ICMP TYPE=${type} CODE=${code}${type === 8 || type === 0 ? ' ID=1 SEQ=1' : ''}`
export const icmp6 = (type: number, code: number): string =>
  `PROTO=ICMPv6 TYPE=${type} CODE=${code}`

/** As many lines as there are numbers. */
export const each = (numbers: readonly number[], line: (n: number) => Line): Line[] =>
  numbers.map(line)
/** From `first` on, `count` of them. */
export const range = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => first + i)
