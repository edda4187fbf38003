import type { State } from './track/state.ts'
import { SCALARS } from './track/state.ts'

/** `PKT` and the version of the layout; another version is refused, never guessed at. */
const MAGIC = 0x504b_5402

/** What is saved beside the tables. */
export interface SavedExtras {
  /** Texts interned since the last save (all, for a full one), and how many there were before. */
  readonly textsFrom: number
  readonly texts: readonly string[]
  readonly scalars: Float64Array
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Head: magic, full or changes, length of the text in bytes, scalars; then the text; then each table. */
export function encodeState(state: State, extras: SavedExtras, full: boolean): Uint8Array {
  const text = encoder.encode(JSON.stringify({ from: extras.textsFrom, texts: extras.texts }))
  const textInts = (text.length + 3) >> 2
  const headInts = 4 + SCALARS * 2
  let size = headInts + textInts
  for (const table of state.tables) size += table.sizeOf(full)
  const ints = new Int32Array(size)
  const bytes = new Uint8Array(ints.buffer)
  ints[0] = MAGIC
  ints[1] = full ? 1 : 0
  ints[2] = text.length
  ints[3] = state.tables.length
  bytes.set(new Uint8Array(extras.scalars.buffer, extras.scalars.byteOffset, SCALARS * 8), 16)
  bytes.set(text, headInts * 4)
  let p = headInts + textInts
  for (const table of state.tables) p = table.save(ints, p, full)
  return bytes
}

/** Applies one chunk to the state; returns what stood beside the tables. Throws RangeError on anything unexpected. */
export function decodeState(
  state: State,
  chunk: Uint8Array,
): SavedExtras & { readonly full: boolean } {
  // A copy, because the bytes may lie unaligned in a larger buffer (and slice of a Buffer is none).
  const bytes = new Uint8Array(chunk)
  if (bytes.length < 16 || bytes.length % 4 !== 0)
    throw new RangeError('the engine state is damaged: its length is wrong')
  const ints = new Int32Array(bytes.buffer)
  if (ints[0] !== MAGIC)
    throw new RangeError(
      'the engine state is of another version, or of a machine with another byte order',
    )
  const textLength = ints[2]!
  const headInts = 4 + SCALARS * 2
  if (ints[3] !== state.tables.length)
    throw new RangeError('the engine state has another number of tables')
  const scalars = new Float64Array(bytes.slice(16, 16 + SCALARS * 8).buffer)
  const text = JSON.parse(
    decoder.decode(bytes.subarray(headInts * 4, headInts * 4 + textLength)),
  ) as {
    from: number
    texts: string[]
  }
  let p = headInts + ((textLength + 3) >> 2)
  for (const table of state.tables) p = table.load(ints, p)
  return { textsFrom: text.from, texts: text.texts, scalars, full: ints[1] === 1 }
}
