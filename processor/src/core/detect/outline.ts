import type { DangerLevel, DetectionKind } from '../detection.ts'
import { formatAddress, formatAddressFull } from '../address.ts'
import { F_SRC_FULL, F_SRC_ODD, R_FLAGS, R_SRC } from '../row.ts'
import type { Crossing } from '../track/crossing.ts'
import { KINDS } from '../track/kinds.ts'
import type { RuleBook } from '../track/rule-book.ts'

/** A detection without its words, which cost most of it: for those who draw thousands. Reused: copy what is to stay. */
export interface DetectionOutline {
  kind: DetectionKind
  /** Of signatures, else -1. */
  sid: number
  dangerLevel: DangerLevel
  previousLevel: DangerLevel
  /** The packet that proved it: its row begins at `at`. */
  rows: Int32Array
  at: number
}

export type EmitOutline = (outline: DetectionOutline) => void

/** What `emitDetections` makes of a packet, in the same order. */
export function outlineDetections(
  rules: RuleBook,
  crossing: Crossing,
  rows: Int32Array,
  at: number,
  emit: EmitOutline,
): void {
  let emitted = 0
  const outline: DetectionOutline = {
    kind: 'signature',
    sid: -1,
    dangerLevel: crossing.level as DangerLevel,
    previousLevel: crossing.previousLevel as DangerLevel,
    rows,
    at,
  }
  const send = (kind: DetectionKind, sid: number): void => {
    emitted++
    outline.kind = kind
    outline.sid = sid
    emit(outline)
  }
  for (let i = 0; i < crossing.newSidCount; i++)
    send('signature', rules.rules[crossing.newSids[i]!]!.sid)
  for (let bit = 0; bit < KINDS.length; bit++)
    if ((crossing.newKinds & (1 << bit)) !== 0) send('scan', -1)
  if (crossing.sweep > 0) send('sweep', -1)
  if (crossing.level > crossing.previousLevel && emitted === 0) send('level', -1)
}

/** LogQL that shows the lines of a packet's source; undefined where its address stood in a form that cannot be searched for. */
export function sourceQuery(selector: string, rows: Int32Array, at: number): string | undefined {
  const flags = rows[at + R_FLAGS]!
  if ((flags & F_SRC_ODD) !== 0) return undefined
  const print = (flags & F_SRC_FULL) === 0 ? formatAddress : formatAddressFull
  const o = at + R_SRC
  return searchFor(selector, print(rows[o]!, rows[o + 1]!, rows[o + 2]!, rows[o + 3]!))
}

/** Lines of an address, spelled as in them. The blank behind keeps 192.0.2.1 from finding 192.0.2.10. */
export function searchFor(selector: string, address: string): string {
  return `${selector} |= "SRC=${address} "`
}
