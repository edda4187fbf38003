import type { LabelSet } from './label-set.ts'

/** Structured metadata: name, value, name, value. */
export type Metadata = readonly string[]

export interface Entry {
  /** Nanoseconds since 1970, within 64 bits. */
  readonly ns: bigint
  readonly line: string
  readonly metadata: Metadata | undefined
}

/** Entries of one stream in a push, decoded and well-formed, limits not yet checked. */
export interface PushedStream {
  readonly labels: LabelSet
  readonly entries: readonly Entry[]
}

const UTF16_OVERHEAD = 2
const ENTRY_OVERHEAD = 64

/** About what an entry takes in memory, in bytes: text in one byte a character where it is ASCII. */
export function entryBytes(line: string, metadata: Metadata | undefined): number {
  const utf8 = Buffer.byteLength(line)
  let bytes = ENTRY_OVERHEAD + (utf8 === line.length ? utf8 : line.length * UTF16_OVERHEAD)
  if (metadata !== undefined) {
    for (const text of metadata) bytes += text.length * UTF16_OVERHEAD + 16
  }
  return bytes
}
