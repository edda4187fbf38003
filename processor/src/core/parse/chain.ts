import {
  CHAIN_FORWARD,
  CHAIN_INPUT,
  CHAIN_OUTPUT,
  CHAIN_UNKNOWN,
  F_CHAIN_SHIFT,
  R_IN,
  R_OUT,
} from '../row.ts'

/** The bits of R_FLAGS that say through which chain a packet went, by its interfaces. */
export function chainBits(rows: Int32Array, o: number): number {
  const hasOut = rows[o + R_OUT] !== 0
  const chain =
    rows[o + R_IN] !== 0
      ? hasOut
        ? CHAIN_FORWARD
        : CHAIN_INPUT
      : hasOut
        ? CHAIN_OUTPUT
        : CHAIN_UNKNOWN
  return chain << F_CHAIN_SHIFT
}
