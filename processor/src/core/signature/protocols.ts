/** Protocols that a rule may name, by number; 0 = `ip`, every protocol. Numbers: IANA "Protocol Numbers". */
const RULE_PROTOCOLS: Readonly<Record<string, number>> = {
  ip: 0,
  icmp: 1,
  igmp: 2,
  ipip: 4,
  tcp: 6,
  udp: 17,
  gre: 47,
  esp: 50,
  ah: 51,
  icmp6: 58,
  icmpv6: 58,
  'ipv6-icmp': 58,
  ospf: 89,
  pim: 103,
  vrrp: 112,
  sctp: 132,
  udplite: 136,
}

/** Number of a protocol given by name or number; undefined if there is none such. */
export function protocolNumber(word: string): number | undefined {
  if (/^\d{1,3}$/.test(word)) return Number(word) <= 255 ? Number(word) : undefined
  const name = word.toLowerCase()
  return Object.hasOwn(RULE_PROTOCOLS, name) ? RULE_PROTOCOLS[name] : undefined
}

/** The first name of a protocol number, or the number. */
export function ruleProtocolName(number: number): string {
  return Object.entries(RULE_PROTOCOLS).find(([, known]) => known === number)?.[0] ?? `${number}`
}
