import { F_DF, F_FRAGMENT, F_MF, T_ACK, T_CWR, T_ECE } from '../row.ts'
import { parseRange } from './number-range.ts'
import { protocolNumber } from './protocols.ts'
import { RuleSyntaxError } from './rule-text.ts'
import { NUMBER_FIELDS } from './rule-test.ts'
import type { NumberFieldName, RuleTest } from './rule-test.ts'
import type { RuleThreshold } from './signature.ts'

/** What the options of one rule add up to while they are read. */
export interface RuleFacts {
  /** Read as psad reads: numbers with an open end stop where psad's do. */
  readonly psad: boolean
  /** Numbers of IP options by name. */
  readonly ipOptions: Readonly<Record<string, number>>
  readonly tests: RuleTest[]
  sid: number | undefined
  psadId: number | undefined
  level: number | undefined
  message: string | undefined
  classtype: string | undefined
  revision: number | undefined
  threshold: RuleThreshold | undefined
  note: boolean
  /** What is in the rule and has no effect. */
  readonly ignored: { readonly message: string; readonly offset: number }[]
  readonly references: string[]
  readonly derivedSids: number[]
}

type Keyword = (value: string, offset: number, facts: RuleFacts) => void

const number =
  (field: NumberFieldName): Keyword =>
  (value, offset, facts) => {
    const { max, ...rest } = NUMBER_FIELDS[field]
    const psadMax = 'psadMax' in rest ? rest.psadMax : max
    const limits = facts.psad
      ? { max: psadMax, openMin: 1, limit: max }
      : { max, openMin: 0, limit: max }
    facts.tests.push({ kind: 'number', field, ...parseRange(value, offset, limits) })
  }

const whole =
  (set: (facts: RuleFacts, value: number) => void): Keyword =>
  (value, offset, facts) => {
    if (!/^\d{1,9}$/.test(value)) throw new RuleSyntaxError(`"${value}" is no whole number`, offset)
    set(facts, Number(value))
  }

const nothing: Keyword = () => undefined

export const FLAG_LETTERS: Readonly<Record<string, number>> = {
  F: 1,
  S: 2,
  R: 4,
  P: 8,
  A: 16,
  U: 32,
  E: T_ECE,
  C: T_CWR,
  '2': T_ECE,
  '1': T_CWR,
}
/** CWR and ECE are no part of a comparison unless they are named; as psad reads, they are (psad.md Q16). */
export const PLAIN_FLAGS = 0x3f
const ALL_FLAGS = 0xff

/** `S`, `SF+`, `*SF`, `!S`, `0`, `N`, `S,12`: letters with a modifier, then a mask of bits not to look at. */
const flags: Keyword = (value, offset, facts) => {
  const match = /^([!*+]?)([FSRPAUEC0N12]+)([!*+]?)(?:,([FSRPAUEC12]+))?$/i.exec(
    value.replace(/\s/g, ''),
  )
  if (match === null)
    throw new RuleSyntaxError(
      `"${value}" are no TCP flags (FSRPAU, N or 0 for none, + * ! before or behind)`,
      offset,
    )
  const bits = bitsOf(match[2] ?? '')
  const ignored = bitsOf(match[4] ?? '')
  const modifier = match[1] !== '' ? match[1] : match[3]
  const all = ((facts.psad ? ALL_FLAGS : PLAIN_FLAGS) | bits) & ~ignored
  switch (modifier) {
    case '+':
      facts.tests.push({ kind: 'bits', of: 'tcp', mask: bits, value: bits, any: false })
      return
    case '*':
      facts.tests.push({ kind: 'bits', of: 'tcp', mask: bits, value: 0, any: true })
      return
    case '!':
      facts.tests.push({ kind: 'bits', of: 'tcp', mask: bits, value: 0, any: false })
      return
    default:
      facts.tests.push({ kind: 'bits', of: 'tcp', mask: all, value: bits & all, any: false })
  }
}

