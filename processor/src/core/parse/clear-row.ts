import {
  R_CHAIN_NAME,
  R_FLAGS,
  R_HEADER,
  R_HOST,
  R_IN,
  R_IP_OPT,
  R_IP_OPT_END,
  R_NANOS,
  R_OUT,
  R_PHYSIN,
  R_PHYSOUT,
  R_PREFIX,
  R_SECONDS,
  R_SEEN,
  R_TCP,
  R_TCP_OPT,
  R_TCP_OPT_END,
  ROW,
} from '../row.ts'

/** A row before anything was read: numbers are absent (-1), texts empty, bits clear. */
const EMPTY = new Int32Array(ROW).fill(-1)
for (const field of [
  R_SECONDS,
  R_NANOS,
  R_FLAGS,
  R_TCP,
  R_PREFIX,
  R_IN,
  R_OUT,
  R_HOST,
  R_PHYSIN,
  R_PHYSOUT,
  R_SEEN,
  R_TCP_OPT,
  R_TCP_OPT_END,
  R_IP_OPT,
  R_IP_OPT_END,
  R_CHAIN_NAME,
  R_HEADER,
])
  EMPTY[field] = 0

export function clearRow(rows: Int32Array, o: number): void {
  for (let i = 0; i < ROW; i++) rows[o + i] = EMPTY[i]!
}
