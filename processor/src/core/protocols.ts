/**
 * Names of IP protocol numbers as people write them (IANA's registry, lower case). ICMPv6 is `icmp6`, psad's word;
 * both spellings are understood.
 */
const NAMES: readonly (readonly [number, string])[] = [
  [0, 'hopopt'],
  [1, 'icmp'],
  [2, 'igmp'],
  [4, 'ipencap'],
  [6, 'tcp'],
  [8, 'egp'],
  [17, 'udp'],
  [27, 'rdp'],
  [33, 'dccp'],
  [41, 'ipv6'],
  [43, 'ipv6-route'],
  [44, 'ipv6-frag'],
  [46, 'rsvp'],
  [47, 'gre'],
  [50, 'esp'],
  [51, 'ah'],
  [58, 'icmp6'],
  [59, 'ipv6-nonxt'],
  [60, 'ipv6-opts'],
  [88, 'eigrp'],
  [89, 'ospf'],
  [94, 'ipip'],
  [103, 'pim'],
  [108, 'ipcomp'],
  [112, 'vrrp'],
  [115, 'l2tp'],
  [132, 'sctp'],
  [136, 'udplite'],
  [137, 'mpls-in-ip'],
]

const NAME_OF = new Map(NAMES)

export const PROTOCOL_NUMBERS: ReadonlyMap<string, number> = new Map([
  ...NAMES.map(([number, name]) => [name, number] as const),
  ['icmpv6', 58],
  ['ipv6-icmp', 58],
])

/** The word for a protocol in reports, labels and events: `tcp`, `icmp6`, `gre`, else the number; `unknown` for 256. */
export function protocolName(number: number): string {
  return NAME_OF.get(number) ?? (number > 255 ? 'unknown' : String(number))
}

/** Protocols that psad names itself (psad.md 1.6). All others are numbers there, which its table of protocols names. */
const OWN_WORDS: ReadonlySet<string> = new Set(['icmp', 'tcp', 'udp', 'icmp6', 'udplite'])

/** As `protocolName`, with an operator's table of names before it. */
export function protocolNameIn(
  table: Readonly<Record<number, string>> | undefined,
  number: number,
): string {
  const name = protocolName(number)
  return OWN_WORDS.has(name) ? name : (table?.[number] ?? name)
}
