import type { DangerLevel, ScanKind } from './detection.ts'
import type { Profile } from './options.ts'

export interface ReportSignature {
  sid: number
  message: string
  protocol: string
  count: number
  sources: number
}
export interface ReportAttacker {
  source: string
  dangerLevel: DangerLevel
  packets: number
  signatureMatches: number
  /** Inside the home networks; only where it is, and they are not any. */
  local?: true
}
export interface ReportPort {
  protocol: string
  port: number
  packets: number
}
/** Packets of an ICMP type or code that does not exist. */
export interface ReportInvalidIcmp {
  type: number
  code: number
  packets: number
}
export interface ReportDestination {
  destination: string
  packets: number
  ports: Record<string, string[]>
  chain: string
  interface: string
  /** Names of the IP protocols it was asked by. */
  protocols: string[]
  signatures: {
    sid: number
    message: string
    protocol: string
    count: number
    ports: number[]
    flags: string[]
  }[]
  /** Only where there are any. */
  invalidIcmp?: ReportInvalidIcmp[]
}
export interface ReportSource {
  source: string
  dangerLevel: DangerLevel
  reasons: string[]
  packets: number
  protocols: number
  firstSeen: string
  lastSeen: string
  scanTypes: ScanKind[]
  os: string[]
  destinations: ReportDestination[]
}
export interface ReportHealth {
  check: string
  prefix?: string
  detail: string
  since?: string
}

/** The state of every attacker at a moment, version 1 (contracts). Lists are sorted and complete. */
export interface Report {
  version: 1
  generatedAt: string
  profile: Profile
  window: { from: string | null; to: string | null }
  lines: {
    read: number
    packets: number
    skipped: { 'not-a-packet': number; malformed: number; ignored: number }
  }
  dangerLevels: Record<'1' | '2' | '3' | '4' | '5', number>
  signatures: ReportSignature[]
  attackers: ReportAttacker[]
  ports: ReportPort[]
  prefixes: Record<string, number>
  protocols: Record<string, number>
  sources: ReportSource[]
  loggingHealth: ReportHealth[]
  totals: { sources: number; destinations: number; attackers: number; detections: number }
}
