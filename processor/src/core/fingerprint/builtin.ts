/**
 * Picket's own fingerprints: the SYNs of systems and tools in use, each stated from what the stack is known to send.
 *
 * What tells stacks apart: which options they send in which order, the TTL they begin with, and the window. Stacks that take
 * whole segments have a window that is a multiple of the MSS (S): the first window of Linux is 4, 10 or 20 segments, or as many
 * whole ones as fit in 65535 (F). Window scale (W) says how large the receive buffer may grow.
 *
 * exact: the packet has what that stack and no other known one sends. generic: several versions, or systems with one stack, send
 * it. approximate: many things look like that.
 */
import { TRAIT_ID_54321, TRAIT_ID_IS_XOR, TRAIT_SEQ_IS_DESTINATION } from './fingerprint.ts'
import type { FingerprintTable, Sureness, SynFingerprint } from './fingerprint.ts'
import { parseSynForm } from './syn-form.ts'

interface Entry {
  readonly sureness: Sureness
  readonly genre: string
  readonly version: string
  /** Each `window:ttl:df:length:options`. */
  readonly forms: readonly string[]
  readonly traits?: number
}

/** Linux, with MSS, SACK, timestamp, NOP and window scale. */
const linux = (window: string, scale: string): string => `${window}:64:1:60:M*,S,T,N,${scale}`

/** nmap draws its TTL from 37 to 59, so packets arrive with 20 to 59. */
const nmap = (window: number, length: number, options: string): string[] =>
  [39, 59].map((ttl) => `${window}:${ttl}:0:${length}:${options}`)

