import type { Random } from './random.ts'

/** A firewall of the small network that is simulated, and how it logs. */
export interface Firewall {
  readonly host: string
  readonly app: string
  readonly iface: string
  readonly drop: string
  readonly accept: string | undefined
  readonly audit: string | undefined
  readonly mac: string
}

export const FIREWALLS: readonly [Firewall, ...Firewall[]] = [
  {
    host: 'fw1',
    app: 'ufw',
    iface: 'ens3',
    drop: '[UFW BLOCK] ',
    accept: '[UFW ALLOW] ',
    audit: '[UFW AUDIT] ',
    mac: '02:00:00:00:01:01',
  },
  {
    host: 'fw2',
    app: 'iptables',
    iface: 'eth0',
    drop: 'DROP ',
    accept: 'ACCEPT ',
    audit: undefined,
    mac: '02:00:00:00:02:01',
  },
  {
    host: 'fw3',
    app: 'firewalld',
    iface: 'enp1s0',
    drop: 'filter_IN_public_REJECT: ',
    accept: undefined,
    audit: undefined,
    mac: '02:00:00:00:03:01',
  },
]

/** What one packet is, before a firewall has logged it. */
export interface PacketFacts {
  readonly src: string
  readonly dst: string
  readonly protocol: 'TCP' | 'UDP' | 'ICMP' | 'ICMPv6' | number
  readonly spt?: number
  readonly dpt?: number
  /** TCP flags as the kernel prints them; empty for a null scan. */
  readonly flags?: string
  readonly window?: number
  readonly id?: number
  readonly length?: number
  readonly type?: number
  readonly code?: number
  readonly options?: string
  /** Without it the packet was dropped. */
  readonly verdict?: 'accept' | 'audit'
}

/** TCP options of a SYN by its length without IPv6's longer header: what is longer than bare headers has some. */
const USUAL_OPTIONS: Readonly<Partial<Record<number, string>>> = {
  44: '020405B4',
  52: '020405B40103030801010402',
  60: '020405B40402080A00825F5D0000000001030307',
}

/** The line's text as the kernel writes it, header included. */
export function logLine(
  firewall: Firewall,
  ms: number,
  packet: PacketFacts,
  random: Random,
): string {
  const isV6 = packet.src.includes(':')
  const prefix = (packet.verdict && firewall[packet.verdict]) ?? firewall.drop
  const uptime = (ms / 1000 - 1_700_000_000).toFixed(6)
  const head = `${new Date(ms).toISOString().replace('Z', '+00:00')} ${firewall.host} kernel: [${uptime}] ${prefix}`
  const mac = `${firewall.mac}:02:00:00:00:00:fe:${isV6 ? '86:dd' : '08:00'}`
  const length = (packet.length ?? 40) + (isV6 ? 20 : 0)
  const ip = isV6
    ? `LEN=${length} TC=0 HOPLIMIT=${random.between(40, 60)} FLOWLBL=${random.below(1_000_000)}`
    : `LEN=${length} TOS=0x00 PREC=0x00 TTL=${random.between(38, 120)} ID=${packet.id ?? random.below(65_536)}`
  return `${head}IN=${firewall.iface} OUT= MAC=${mac} SRC=${packet.src} DST=${packet.dst} ${ip} ${transport(packet, random)}`
}

function transport(packet: PacketFacts, random: Random): string {
  const { protocol } = packet
  const spt = packet.spt ?? random.between(32_768, 60_999)
  switch (protocol) {
    case 'TCP': {
      const flags = packet.flags ?? 'SYN'
      const sent =
        packet.options ?? (flags === 'SYN' ? USUAL_OPTIONS[packet.length ?? 0] : undefined)
      const options = sent === undefined ? '' : `OPT (${sent}) `
      return `PROTO=TCP SPT=${spt} DPT=${packet.dpt ?? 0} WINDOW=${packet.window ?? 1024} RES=0x00 ${flags === '' ? '' : `${flags} `}URGP=0 ${options}`
    }
    case 'UDP':
      return `PROTO=UDP SPT=${spt} DPT=${packet.dpt ?? 0} LEN=${(packet.length ?? 40) - 20} `
    case 'ICMP':
    case 'ICMPv6':
      return `PROTO=${protocol} TYPE=${packet.type ?? (protocol === 'ICMP' ? 8 : 128)} CODE=${packet.code ?? 0} ID=${random.below(65_536)} SEQ=${random.between(1, 9)} `
    default:
      return `PROTO=${protocol} `
  }
}
