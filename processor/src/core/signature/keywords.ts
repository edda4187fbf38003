import { F_DF, F_MF, T_ACK, T_CWR, T_ECE } from '../row.ts'
import { IP_OPTIONS } from './ip-options.ts'
import { parseRange } from './number-range.ts'
import { protocolNumber } from './protocols.ts'
import { RuleSyntaxError } from './rule-text.ts'
import { NUMBER_FIELDS } from './rule-test.ts'
import type { NumberFieldName, RuleTest } from './rule-test.ts'
import type { RuleThreshold } from './signature.ts'

/** What the options of one rule add up to while they are read. */
export interface RuleFacts {
  readonly tests: RuleTest[]
  sid: number | undefined
  psadId: number | undefined
  level: number | undefined
  message: string | undefined
  classtype: string | undefined
  revision: number | undefined
  threshold: RuleThreshold | undefined
  note: boolean
  hasFlags: boolean
  established: boolean
  readonly references: string[]
  readonly derivedSids: number[]
}

type Keyword = (value: string, offset: number, facts: RuleFacts) => void

const number =
  (field: NumberFieldName): Keyword =>
  (value, offset, facts) => {
    const { max, ...rest } = NUMBER_FIELDS[field]
    const psadMax = 'psadMax' in rest ? rest.psadMax : max
    facts.tests.push({
      kind: 'number',
      field,
      ...parseRange(value, offset, { max: psadMax, openMin: 1, limit: 0xffff_ffff }),
    })
  }

const whole =
  (set: (facts: RuleFacts, value: number) => void): Keyword =>
  (value, offset, facts) => {
    if (!/^\d{1,9}$/.test(value)) throw new RuleSyntaxError(`"${value}" is no whole number`, offset)
    set(facts, Number(value))
  }

const nothing: Keyword = () => undefined

const FLAG_LETTERS: Readonly<Record<string, number>> = {
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
/** CWR and ECE are no part of a comparison unless they are named (psad.md Q16). */
const PLAIN_FLAGS = 0x3f

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
  const all = (PLAIN_FLAGS | bits) & ~ignored
  facts.hasFlags = true
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

const flow: Keyword = (value, offset, facts) => {
  for (const word of value.split(',').map((part) => part.trim().toLowerCase())) {
    if (word === 'established') facts.established = true
    else if (
      !/^(?:to_server|to_client|from_server|from_client|stateless|not_established|no_stream|only_stream)$/.test(
        word,
      )
    )
      throw new RuleSyntaxError(`"${word}" is no flow`, offset)
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
  ['flow', flow],
  [
    'ipopts',
    (value, offset, facts) => {
      const name = value.trim().toLowerCase()
      const option = Object.hasOwn(IP_OPTIONS, name) ? IP_OPTIONS[name] : undefined
      if (option === undefined) throw new RuleSyntaxError(`"${value}" is no IP option`, offset)
      facts.tests.push({ kind: 'ip-option', option })
    },
  ],
  ['sameip', (_, __, facts) => facts.tests.push({ kind: 'same-address' })],
  [
    'picket_seq_is_destination',
    (_, __, facts) => facts.tests.push({ kind: 'sequence-is-destination' }),
  ],
  ['threshold', threshold],
  ['detection_filter', threshold],
])

/** Options that look at what a log line does not have: a rule that needs one is skipped, and it is said. */
export const UNSUPPORTED: ReadonlySet<string> = new Set(
  'content uricontent content-list pcre regex offset distance within depth rawbytes isdataat byte_test byte_jump byte_extract rpc flowbits replace resp react fragoffset stream_size http_method http_uri http_header http_cookie file_data ssl_state ssl_version dce_iface sip_method activates activated_by tag asn1 cvs ftpbounce urilen base64_decode'.split(
    ' ',
  ),
)

export function established(facts: RuleFacts): void {
  if (!facts.established) return
  // psad adds ACK to the flags that are asked for; without flags the word alone says it.
  facts.tests.push({ kind: 'bits', of: 'tcp', mask: T_ACK, value: T_ACK, any: false })
}
