import { suggestion } from '../config/suggest.ts'
import type { Packet } from '../core/packet.ts'
import { PROTOCOL_NUMBERS } from '../core/protocols.ts'
import { UsageError } from '../errors.ts'
import { csvRow } from '../report/csv.ts'

type Field = (packet: Packet) => unknown

/** Every field that `--fields` takes, in the order in which JSON prints them. */
const FIELDS: readonly (keyof Packet)[] = [
  'result',
  'time',
  'time_format',
  'timestamp',
  'pri',
  'host',
  'uptime',
  'vmid',
  'prefix',
  'verdict',
  'action',
  'chain',
  'in',
  'physin',
  'out',
  'physout',
  'mac',
  'macSrc',
  'macDst',
  'srcMac',
  'vlan',
  'src',
  'dst',
  'length',
  'tos',
  'ttl',
  'ipId',
  'df',
  'mf',
  'fragment',
  'incomplete',
  'ipOptions',
  'proto',
  'spt',
  'dpt',
  'payloadLength',
  'seq',
  'ack',
  'window',
  'flags',
  'urgp',
  'tcpOptions',
  'icmpType',
  'icmpCode',
  'icmpId',
  'icmpSeq',
  'spi',
  'mark',
  'embedded',
]

/** psad's names for them (psad.md 7.3), and `intf`, which is the interface in or, for outgoing packets, out. */
const ALIASES: Readonly<Record<string, keyof Packet>> = {
  sp: 'spt',
  dp: 'dpt',
  ip_len: 'length',
  ip_id: 'ipId',
  ip_opts: 'ipOptions',
  log_prefix: 'prefix',
  syslog_host: 'host',
  src_mac: 'macSrc',
  dst_mac: 'macDst',
  itype: 'icmpType',
  icode: 'icmpCode',
  icmp_id: 'icmpId',
  icmp_seq: 'icmpSeq',
  win: 'window',
  tcp_seq: 'seq',
  tcp_ack: 'ack',
  tcp_opts: 'tcpOptions',
  udp_len: 'payloadLength',
  tc: 'tos',
  hop_limit: 'ttl',
}

/** A field by the name that the user gave it. */
export interface NamedField {
  readonly name: string
  readonly read: Field
}

/** psad's default fields of `--CSV`. */
export const DEFAULT_CSV_FIELDS = 'timestamp,src,dst,sp,dp,proto,flags,ip_len,intf,chain,log_prefix'

/** The fields of a comma list; undefined for none. Throws a UsageError that suggests the name that was meant. */
export function resolveFields(
  list: string | undefined,
  fallback: string | undefined,
): NamedField[] | undefined {
  const text = list ?? fallback
  if (text === undefined) return undefined
  return text.split(',').map((part) => {
    const name = part.trim()
    if (name === 'intf') return { name, read: (packet) => packet.in ?? packet.out }
    const known = FIELDS as readonly string[]
    const key = Object.hasOwn(ALIASES, name)
      ? ALIASES[name]
      : known.includes(name)
        ? (name as keyof Packet)
        : undefined
    if (key === undefined) {
      const names = [...FIELDS, ...Object.keys(ALIASES), 'intf']
      throw new UsageError(
        `--fields: no field is called ${JSON.stringify(name)}${suggestion(name, names) || `: expected some of ${names.join(', ')}`}`,
      )
    }
    return { name, read: (packet) => packet[key] }
  })
}

/** The chosen fields, in the order they were asked for; what the packet lacks is left out. */
export function pickFields(packet: Packet, fields: readonly NamedField[]): Record<string, unknown> {
  return Object.fromEntries(
    fields
      .map(({ name, read }) => [name, read(packet)] as const)
      .filter(([, value]) => value !== undefined),
  )
}

/**
 * One line as psad's `--CSV` prints it (no header), but quoted where it must be. What is absent is empty; as psad has it, it is
 * -1, ICMP has the ports 0 and protocols are in lower case.
 */
export function csvLine(packet: Packet, fields: readonly NamedField[], psad = false): string {
  return csvRow(
    fields.map(({ name, read }) => {
      const value = read(packet)
      return psad ? csvValue(valueForPsad(packet, name, value)) : csvValue(value)
    }),
  )
}

function valueForPsad(packet: Packet, name: string, value: unknown): unknown {
  const protocol = psadProtocol(packet)
  if (name === 'proto') return protocol
  if (/^(?:sp|dp|spt|dpt)$/.test(name) && value === undefined)
    return protocol === 'icmp' || protocol === 'icmp6' ? 0 : -1
  if (name === 'flags')
    return protocol !== 'tcp' ? -1 : Array.isArray(value) && value.length > 0 ? value : 'NULL'
  // psad takes all other characters out of prefixes.
  if (/prefix$/.test(name) && typeof value === 'string') return value.replaceAll(/\W/g, '')
  return value ?? -1
}

/** psad has five protocols by name, the others by number; ICMPv6 only over IPv6. */
function psadProtocol({ proto, src }: Packet): string | number {
  const name = proto.toLowerCase()
  if (name === 'icmpv6') return src.includes(':') ? 'icmp6' : 58
  if (/^(?:tcp|udp|udplite|icmp)$/.test(name)) return name
  return PROTOCOL_NUMBERS.get(name) ?? name
}

function csvValue(value: unknown): string | number {
  if (value === undefined) return ''
  if (typeof value === 'string' || typeof value === 'number') return value
  if (Array.isArray(value)) return value.join(' ')
  return JSON.stringify(value)
}
