import type { Detection } from '@picket/processor/core'
import type { Moment } from '../data/model'

/** What the detections themselves say that the report does not. */
export class Emitted {
  readonly moments: (Omit<Moment, 'source'> & { readonly source: string | undefined })[] = []
  /** LogQL that shows a source's lines, by source; the core knows how the address stood in them. */
  readonly queries = new Map<string, string>()
  /** Number of detections by source. */
  readonly counts = new Map<string, number>()
  /** Sources that matched, by sid. */
  readonly matched = new Map<number, Set<string>>()

  add({ time, source, dangerLevel, previousLevel, kind, evidence, sid }: Detection): void {
    this.moments.push({
      time: Date.parse(time),
      source,
      level: dangerLevel,
      previousLevel,
      kind,
    })
    if (source === undefined) return
    this.counts.set(source, (this.counts.get(source) ?? 0) + 1)
    if (evidence !== undefined) this.queries.set(source, evidence.query)
    if (sid === undefined) return
    const sources = this.matched.get(sid)
    if (sources === undefined) this.matched.set(sid, new Set([source]))
    else sources.add(source)
  }
}
