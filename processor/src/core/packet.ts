import { formatAddress } from './address.ts'
import { batchOf } from './batch.ts'
import type { LineBatch } from './batch.ts'
import { DEFAULT_ENGINE_OPTIONS } from './options.ts'
import { PacketFilter } from './packet-filter.ts'
import { tcpFlagNames } from './tcp-flags.ts'
import { NO_PACKET, OK, createParser, parserOptions, reasonOf } from './parse/index.ts'
import type { InternTable, ParserOptions } from './parse/index.ts'
import { mikrotikMac } from './parse/mikrotik.ts'
import {
  CHAIN_NAMES,
  F_CHAIN_SHIFT,
  F_DF,
  F_EMBEDDED,
  F_FRAGMENT,
  F_INCOMPLETE,
  F_PSAD_REJECTS,
  F_IPV6,
  F_JSON,
  F_MF,
  F_VERDICT_SHIFT,
  PROTO_AH,
  PROTO_ESP,
  PROTO_ICMP,
  PROTO_ICMPV6,
  PROTO_SCTP,
  PROTO_TCP,
  PROTO_UDP,
  PROTO_UDPLITE,
  PROTO_UNKNOWN,
  PacketRows,
  R_ACK,
  R_BODY,
  R_CHAIN_NAME,
  R_DPT,
  R_DST,
  R_FLAGS,
  R_FROM,
  R_HEADER,
  R_HOST,
  R_ICMP_CODE,
  R_ICMP_ID,
  R_ICMP_SEQ,
  R_ICMP_TYPE,
  R_IN,
  R_IPID,
  R_IP_OPT,
  R_IP_OPT_END,
  R_LENGTH,
  R_NANOS,
  R_OUT,
  R_PAYLOAD,
  R_PHYSIN,
  R_PHYSOUT,
  R_PREFIX,
  R_PROTO,
  R_SECONDS,
  R_SEEN,
  R_SEQ,
  R_SPT,
  R_SRC,
  R_TCP,
  R_TCP_OPT,
  R_TCP_OPT_END,
  R_TO,
  R_TOS,
  R_TTL,
  R_URGP,
  R_WINDOW,
  ROW,
  SEEN_ACK,
  SEEN_IP_OPT,
  SEEN_SEQ,
  SEEN_TCP_OPT,
  SEEN_URGP,
} from './row.ts'
import { isoTime } from './time-text.ts'

/** A packet as `picket parse` prints it. What the line does not have is left out. */
export interface Packet {
  readonly result: 'packet'
  /** Event time, ISO 8601 UTC. */
  time: string
  time_format: 'rfc3164' | 'iso8601' | 'rfc5424' | 'clf' | 'none'
  /** The header's time as it stands in the line. */
  timestamp?: string
  pri?: number
  host?: string
  uptime?: number
  vmid?: number
  prefix: string
  verdict?: 'drop' | 'accept' | 'audit'
  action?: string
  chain?: string
  in?: string
  physin?: string
  out?: string
  physout?: string
  mac?: string
  macSrc?: string
  macDst?: string
  srcMac?: string
  vlan?: number
  src: string
  dst: string
  length?: number
  tos?: number
  ttl?: number
  ipId?: number
  df?: boolean
  mf?: true
  fragment?: true
  incomplete?: true
  ipOptions?: string
  proto: string
  spt?: number
  dpt?: number
  payloadLength?: number
  seq?: number
  ack?: number
  window?: number
  flags?: string[]
  urgp?: number
  tcpOptions?: string
  icmpType?: number
  icmpCode?: number
  icmpId?: number
  icmpSeq?: number
  spi?: string
  mark?: string
  embedded?: Record<string, string>
}

export type ParsedLine =
  | Packet
  | { readonly result: 'not-a-packet' }
  | { readonly result: 'malformed'; readonly reason: string }

const FORMATS = ['none', 'rfc3164', 'iso8601', 'rfc5424', 'clf'] as const
const VERDICTS = [undefined, 'drop', 'accept', 'audit'] as const
const PROTO_WORDS: ReadonlyMap<number, string> = new Map([
  [PROTO_ICMP, 'ICMP'],
  [PROTO_TCP, 'TCP'],
  [PROTO_UDP, 'UDP'],
  [PROTO_ICMPV6, 'ICMPv6'],
  [PROTO_UDPLITE, 'UDPLITE'],
  [PROTO_ESP, 'ESP'],
  [PROTO_AH, 'AH'],
  [PROTO_SCTP, 'SCTP'],
])
const decoder = new TextDecoder()