function bitsOf(letters: string): number {
  let bits = 0
  for (const letter of letters.toUpperCase()) bits |= FLAG_LETTERS[letter] ?? 0
  return bits
}

/** `D`, `M`, `MD+`, `!D`; the reserved bit is not logged. */
const fragbits: Keyword = (value, offset, facts) => {
  const match = /^([!*+]?)([DM]+)([!*+]?)$/i.exec(value.replace(/\s/g, ''))
  if (match === null)
    throw new RuleSyntaxError(
      `"${value}" are no fragment bits (D and M, + * ! before or behind; R is not logged)`,
      offset,
    )
  let bits = 0
  for (const letter of (match[2] ?? '').toUpperCase()) bits |= letter === 'D' ? F_DF : F_MF
  const modifier = match[1] !== '' ? match[1] : match[3]
  const mask = modifier === '' ? F_DF | F_MF : bits
  facts.tests.push({
    kind: 'bits',
    of: 'packet',
    mask,
    value: modifier === '!' || modifier === '*' ? 0 : bits,
    any: modifier === '*',
  })
}

/** `0`: no fragment but the first; `!0`, `>0`: a later one. How far in it lies is not kept. */
const fragoffset: Keyword = (value, offset, facts) => {
  const word = value.replace(/\s/g, '')
  if (!/^(?:0|!0|>0)$/.test(word))
    throw new RuleSyntaxError(`"${value}" cannot be told from a log line (0, !0 or >0 can)`, offset)
  const bits = word === '0' ? 0 : F_FRAGMENT
  facts.tests.push({ kind: 'bits', of: 'packet', mask: F_FRAGMENT, value: bits, any: false })
}

/**
 * `established` asks for ACK, which psad adds to the flags that are asked for; `not_established` for its absence. A log
 * line knows no streams and no sides other than the addresses of the header.
 */
const flow: Keyword = (value, offset, facts) => {
  for (const word of value.split(',').map((part) => part.trim().toLowerCase())) {
    switch (word) {
      case 'established':
      case 'not_established': {
        const bits = word === 'established' ? T_ACK : 0
        facts.tests.push({ kind: 'bits', of: 'tcp', mask: T_ACK, value: bits, any: false })
        break
      }
      case 'stateless':
        break
      case 'to_server':
      case 'to_client':
      case 'from_server':
      case 'from_client':
      case 'no_stream':
      case 'only_stream':
        facts.ignored.push({
          message: `flow:${word} has no effect: a log line does not show it`,
          offset,
        })
        break
      default:
        throw new RuleSyntaxError(`"${word}" is no flow`, offset)
    }
  }
}

/** `type limit, track by_src, count 1, seconds 60`; of detection_filter without a type. Parsed and kept; no condition of a match. */
const threshold: Keyword = (value, offset, facts) => {
  const parts = new Map(
    value.split(',').map((part) => {
      const [key = '', ...rest] = part.trim().split(/\s+/)
      return [key, rest.join(' ')] as const
    }),
  )
  const type = parts.get('type') ?? 'filter'
  const track = parts.get('track')
  const count = Number(parts.get('count'))
  const seconds = Number(parts.get('seconds'))
  if (
    !/^(?:limit|threshold|both|filter)$/.test(type) ||
    (track !== 'by_src' && track !== 'by_dst') ||
    !(count > 0) ||
    !(seconds > 0)
  )
    throw new RuleSyntaxError(
      'expected type limit|threshold|both, track by_src|by_dst, count n, seconds n',
      offset,
    )
  facts.threshold = {
    type: type as RuleThreshold['type'],
    track: track === 'by_src' ? 'source' : 'destination',
    count,
    seconds,
  }
  facts.ignored.push({
    message: 'threshold and detection_filter have no effect: a signature is told of once a scan',
    offset,
  })
}

