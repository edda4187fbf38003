/** How much a fingerprint says: one stack, a family of stacks, or a stack that only looks alike. Most sure first. */
export const SURENESS = ['exact', 'generic', 'approximate'] as const
export type Sureness = (typeof SURENESS)[number]

/** What a fitting fingerprint says of a source. */
export interface OsLabel {
  /** For people, without the sureness: `SunOS 4.1`. */
  readonly text: string
  /** As the file has it, which is what psad prints: `SunOS:4.1::SunOS 4.1.x`. */
  readonly raw: string
  readonly sureness: Sureness
}

/**
 * A test of one number: any, equal, a multiple, from `value` to `to`; for windows also so many times the MSS, or the MTU (MSS +
 * 40), or as many whole segments as fit in 65535.
 */
export interface NumberForm {
  readonly form: 'any' | 'equal' | 'multiple' | 'between' | 'mss' | 'mtu' | 'full'
  readonly value: number
  readonly to?: number
}

/** One TCP option of a SYN: NOP, SACK permitted, timestamp, window scale, MSS; `any`: whatever stands there. */
export interface OptionForm {
  readonly kind: 'N' | 'S' | 'T' | 'W' | 'M' | 'any'
  /** Of W and M; of T whether the timestamp is 0. */
  readonly value: NumberForm
}

/** Facts of a SYN beyond p0f's form, as bits: only built-in fingerprints ask for them. */
export const TRAIT_ID_54321 = 1
/** The sequence number is the destination address; known where sequence numbers are logged. */
export const TRAIT_SEQ_IS_DESTINATION = 1 << 1
/** The IP ID is destination address, destination port and sequence number, exclusive-ored; likewise. */
export const TRAIT_ID_IS_XOR = 1 << 2

/** The p0f kind: one SYN is enough. Lengths are those of IPv4 (IPv6 headers are 20 bytes longer). */
export interface SynFingerprint {
  readonly windowSize: NumberForm
  /** The TTL that the stack sends; packets have it or up to `maxHops - 1` less. */
  readonly ttl: number
  /** Don't fragment: 0, 1, or undefined for both. */
  readonly df: 0 | 1 | undefined
  /** Of the whole IP packet. */
  readonly length: NumberForm
  readonly options: readonly OptionForm[]
  /** TRAIT_* bits that must all be there. */
  readonly traits: number
  readonly label: OsLabel
}

/** The posf kind: looks at several SYNs of a source, without their options (psad.md 6.2). */
export interface PosfFingerprint {
  /** SYNs that are needed for a guess. */
  readonly packets: number
  readonly length: number
  readonly ttl: number
  /** SMALLINCR: every IP ID exceeds the one before by 1 to 999. */
  readonly id: 'SMALLINCR' | 'RANDOM'
  readonly window: number
  readonly label: OsLabel
}

/** Fingerprints of one origin, in the order in which they are tried. */
export interface FingerprintTable {
  /** Picket's own: not used with the psad profile, and the only one tried on SYNs whose options are not known. */
  readonly builtin: boolean
  readonly syn: readonly SynFingerprint[]
  readonly posf: readonly PosfFingerprint[]
}

/** Most fingerprints of one file. */
export const MOST_FINGERPRINTS = 10_000

/** What is wrong in a fingerprint file; an error means that the line or entry was left out. Lines and columns count from 1. */
export interface FingerprintProblem {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly severity: 'error' | 'warning'
  readonly message: string
}