/** The packet of a row, with what only the line itself still has. Slow: for people. */
export function describe(
  batch: LineBatch,
  rows: PacketRows,
  index: number,
  interned: InternTable,
): Packet {
  const r = rows.ints
  const o = index * ROW
  const flags = r[o + R_FLAGS]!
  const proto = r[o + R_PROTO]!
  const seen = r[o + R_SEEN]!
  const line = decoder.decode(batch.bytes.subarray(r[o + R_FROM], r[o + R_TO]))
  const text = (id: number): string | undefined =>
    r[o + id] === 0 ? undefined : interned.text(r[o + id]!)
  const number = (id: number): number | undefined => (r[o + id]! < 0 ? undefined : r[o + id]!)
  const isV6 = (flags & F_IPV6) !== 0
  const hex = (from: number, to: number): string =>
    decoder.decode(batch.bytes.subarray(r[o + from], r[o + to]))
  const packet: Packet = {
    result: 'packet',
    time: isoTime(r[o + R_SECONDS]!, r[o + R_NANOS]!),
    time_format: FORMATS[r[o + R_HEADER]!] ?? 'none',
    prefix: interned.text(r[o + R_PREFIX]!),
    src: formatAddress(r[o + R_SRC]!, r[o + R_SRC + 1]!, r[o + R_SRC + 2]!, r[o + R_SRC + 3]!),
    dst: formatAddress(r[o + R_DST]!, r[o + R_DST + 1]!, r[o + R_DST + 2]!, r[o + R_DST + 3]!),
    proto:
      proto === PROTO_UNKNOWN
        ? (/ PROTO=(\S+)/.exec(line)?.[1] ?? 'unknown')
        : (PROTO_WORDS.get(proto) ?? String(proto)),
  }
  const set = <K extends keyof Packet>(key: K, value: Packet[K] | undefined): void => {
    if (value !== undefined) packet[key] = value
  }
  set('host', text(R_HOST))
  set('verdict', VERDICTS[(flags >> F_VERDICT_SHIFT) & 3])
  set('chain', text(R_CHAIN_NAME) ?? (CHAIN_NAMES[(flags >> F_CHAIN_SHIFT) & 3] || undefined))
  set('in', text(R_IN))
  set('physin', text(R_PHYSIN))
  set('out', text(R_OUT))
  set('physout', text(R_PHYSOUT))
  set('length', number(R_LENGTH))
  set('tos', number(R_TOS))
  set('ttl', number(R_TTL))
  if (!isV6) set('ipId', number(R_IPID))
  packet.df = (flags & F_DF) !== 0
  if ((flags & F_MF) !== 0) packet.mf = true
  if ((flags & F_FRAGMENT) !== 0) packet.fragment = true
  if ((flags & F_INCOMPLETE) !== 0) packet.incomplete = true
  if ((seen & SEEN_IP_OPT) !== 0) packet.ipOptions = hex(R_IP_OPT, R_IP_OPT_END)
  set('spt', number(R_SPT))
  set('dpt', number(R_DPT))
  set('payloadLength', number(R_PAYLOAD))
  if ((seen & SEEN_SEQ) !== 0) packet.seq = r[o + R_SEQ]! >>> 0
  if ((seen & SEEN_ACK) !== 0) packet.ack = r[o + R_ACK]! >>> 0
  set('window', number(R_WINDOW))
  if (proto === PROTO_TCP && (flags & (F_FRAGMENT | F_INCOMPLETE)) === 0)
    packet.flags = tcpFlagNames(r[o + R_TCP]!)
  if ((seen & SEEN_URGP) !== 0) set('urgp', number(R_URGP))
  if ((seen & SEEN_TCP_OPT) !== 0) packet.tcpOptions = hex(R_TCP_OPT, R_TCP_OPT_END)
  set('icmpType', number(R_ICMP_TYPE))
  set('icmpCode', number(R_ICMP_CODE))
  set('icmpId', number(R_ICMP_ID))
  set('icmpSeq', number(R_ICMP_SEQ))
  if ((flags & F_JSON) !== 0 || line.trimStart().startsWith('{')) describeJson(packet, line)
  else describeText(packet, line, r[o + R_BODY]! < 0 ? 0 : r[o + R_BODY]! - r[o + R_FROM]!)
  if ((flags & F_EMBEDDED) !== 0) describeEmbedded(packet, line)
  return packet
}