const SYSTEMS: readonly Entry[] = [
  // 128 KB of receive buffer from the start since 4.20, which gives nearly 64 KB of window; buffers of 6 MB scale by 7.
  {
    sureness: 'exact',
    genre: 'Linux',
    version: '4.20 or newer',
    forms: [linux('F', 'W7')],
  },
  {
    sureness: 'generic',
    genre: 'Linux',
    version: '4.20 or newer',
    forms: [linux('F', 'W0-6'), linux('F', 'W8-14')],
  },
  // Twice the congestion window of ten segments.
  {
    sureness: 'exact',
    genre: 'Linux',
    version: '3.11 to 4.19',
    forms: [linux('S20', 'W5-9')],
  },
  {
    sureness: 'generic',
    genre: 'Linux',
    version: '3.11 to 4.19',
    forms: [linux('S20', 'W1-4'), linux('S20', 'W10-14')],
  },
  // The congestion window itself.
  {
    sureness: 'exact',
    genre: 'Linux',
    version: '2.6.39 to 3.10',
    forms: [linux('S10', 'W1-9')],
  },
  // Three or four segments; scales follow the memory since 2.6.8.
  {
    sureness: 'exact',
    genre: 'Linux',
    version: '2.6',
    forms: [linux('S4', 'W1-9'), linux('S3', 'W1-9')],
  },
  {
    sureness: 'exact',
    genre: 'Linux',
    version: '2.4 or early 2.6',
    forms: [linux('S4', 'W0'), linux('S3', 'W0'), linux('S2', 'W0')],
  },
  {
    sureness: 'exact',
    genre: 'Linux',
    version: '2.2',
    forms: [linux('S22', 'W0'), linux('S11', 'W0')],
  },
  {
    sureness: 'generic',
    genre: 'Linux',
    version: 'without timestamps',
    forms: ['F', 'S20', 'S10', 'S4'].map((window) => `${window}:64:1:52:M*,N,N,S,N,W0-9`),
  },
  // Android asks for a first window of sixty segments, which is cut at 65535.
  {
    sureness: 'generic',
    genre: 'Android',
    version: '',
    forms: [linux('65535', 'W6-10')],
  },
  { sureness: 'approximate', genre: 'Linux', version: '', forms: [linux('*', 'W*')] },

  {
    sureness: 'generic',
    genre: 'Windows',
    version: '2000 or 2003',
    forms: ['16384:128:1:48:M*,N,N,S'],
  },
  {
    sureness: 'generic',
    genre: 'Windows',
    version: 'XP or 2003',
    forms: [
      '65535:128:1:48:M*,N,N,S',
      'S44:128:1:48:M*,N,N,S',
      'S45:128:1:48:M*,N,N,S',
      '65535:128:1:52:M*,N,W0-2,N,N,S',
    ],
  },
  {
    sureness: 'exact',
    genre: 'Windows',
    version: 'Vista, 7, 8 or Server 2008 to 2012',
    forms: ['8192:128:1:52:M*,N,W8,N,N,S', '8192:128:1:52:M*,N,W2,N,N,S'],
  },
  // A SYN that is not answered is sent again without the scale.
  {
    sureness: 'generic',
    genre: 'Windows',
    version: 'Vista, 7, 8 or Server 2008 to 2012',
    forms: ['8192:128:1:48:M*,N,N,S'],
  },
  {
    sureness: 'exact',
    genre: 'Windows',
    version: '10, 11 or Server 2016 and newer',
    forms: ['F:128:1:52:M*,N,W8,N,N,S'],
  },
  {
    sureness: 'generic',
    genre: 'Windows',
    version: '10, 11 or Server 2016 and newer',
    forms: ['65535:128:1:52:M*,N,W8,N,N,S', '64240:128:1:52:M*,N,W8,N,N,S'],
  },
  {
    sureness: 'approximate',
    genre: 'Windows',
    version: '',
    forms: ['*:128:1:52:M*,N,W*,N,N,S', '*:128:1:48:M*,N,N,S'],
  },

  // Ends with two bytes of end-of-list, so 24 bytes of options.
  {
    sureness: 'exact',
    genre: 'macOS or iOS',
    version: '',
    forms: ['65535:64:1:64:M*,N,W6,N,N,T,S'],
  },
  {
    sureness: 'generic',
    genre: 'macOS',
    version: '10.11 to 10.15, or iOS 9 to 13',
    forms: ['65535:64:1:64:M*,N,W5,N,N,T,S'],
  },
  {
    sureness: 'generic',
    genre: 'Mac OS X',
    version: '10.5 to 10.10',
    forms: ['65535:64:1:64:M*,N,W1-4,N,N,T,S'],
  },

  {
    sureness: 'exact',
    genre: 'FreeBSD',
    version: '9 or newer',
    forms: ['65535:64:1:60:M*,N,W6,S,T'],
  },
  {
    sureness: 'generic',
    genre: 'FreeBSD',
    version: '7 or newer',
    forms: ['65535:64:1:60:M*,N,W3-5,S,T', '65535:64:1:60:M*,N,W7-9,S,T'],
  },
  {
    sureness: 'exact',
    genre: 'OpenBSD',
    version: '5 or newer',
    forms: ['16384:64:1:64:M*,N,N,S,N,W6,N,N,T'],
  },
  {
    sureness: 'exact',
    genre: 'OpenBSD',
    version: '4.9 or 5',
    forms: ['16384:64:1:64:M*,N,N,S,N,W3,N,N,T'],
  },
  {
    sureness: 'exact',
    genre: 'OpenBSD',
    version: '3.0 to 4.8',
    forms: ['16384:64:1:64:M*,N,N,S,N,W0,N,N,T'],
  },
  {
    sureness: 'approximate',
    genre: 'NetBSD',
    version: '',
    forms: ['32768:64:1:60:M*,N,W0-4,S,T', '32768:64:1:64:M*,N,W0-4,S,N,N,N,N,T'],
  },
  { sureness: 'exact', genre: 'Solaris', version: '10', forms: ['S34:64:1:52:M*,N,W0,N,N,S'] },
  {
    sureness: 'generic',
    genre: 'Solaris',
    version: '8 or 9',
    forms: ['S17:64:1:48:N,N,S,M*', 'S34:64:1:48:M*,N,N,S'],
  },
  {
    sureness: 'generic',
    genre: 'Solaris',
    version: '2.6 or 7',
    forms: ['S6:255:1:44:M*', 'S17:255:1:44:M*'],
  },
  { sureness: 'generic', genre: 'Cisco IOS', version: '', forms: ['4128:255:0:44:M*'] },
]

