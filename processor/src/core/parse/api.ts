import type { LineBatch } from '../batch.ts'
import type { PacketRows } from '../row.ts'

/**
 * Text that stands in rows as a small id: prefixes, interfaces, hosts. At most 1,024 entries of at most
 * 128 bytes each; what is beyond gets id 1, "other", and is counted. Id 0 is the empty text.
 */
export interface InternTable {
  readonly size: number
  /** How often "other" was handed out. */
  readonly overflow: number
  idOf(bytes: Uint8Array, from: number, to: number): number
  text(id: number): string
  /** Verdict (VERDICT_*) of a prefix by its id, computed once. */
  verdict(id: number): number
  /** Texts from id 2 on, in order, for a snapshot; and back. */
  texts(from?: number): string[]
  restore(texts: readonly string[]): void
}

export interface ParserApi {
  readonly interned: InternTable
  /**
   * Parses lines `from` up to `count` of the batch into rows until the rows are full; returns the index of
   * the next line to parse (== batch.count when done). Rows hold packets only; the two counts are added to.
   */
  parse(batch: LineBatch, from: number, rows: PacketRows): number
  /** Lines seen since the last `takeCounts`. */
  takeCounts(): { notAPacket: number; malformed: number }
}