/** Fields that stand in the line and in no row. */
function describeText(packet: Packet, line: string, body: number): void {
  const head = line.slice(0, body === 0 ? line.length : body)
  const rest = line.slice(body)
  const pri = /^\s*<(\d{1,3})>/.exec(head)?.[1]
  if (pri !== undefined) packet.pri = Number(pri)
  const timestamp = TIMES[packet.time_format]?.exec(head)?.[0]
  if (timestamp !== undefined) packet.timestamp = timestamp
  const uptime = /\[ *(\d+\.\d+)\]/.exec(head)?.[1]
  if (uptime !== undefined) packet.uptime = Number(uptime)
  if (packet.time_format === 'clf') {
    const vmid = /^\s*(\d+) /.exec(head)?.[1]
    if (vmid !== undefined) packet.vmid = Number(vmid)
  }
  const field = (name: string): string | undefined =>
    new RegExp(`(?:^|\\s)${name}=(\\S+)`).exec(rest)?.[1]
  const set = (
    key: 'mac' | 'macSrc' | 'macDst' | 'spi' | 'mark' | 'srcMac',
    value: string | undefined,
  ): void => {
    if (value !== undefined) packet[key] = value
  }
  set('mac', field('MAC'))
  set('macSrc', field('MACSRC'))
  set('macDst', field('MACDST'))
  set('spi', field('SPI'))
  set('mark', field('MARK'))
  const vlan = field('VID')
  if (vlan !== undefined) packet.vlan = Number(vlan)
  if (body === 0) set('srcMac', mikrotikMac(line))
}

const TIMES: Readonly<Partial<Record<Packet['time_format'], RegExp>>> = {
  rfc3164: /[A-Z][a-z]{2} {1,2}\d{1,2} (?:\d{4} )?\d{2}:\d{2}:\d{2}(?:\.\d+)?/,
  iso8601: /\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?/i,
  rfc5424: /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:?\d{2})?/i,
  clf: /\d{2}\/[A-Z][a-z]{2}\/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4}/,
}

function describeJson(packet: Packet, line: string): void {
  let record: Record<string, unknown>
  try {
    record = JSON.parse(line) as Record<string, unknown>
  } catch {
    // Cut off behind the packet.
    const from = line.indexOf('IN=')
    if (from >= 0) describeText(packet, line, from)
    return
  }
  const text = (key: string): string | undefined => {
    const value = record[key]
    return typeof value === 'string' ? value : undefined
  }
  const message = text('MESSAGE') ?? text('message') ?? text('log')
  if (message !== undefined) {
    const format = packet.time_format
    describeText(packet, message, Math.max(0, message.search(/IN=\S* /)))
    packet.time_format = format
  }
  const timestamp = text('@timestamp') ?? text('timestamp') ?? text('time')
  if (timestamp !== undefined) packet.timestamp = timestamp
  const action = text('action')
  if (action !== undefined) packet.action = action
  const mac = text('mac.str')
  if (mac !== undefined) packet.mac = mac
}

function describeEmbedded(packet: Packet, line: string): void {
  const quoted = /\[(SRC=.*)\]/.exec(line)?.[1]
  if (quoted === undefined) return
  const embedded: Record<string, string> = {}
  for (const [, key = '', value = ''] of quoted.matchAll(
    /(?:^|\s)(SRC|DST|PROTO|SPT|DPT|TYPE|CODE)=(\S+)/g,
  ))
    embedded[key] ??= value
  packet.embedded = embedded
}

/** Lines to packets for people: keeps a parser, so that consecutive lines are read as the engine reads them. */
export class LineReader {
  readonly #parser
  readonly #rows = new PacketRows(1)

  readonly #filter: PacketFilter | undefined

  /** `where`: criteria of `PacketFilter`; packets that do not fit are answered as none. */
  constructor(options: Partial<ParserOptions> = {}, where = '') {
    this.#parser = createParser({ ...parserOptions(DEFAULT_ENGINE_OPTIONS), ...options })
    this.#filter = where === '' ? undefined : new PacketFilter(where, this.#parser.interned)
  }

  /** What line `index` of the batch is. */
  read(batch: LineBatch, index: number): ParsedLine {
    this.#rows.count = 0
    const result = this.#parser.parseLine(batch, index, this.#rows)
    this.#parser.takeCounts()
    if (result === OK && (this.#rows.ints[R_FLAGS]! & F_PSAD_REJECTS) !== 0)
      return { result: 'malformed', reason: 'psad does not use such a line' }
    if (result === OK && this.#filter?.holds(this.#rows.ints, 0) === false)
      return { result: 'not-a-packet' }
    if (result === OK) return describe(batch, this.#rows, 0, this.#parser.interned)
    if (result === NO_PACKET) return { result: 'not-a-packet' }
    return { result: 'malformed', reason: reasonOf(result) }
  }
}

/** One line, through the same parser. `reference` (seconds) dates a line without a year. */
export function parseLine(
  line: string,
  options: Partial<ParserOptions> & { readonly reference?: number } = {},
): ParsedLine {
  return new LineReader(options).read(batchOf([line], { reference: options.reference ?? 0 }), 0)
}
