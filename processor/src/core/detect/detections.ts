import type { FeedContext } from '../engine-api.ts'
import type { DangerLevel, Detection, DetectionKind, Evidence, ScanKind } from '../detection.ts'
import type { OsBook } from '../fingerprint/index.ts'
import type { EngineOptions } from '../options.ts'
import type { InternTable } from '../parse/api.ts'
import {
  CHAIN_NAMES,
  F_CHAIN_SHIFT,
  F_SRC_ODD,
  R_CHAIN_NAME,
  R_FLAGS,
  R_HOST,
  R_IN,
  R_NANOS,
  R_OUT,
  R_PREFIX,
  R_SECONDS,
  R_ICMP_TYPE,
  R_ICMP_CODE,
} from '../row.ts'
import { isoTime } from '../time-text.ts'
import { KINDS } from '../track/kinds.ts'
import { S_HOSTS, S_LAST, S_SCAN_PACKETS, S_START, SOURCE } from '../track/layout.ts'
import type { RuleBook } from '../track/rule-book.ts'
import type { State } from '../track/state.ts'
import type { Crossing } from '../track/crossing.ts'
import { idOf } from './id.ts'
import { searchFor } from './outline.ts'
import { reasonsOf } from './reasons.ts'
import {
  addressAsLogged,
  portsText,
  protocolNames,
  scanPorts,
  scanProtocols,
  sourceAddress,
  targetAddress,
} from './source-view.ts'

/** Contracts: at most so many port ranges in an event. */
const MOST_RANGES = 100

const KIND_CODES: Readonly<Partial<Record<DetectionKind, number>>> = {
  signature: 1,
  scan: 2,
  sweep: 3,
  level: 4,
}

export interface DetectionContext {
  readonly state: State
  readonly options: EngineOptions
  readonly rules: RuleBook
  readonly prints: OsBook
  readonly interned: InternTable
  /** Name of the list that gave a source a level. */
  readonly listOf: (source: number, level: number) => string
}

/**
 * Makes the detections of one packet that crossed something, in the contract's order: signatures, scan kinds, the sweep,
 * and the level only if nothing else carries it.
 */
export function emitDetections(
  context: DetectionContext,
  crossing: Crossing,
  rows: Int32Array,
  o: number,
  feed: FeedContext | undefined,
  hostOfStream: string | undefined,
  emit: (detection: Detection) => void,
): number {
  let emitted = 0
  const facts = sharedFacts(context, crossing, rows, o, feed, hostOfStream)
  const send = (
    kind: DetectionKind,
    what: number,
    own: { scan?: ScanKind; sid?: number; message?: string },
    reasons: readonly string[],
  ): void => {
    emitted++
    emit(assemble(facts, kind, what, own, reasons))
  }

  for (let i = 0; i < crossing.newSidCount; i++) {
    const rule = context.rules.rules[crossing.newSids[i]!]!
    const why = rule.note
      ? `matches signature ${rule.sid} (a note: raises no level)`
      : `matches signature ${rule.sid}: level ${rule.level}`
    send('signature', rule.sid, { sid: rule.sid, message: rule.message }, [why, ...facts.reasons])
  }
  for (let bit = 0; bit < KINDS.length; bit++) {
    if ((crossing.newKinds & (1 << bit)) === 0) continue
    send('scan', bit, { scan: KINDS[bit]! }, facts.reasons)
  }
  if (crossing.sweep > 0) {
    const kind = crossing.kind === 0 ? undefined : KINDS[31 - Math.clz32(crossing.kind)]
    send('sweep', crossing.sweep, { scan: kind ?? 'other' }, facts.reasons)
  }
  if (crossing.level > crossing.previousLevel && emitted === 0) {
    const detail = crossing.invalidIcmp
      ? [
          `ICMP type ${rows[o + R_ICMP_TYPE]!} code ${rows[o + R_ICMP_CODE]!} does not exist: level 2`,
        ]
      : []
    const rest = crossing.invalidIcmp
      ? facts.reasons.filter((reason) => !reason.startsWith('ICMP'))
      : facts.reasons
    send('level', crossing.level, {}, [...detail, ...rest])
  }
  return emitted
}

/** How many detections `emitDetections` makes of a packet. */
export function countDetections(crossing: Crossing): number {
  let count = crossing.newSidCount + (crossing.sweep > 0 ? 1 : 0)
  for (let kinds = crossing.newKinds; kinds !== 0; kinds &= kinds - 1) count++
  return count === 0 && crossing.level > crossing.previousLevel ? 1 : count
}