/** Every keyword that is understood. One entry is all a new one needs. */
export const KEYWORDS: ReadonlyMap<string, Keyword> = new Map<string, Keyword>([
  ['msg', (value, _, facts) => (facts.message = value)],
  ['sid', whole((facts, value) => (facts.sid = value))],
  ['psad_id', whole((facts, value) => (facts.psadId = value))],
  [
    'psad_dl',
    (value, offset, facts) => {
      // psad takes levels above 5, which hides the source from every table (psad.md Q61).
      if (!/^[0-5]$/.test(value))
        throw new RuleSyntaxError(`"${value}" is no danger level: expected 0 to 5`, offset)
      facts.level = Number(value)
    },
  ],
  ['classtype', (value, _, facts) => (facts.classtype = value)],
  ['reference', (value, _, facts) => facts.references.push(value)],
  ['rev', whole((facts, value) => (facts.revision = value))],
  [
    'psad_derived_sids',
    (value, offset, facts) => {
      for (const word of value.split(',')) {
        if (!/^\s*\d+\s*$/.test(word))
          throw new RuleSyntaxError(`"${word.trim()}" is no sid`, offset)
        facts.derivedSids.push(Number(word))
      }
    },
  ],
  ['picket_note', (_, __, facts) => (facts.note = true)],
  ['priority', nothing],
  ['gid', nothing],
  ['metadata', nothing],
  ['logto', nothing],
  ['ttl', number('ttl')],
  ['id', number('id')],
  ['tos', number('tos')],
  ['psad_ip_len', number('length')],
  ['window', number('window')],
  ['seq', number('seq')],
  ['ack', number('ack')],
  ['itype', number('icmpType')],
  ['icode', number('icmpCode')],
  ['icmp_id', number('icmpId')],
  ['icmp_seq', number('icmpSeq')],
  ['dsize', number('size')],
  ['psad_dsize', number('size')],
  [
    'ip_proto',
    (value, offset, facts) => {
      const not = value.trim().startsWith('!')
      const protocol = protocolNumber(value.replace('!', '').trim())
      if (protocol !== undefined)
        facts.tests.push({ kind: 'number', field: 'protocol', min: protocol, max: protocol, not })
      else number('protocol')(value, offset, facts)
    },
  ],
  ['flags', flags],
  ['fragbits', fragbits],
  ['fragoffset', fragoffset],
  ['flow', flow],
  [
    'ipopts',
    (value, offset, facts) => {
      const name = value.trim().toLowerCase()
      const option = Object.hasOwn(facts.ipOptions, name) ? facts.ipOptions[name] : undefined
      if (option === undefined) throw new RuleSyntaxError(`"${value}" is no IP option`, offset)
      facts.tests.push({ kind: 'ip-option', option })
    },
  ],
  ['sameip', (_, __, facts) => facts.tests.push({ kind: 'same-address' })],
  [
    'picket_seq_is_destination',
    (_, __, facts) => facts.tests.push({ kind: 'sequence-is-destination' }),
  ],
  ['picket_id_is_masscan', (_, __, facts) => facts.tests.push({ kind: 'id-is-masscan' })],
  ['threshold', threshold],
  ['detection_filter', threshold],
])

/** Options that look at what a log line does not have: a rule that needs one is skipped, and it is said. */
export const UNSUPPORTED: ReadonlySet<string> = new Set(
  'content uricontent content-list pcre regex offset distance within depth rawbytes isdataat byte_test byte_jump byte_extract rpc flowbits replace resp react stream_size http_method http_uri http_header http_cookie file_data ssl_state ssl_version dce_iface sip_method activates activated_by tag asn1 cvs ftpbounce urilen base64_decode'.split(
    ' ',
  ),
)

/** Keywords of one protocol. On others they would match nothing, or everything where the field is 0. */
export const TCP_KEYWORDS: ReadonlySet<string> = new Set([
  'flags',
  'seq',
  'ack',
  'window',
  'picket_seq_is_destination',
  'picket_id_is_masscan',
])
export const ICMP_KEYWORDS: ReadonlySet<string> = new Set(['itype', 'icode', 'icmp_id', 'icmp_seq'])
