/** Firewall lines as the kernel prints them, made for tests: only what matters is named. */
export interface LineFacts {
  readonly src?: string
  readonly dst?: string
  readonly dpt?: number
  readonly spt?: number
  /** Seconds since the base time. */
  readonly at?: number
  readonly prefix?: string
  readonly iface?: string
  readonly out?: string
  readonly len?: number
  readonly ttl?: number
  readonly id?: number
  readonly window?: number
  /** TCP flags in the kernel's order. */
  readonly flags?: string
  readonly host?: string
}

/** 2026-03-01T00:00:00Z */
export const BASE_SECONDS = 1_772_323_200

export function header({ at = 0, host = 'fw1', prefix = 'DROP' }: LineFacts): string {
  const ms = Math.round((BASE_SECONDS + at) * 1000)
  return `${new Date(ms).toISOString()} ${host} kernel: [12345.678901] ${prefix}${prefix === '' ? '' : ' '}`
}

function ends(facts: LineFacts): string {
  const { src = '192.0.2.1', dst = '198.51.100.1', iface = 'eth0', out = '' } = facts
  const v6 = src.includes(':')
  const mac =
    iface === '' ? '' : `MAC=02:00:00:00:00:01:02:00:00:00:00:02:${v6 ? '86:dd' : '08:00'} `
  return `IN=${iface} OUT=${out} ${mac}SRC=${src} DST=${dst} `
}

function ip(facts: LineFacts, len: number): string {
  const { src = '192.0.2.1', ttl = 50, id = 1000 } = facts
  const length = facts.len ?? len
  return src.includes(':')
    ? `LEN=${length + 20} TC=0 HOPLIMIT=${ttl} FLOWLBL=0 `
    : `LEN=${length} TOS=0x00 PREC=0x00 TTL=${ttl} ID=${id} `
}

export function tcp(facts: LineFacts = {}): string {
  const { spt = 40_000, dpt = 80, window = 1024, flags = 'SYN' } = facts
  return `${header(facts)}${ends(facts)}${ip(facts, 40)}PROTO=TCP SPT=${spt} DPT=${dpt} WINDOW=${window} RES=0x00 ${flags}${flags === '' ? '' : ' '}URGP=0 `
}

export function udp(facts: LineFacts = {}): string {
  const { spt = 40_000, dpt = 53 } = facts
  return `${header(facts)}${ends(facts)}${ip(facts, 28)}PROTO=UDP SPT=${spt} DPT=${dpt} LEN=8 `
}

export function icmp(
  facts: LineFacts & { readonly type?: number; readonly code?: number } = {},
): string {
  const { src = '192.0.2.1', type, code = 0 } = facts
  const v6 = src.includes(':')
  return `${header(facts)}${ends(facts)}${ip(facts, 84)}PROTO=${v6 ? 'ICMPv6' : 'ICMP'} TYPE=${type ?? (v6 ? 128 : 8)} CODE=${code} ID=1 SEQ=1 `
}

/** Any protocol by number. */
export function protocol(number: number, facts: LineFacts = {}): string {
  return `${header(facts)}${ends(facts)}${ip(facts, 20)}PROTO=${number} `
}
