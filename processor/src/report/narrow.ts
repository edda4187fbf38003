import type { Report } from '../core/report.ts'

export interface NarrowOptions {
  /** Only this source, in the form that reports print. */
  readonly source?: string | undefined
  /** Only sources at this level or above. */
  readonly dangerLevel?: number | undefined
  /** Entries of each list; 0 or undefined = all. */
  readonly top?: number | undefined
}

/** A copy of the report with shorter lists; the counters still speak of everything. */
export function narrowReport(
  report: Report,
  { source, dangerLevel = 0, top = 0 }: NarrowOptions,
): Report {
  const cut = <T>(list: T[]): T[] => (top > 0 ? list.slice(0, top) : list)
  const isWanted = (entry: { source: string; dangerLevel: number }): boolean =>
    entry.dangerLevel >= dangerLevel && (source === undefined || entry.source === source)
  return {
    ...report,
    signatures: cut(report.signatures),
    attackers: cut(report.attackers.filter(isWanted)),
    ports: cut(report.ports),
    sources: cut(report.sources.filter(isWanted)),
  }
}