interface SharedFacts {
  readonly idWords: readonly number[]
  readonly time: string
  readonly source: string
  readonly destination: string | undefined
  readonly destinations: number
  readonly level: DangerLevel
  readonly previousLevel: DangerLevel
  readonly packets: number
  readonly ports: Record<string, string[]>
  readonly truncated: boolean
  readonly protocols: readonly string[]
  readonly reasons: readonly string[]
  readonly evidence: Evidence | undefined
  readonly firstSeen: string
  readonly lastSeen: string
  readonly host: string
  readonly prefix: string
  readonly interface: string
  readonly chain: string
  readonly os: string | undefined
}

function sharedFacts(
  { state, options, prints, interned, listOf }: DetectionContext,
  crossing: Crossing,
  rows: Int32Array,
  o: number,
  feed: FeedContext | undefined,
  hostOfStream: string | undefined,
): SharedFacts {
  const id = crossing.source
  const s = id * SOURCE
  const ints = state.sources.rows.ints
  const { ports, truncated } = portsText(scanPorts(state, id), MOST_RANGES)
  const start = ints[s + S_START]!
  const startNanos = ints[s + S_START + 1]!
  const last = ints[s + S_LAST]!
  const chainName = rows[o + R_CHAIN_NAME]!
  const odd = (rows[o + R_FLAGS]! & F_SRC_ODD) !== 0
  return {
    idWords: [ints[s]!, ints[s + 1]!, ints[s + 2]!, ints[s + 3]!, start, startNanos],
    time: isoTime(rows[o + R_SECONDS]!, rows[o + R_NANOS]!),
    source: sourceAddress(state, id),
    destination: crossing.target === 0 ? undefined : targetAddress(state, crossing.target),
    destinations: Math.max(1, ints[s + S_HOSTS]!),
    level: crossing.level as DangerLevel,
    previousLevel: crossing.previousLevel as DangerLevel,
    packets: ints[s + S_SCAN_PACKETS]!,
    ports,
    truncated,
    protocols: protocolNames(scanProtocols(state, id)),
    reasons: reasonsOf(state, id, options, 'scan', listOf),
    evidence: evidenceOf(feed, odd ? undefined : addressAsLogged(state, id), start, last),
    firstSeen: isoTime(start, startNanos),
    lastSeen: isoTime(last, ints[s + S_LAST + 1]!),
    host: rows[o + R_HOST] === 0 ? (hostOfStream ?? '') : interned.text(rows[o + R_HOST]!),
    prefix: interned.text(rows[o + R_PREFIX]!),
    interface: interned.text(rows[o + R_IN] === 0 ? rows[o + R_OUT]! : rows[o + R_IN]!),
    chain:
      chainName === 0
        ? CHAIN_NAMES[(rows[o + R_FLAGS]! >> F_CHAIN_SHIFT) & 3]!
        : interned.text(chainName),
    os: prints.texts(id)[0],
  }
}

/** The range covers whole seconds, its end beyond the last packet. */
function evidenceOf(
  feed: FeedContext | undefined,
  address: string | undefined,
  start: number,
  last: number,
): Evidence | undefined {
  if (feed?.selector === undefined || address === undefined) return undefined
  return {
    query: searchFor(feed.selector, address),
    from: isoTime(Math.min(start, last), 0),
    to: isoTime(last + 1, 0),
  }
}

function assemble(
  facts: SharedFacts,
  kind: DetectionKind,
  what: number,
  own: { scan?: ScanKind; sid?: number; message?: string },
  reasons: readonly string[],
): Detection {
  return {
    v: 1,
    id: idOf([KIND_CODES[kind] ?? 0, what, ...facts.idWords]),
    time: facts.time,
    kind,
    ...(own.scan === undefined ? {} : { scan: own.scan }),
    source: facts.source,
    ...(facts.destination === undefined ? {} : { destination: facts.destination }),
    destinations: facts.destinations,
    dangerLevel: facts.level,
    previousLevel: facts.previousLevel,
    packets: facts.packets,
    ports: facts.ports,
    ...(facts.truncated ? { portsTruncated: true as const } : {}),
    protocols: facts.protocols,
    ...(own.sid === undefined ? {} : { sid: own.sid }),
    ...(own.message === undefined ? {} : { message: own.message }),
    reasons,
    ...(facts.evidence === undefined ? {} : { evidence: facts.evidence }),
    firstSeen: facts.firstSeen,
    lastSeen: facts.lastSeen,
    ...(facts.host === '' ? {} : { host: facts.host }),
    ...(facts.prefix === '' ? {} : { prefix: facts.prefix }),
    ...(facts.interface === '' ? {} : { interface: facts.interface }),
    ...(facts.chain === '' ? {} : { chain: facts.chain }),
    ...(facts.os === undefined ? {} : { os: facts.os }),
  }
}
