import { canonical } from '../helpers/address.ts'

/** What is compared of an analysis, in one form for both. Keys are canonical, so that two answers can be laid side by side. */
export interface Answer {
  readonly sources: Readonly<Record<string, SourceAnswer>>
  /** By sid. */
  readonly signatures: Readonly<
    Record<string, { readonly count: number; readonly sources: number }>
  >
  /** Packets by `tcp/80`. */
  readonly ports: Readonly<Record<string, number>>
  readonly prefixes: Readonly<Record<string, number>>
  readonly protocols: Readonly<Record<string, number>>
}

export interface SourceAnswer {
  readonly level: number
  readonly packets: number
  readonly matches: number
  readonly destinations: Readonly<Record<string, DestinationAnswer>>
}

export interface DestinationAnswer {
  /** Lowest and highest port by protocol: `tcp: 1-1024`. */
  readonly ports: Readonly<Record<string, string>>
  /** Where it was logged, as `INPUT eth0`; undefined if psad names several. */
  readonly where?: string
  /** Matches by sid; rules of protocol ip are not listed by psad. */
  readonly signatures: Readonly<Record<string, number>>
  /** Packets by `type 8 code 2`; psad names the code of a known type, or the type alone. */
  readonly invalidIcmp: Readonly<Record<string, number>>
}

/** psad's text, as `psad -A` prints it. */
export function answerOfPsad(text: string, protocolNumbers: ReadonlyMap<string, number>): Answer {
  const section = (title: string): string =>
    new RegExp(
      `^\\s*(?:\\[\\+\\] )?${title}[^\\n]*:\\n([\\s\\S]*?)(?=^\\[\\+\\]|^    Total protocol packet|(?![\\s\\S]))`,
      'm',
    ).exec(text)?.[1] ?? ''
  const signatures: Record<string, { count: number; sources: number }> = {}
  for (const m of section('Top (?:\\d+ )?signature matches').matchAll(
    /Count: (\d+), {2}Unique sources: (\d+), {2}Sid: (\d+)/g,
  ))
    signatures[m[3]!] = { count: Number(m[1]), sources: Number(m[2]) }
  const attackers = new Map<string, { packets: number; matches: number }>()
  const short = section('Top (?:\\d+ )?attackers')
  for (const m of short.matchAll(
    /^\s+([0-9A-Fa-f.:]+)(?: \([^)]*\))?\s+DL: \d+, Packets: (\d+), Sig count: (\d+)/gm,
  ))
    attackers.set(canonical(m[1]!), { packets: Number(m[2]), matches: Number(m[3]) })
  const ports: Record<string, number> = {}
  for (const m of section('Top (?:\\d+ )?scanned ports').matchAll(
    /(tcp|udp) (\d+)\s+(\d+) packets/g,
  ))
    ports[`${m[1]}/${m[2]}`] = Number(m[3])
  const prefixes: Record<string, number> = {}
  for (const m of section('iptables log prefix counters').matchAll(/^\s+"(.*)": (\d+)$/gm))
    prefixes[m[1]!] = Number(m[2])
  const protocols: Record<string, number> = {}
  for (const m of section('Total protocol packet counters').matchAll(/^\s*(\S+): (\d+) pkts/gm)) {
    const number = protocolNumbers.get(m[1]!) ?? Number(m[1])
    protocols[String(number)] = Number(m[2])
  }
  const sources: Record<string, SourceAnswer> = {}
  for (const part of section('IP Status Detail')
    .split(/^SRC: {2}/m)
    .slice(1)) {
    const head = /^([0-9A-Fa-f.:]+)[^\n]*?DL: (\d+)/.exec(part)
    if (head === null) throw new Error(`psad's detail is not understood: ${part.slice(0, 200)}`)
    const address = canonical(head[1]!)
    sources[address] = {
      level: Number(head[2]),
      packets: attackers.get(address)?.packets ?? 0,
      matches: attackers.get(address)?.matches ?? 0,
      destinations: Object.fromEntries(
        part
          .split(/^ {4}DST: /m)
          .slice(1)
          .map((one) => [
            canonical(/^[0-9A-Fa-f.:]+/.exec(one)?.[0] ?? ''),
            destinationOfPsad(one),
          ]),
      ),
    }
  }
  return { sources, signatures, ports, prefixes, protocols }
}

