import { z } from 'zod'
import type { Position } from '../../pipeline/types.ts'
import type { SeenLog, SeenMark } from './seen-log.ts'

/**
 * How far a walk over the lines has come: everything before `ns` was handed over, and of the lines at `ns` those of
 * streams whose label text is not behind `after` (only where one nanosecond had to be read stream by stream).
 */
export interface Cursor {
  readonly ns: bigint
  readonly after?: string
}

const nanoseconds = z.string().regex(/^\d{1,19}$/)
const positionSchema = z.object({
  kind: z.literal('loki'),
  ns: nanoseconds,
  after: z.string().optional(),
  late: z.object({ from: nanoseconds, seen: z.string() }).optional(),
})

/**
 * The position of a Loki input. As JSON: `{ kind, ns, after?, late?: { from, seen } }`, `late.seen` the hashes of
 * the lines delivered since `late.from`.
 *
 * Making one costs nothing; the hashes (some hundred KB at 100 lines a second) are put into text when it is
 * serialised, and then as of the time it was made.
 */
export class LokiPosition implements Position {
  readonly kind = 'loki'
  readonly cursor: Cursor
  readonly #late:
    { readonly from: () => bigint; readonly log: SeenLog; readonly mark: SeenMark } | undefined

  constructor(cursor: Cursor, late?: { from: () => bigint; log: SeenLog; mark: SeenMark }) {
    this.cursor = cursor
    this.#late = late
  }

  toJSON(): z.input<typeof positionSchema> {
    const { ns, after } = this.cursor
    return {
      kind: 'loki',
      ns: String(ns),
      ...(after !== undefined && { after }),
      ...(this.#late !== undefined && {
        // The bound of now, not of then: hashes before it may have been forgotten since.
        late: { from: String(this.#late.from()), seen: this.#late.log.encode(this.#late.mark) },
      }),
    }
  }
}

export interface SavedPosition {
  readonly cursor: Cursor
  readonly late: { readonly from: bigint; readonly seen: string } | undefined
}

/** Reads a position back, from a checkpoint or as it was handed out. Throws ZodError if it is none of ours. */
export function savedPosition(position: Position): SavedPosition {
  const { ns, after, late } = positionSchema.parse(JSON.parse(JSON.stringify(position)))
  return {
    cursor: { ns: BigInt(ns), ...(after !== undefined && { after }) },
    late: late === undefined ? undefined : { from: BigInt(late.from), seen: late.seen },
  }
}
