/** Entries of each list in the text report, 0 = all. */
export interface ReportLengths {
  readonly signatures: number
  readonly attackers: number
  /** Of each protocol. */
  readonly ports: number
}

/** psad's own (psad.md 7.1). */
export const PSAD_LENGTHS: ReportLengths = { signatures: 50, attackers: 25, ports: 20 }