function destinationOfPsad(text: string): DestinationAnswer {
  const ports: Record<string, string> = {}
  const places = new Set<string>()
  for (const m of text.matchAll(
    /Scanned ports: (TCP|UDP|UDPLITE) ([\d-]+), Pkts: \d+, Chain: (\S+), Intf: (\S+)/g,
  ))
    ports[m[1]!.toLowerCase()] = m[2]!.includes('-') ? m[2]! : `${m[2]}-${m[2]}`
  for (const m of text.matchAll(/Chain: (\S+), Intf: (\S+)/g)) places.add(`${m[1]} ${m[2]}`)
  const signatures: Record<string, number> = {}
  for (const m of text.matchAll(/Count: (\d+)[^\n]*, Sid: (\d+)/g))
    signatures[m[2]!] = (signatures[m[2]!] ?? 0) + Number(m[1])
  const invalidIcmp: Record<string, number> = {}
  for (const m of text.matchAll(/Invalid ICMP6? (?:type|code): "(\d+)"[^\n]*Packets: (\d+)/g))
    invalidIcmp[m[1]!] = (invalidIcmp[m[1]!] ?? 0) + Number(m[2])
  return {
    ports,
    ...(places.size === 1 ? { where: [...places][0]! } : {}),
    signatures,
    invalidIcmp,
  }
}

/** The parts of Picket's report that are compared. */
export interface ReportLike {
  readonly signatures: readonly { sid: number; count: number; sources: number; protocol: string }[]
  readonly attackers: readonly { source: string; packets: number; signatureMatches: number }[]
  readonly ports: readonly { protocol: string; port: number; packets: number }[]
  readonly prefixes: Record<string, number>
  readonly protocols: Record<string, number>
  readonly sources: readonly {
    source: string
    dangerLevel: number
    os: string[]
    destinations: readonly {
      destination: string
      ports: Record<string, string[]>
      chain: string
      interface: string
      signatures: readonly { sid: number; count: number; protocol: string }[]
      invalidIcmp?: readonly { type: number; code: number; packets: number }[]
    }[]
  }[]
}

export function answerOfReport(
  report: ReportLike,
  protocolNumbers: ReadonlyMap<string, number>,
): Answer {
  const attackers = new Map(report.attackers.map((attacker) => [attacker.source, attacker]))
  return {
    signatures: Object.fromEntries(
      report.signatures.map(({ sid, count, sources }) => [String(sid), { count, sources }]),
    ),
    ports: Object.fromEntries(
      report.ports
        .filter(({ protocol }) => protocol !== 'udplite')
        .map(({ protocol, port, packets }) => [`${protocol}/${port}`, packets]),
    ),
    prefixes: report.prefixes,
    protocols: Object.fromEntries(
      Object.entries(report.protocols).map(([name, packets]) => [
        String(protocolNumbers.get(name) ?? Number(name)),
        packets,
      ]),
    ),
    sources: Object.fromEntries(
      report.sources.map(({ source, dangerLevel, destinations }) => [
        source,
        {
          level: dangerLevel,
          packets: attackers.get(source)?.packets ?? 0,
          matches: attackers.get(source)?.signatureMatches ?? 0,
          destinations: Object.fromEntries(
            destinations.map((one) => [one.destination, destinationOfReport(one)]),
          ),
        },
      ]),
    ),
  }
}

type ReportedDestination = ReportLike['sources'][number]['destinations'][number]

function destinationOfReport(one: ReportedDestination): DestinationAnswer {
  const invalidIcmp: Record<string, number> = {}
  for (const { type, code, packets } of one.invalidIcmp ?? []) {
    // psad names the type if it does not exist, else the code.
    const known = one.destination.includes(':') ? KNOWN_ICMP6 : KNOWN_ICMP
    const key = String(known.has(type) ? code : type)
    invalidIcmp[key] = (invalidIcmp[key] ?? 0) + packets
  }
  return {
    ports: Object.fromEntries(
      Object.entries(one.ports).map(([protocol, ranges]) => [
        protocol,
        `${ranges[0]!.split('-')[0]}-${ranges.at(-1)!.split('-').at(-1)}`,
      ]),
    ),
    where: `${one.chain} ${one.interface}`,
    signatures: Object.fromEntries(
      one.signatures
        .filter(({ protocol }) => protocol !== 'ip')
        .map(({ sid, count }) => [String(sid), count]),
    ),
    invalidIcmp,
  }
}

const span = (low: number, high: number): number[] =>
  Array.from({ length: high - low + 1 }, (_, i) => low + i)

/** ICMP types that psad knows, whose codes it then looks at (psad.md 4.4); some have no valid code. */
const KNOWN_ICMP = new Set([0, ...span(3, 6), ...span(8, 36), 39, 40])
const KNOWN_ICMP6 = new Set([
  ...span(0, 4),
  ...span(128, 136),
  ...span(138, 142),
  ...span(144, 147),
])