const TOOLS: readonly Entry[] = [
  { sureness: 'exact', genre: 'Nmap', version: 'SYN scan', forms: nmap(1024, 44, 'M1460') },
  // Four windows until version 6.
  {
    sureness: 'exact',
    genre: 'Nmap',
    version: 'SYN scan',
    forms: [2048, 3072, 4096].flatMap((window) => nmap(window, 44, 'M1460')),
  },
  {
    sureness: 'generic',
    genre: 'Nmap',
    version: 'SYN scan, 4 or older',
    forms: [1024, 2048, 3072, 4096].flatMap((window) => nmap(window, 40, '.')),
  },
  // The six probes and the ECN probe of nmap.org/book/osdetect-methods.html.
  {
    sureness: 'exact',
    genre: 'Nmap',
    version: 'OS detection',
    forms: [
      ...nmap(1, 60, 'W10,N,M1460,T,S'),
      ...nmap(63, 60, 'M1400,W0,S,T'),
      ...nmap(4, 60, 'T,N,N,W5,N,M640'),
      ...nmap(4, 56, 'S,T,W10'),
      ...nmap(16, 60, 'M536,S,T,W10'),
      ...nmap(512, 56, 'M265,S,T'),
      ...nmap(3, 52, 'W10,N,M1460,S,N,N'),
    ],
  },
  {
    sureness: 'exact',
    genre: 'masscan',
    version: '',
    forms: ['*:255:0:40:.', '*:255:0:44:M1460'],
    traits: TRAIT_ID_IS_XOR,
  },
  {
    sureness: 'exact',
    genre: 'masscan',
    version: '',
    forms: ['1024:255:0:40:.', '1024:255:0:44:M1460'],
  },
  {
    sureness: 'exact',
    genre: 'ZMap',
    version: '',
    forms: ['65535:255:*:40:.', '65535:255:*:44:M*'],
    traits: TRAIT_ID_54321,
  },
  {
    sureness: 'generic',
    genre: 'ZMap',
    version: '',
    forms: [
      '65535:255:*:40:.',
      '65535:255:*:44:M1460',
      // Options as Linux, BSD and Windows send them, since 4.0; their TTLs are not.
      '65535:255:*:60:M1460,S,T,N,W7',
      '65535:255:*:64:M1460,N,W6,N,N,T,S',
      '65535:255:*:52:M1460,N,W8,N,N,S',
    ],
  },
  // Pretends to be a Cisco router unless told otherwise.
  { sureness: 'approximate', genre: 'unicornscan', version: '', forms: ['4128:255:0:44:M*'] },
  { sureness: 'exact', genre: 'hping', version: '', forms: ['512:64:0:40:.'] },
  { sureness: 'generic', genre: 'Scapy', version: '', forms: ['8192:64:0:40:.'] },
  {
    sureness: 'exact',
    genre: 'Mirai',
    version: '',
    forms: ['*:64:0:40:.'],
    traits: TRAIT_SEQ_IS_DESTINATION,
  },
  // Mirai draws the window at random, as many raw senders do.
  { sureness: 'approximate', genre: 'Mirai-like bot', version: '', forms: ['*:64:0:40:.'] },
]

/** Picket's own table. */
export function builtinFingerprints(): FingerprintTable {
  return { builtin: true, syn: [...SYSTEMS, ...TOOLS].flatMap(expand), posf: [] }
}

function expand({ sureness, genre, version, forms, traits = 0 }: Entry): SynFingerprint[] {
  const text = version === '' ? genre : `${genre} ${version}`
  const label = { text, raw: `${genre}:${version}::${text}`, sureness }
  return forms.map((form) => ({ ...parseSynForm(form, 'own'), traits, label }))
}
