/** What one packet crossed; the engine makes detections of it. Reused for every packet. */
export interface Crossing {
  /** 0 = nothing to track (no room, or left out). */
  source: number
  target: number
  /** The pair, once there is one. */
  pair: number
  kind: number
  /** Kinds of scan that are new now, as bits. */
  newKinds: number
  /** The sweep step reached by this packet, 0 if none. */
  sweep: number
  previousLevel: number
  level: number
  invalidIcmp: boolean
  /** A rule with a level matched. */
  matched: boolean
  /** Rules (indexes) whose sid is new to this scan, in order: `newSids[0 .. newSidCount)`. */
  readonly newSids: Int32Array
  newSidCount: number
}

export function newCrossing(): Crossing {
  return {
    source: 0,
    target: 0,
    pair: 0,
    kind: 0,
    newKinds: 0,
    sweep: 0,
    previousLevel: 0,
    level: 0,
    invalidIcmp: false,
    matched: false,
    newSids: new Int32Array(256),
    newSidCount: 0,
  }
}
