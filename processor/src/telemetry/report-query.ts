import ipaddr from 'ipaddr.js'
import type { Report, ReportSource } from '../core/report.ts'

/** How `/api/v1/report` is narrowed. */
export interface ReportQuery {
  /** All sources, not only attackers. */
  readonly all: boolean
  /** Cuts the lists. */
  readonly top?: number
  /** Only this source, in RFC 5952 form. */
  readonly ip?: string
  /** Only sources of this danger level or higher. */
  readonly danger?: number
  /** Cuts the destinations of each source: a sweep has thousands. */
  readonly destinations?: number
}

/** A query that cannot be answered, in words for who asked. */
export interface BadQuery {
  readonly problem: string
}

export function readReportQuery(params: URLSearchParams): ReportQuery | BadQuery {
  const all = params.get('all')
  if (all !== null && !['1', '0', 'true', 'false', ''].includes(all))
    return bad('all', all, '1 or 0')
  const top = params.get('top')
  if (top !== null && !/^\d{1,9}$/.test(top)) return bad('top', top, 'a number')
  const destinations = params.get('destinations')
  if (destinations !== null && !/^\d{1,9}$/.test(destinations))
    return bad('destinations', destinations, 'a number')
  const danger = params.get('danger')
  if (danger !== null && !/^[0-5]$/.test(danger)) return bad('danger', danger, '0 to 5')
  const ip = params.get('ip')
  const address = ip === null ? undefined : normalized(ip)
  if (ip !== null && address === undefined) return bad('ip', ip, 'an IPv4 or IPv6 address')
  return {
    // Somebody who asks for an address or for level 0 means sources that are no attackers too.
    all:
      (all !== null && all !== '0' && all !== 'false') || address !== undefined || danger === '0',
    ...(top !== null && { top: Number(top) }),
    ...(destinations !== null && { destinations: Number(destinations) }),
    ...(danger !== null && { danger: Number(danger) }),
    ...(address !== undefined && { ip: address }),
  }
}

/** The report with fewer sources in its lists; the counts over everything stay as they are. */
export function narrowReport(
  report: Report,
  { top, ip, danger, destinations }: ReportQuery,
): Report {
  const wanted = ({ source, dangerLevel }: Pick<ReportSource, 'source' | 'dangerLevel'>): boolean =>
    (ip === undefined || source === ip) && (danger === undefined || dangerLevel >= danger)
  const cut = <T>(list: T[]): T[] => (top === undefined ? list : list.slice(0, top))
  return {
    ...report,
    attackers: cut(report.attackers.filter(wanted)),
    sources: cut(report.sources.filter(wanted)).map((source) =>
      destinations === undefined || source.destinations.length <= destinations
        ? source
        : { ...source, destinations: source.destinations.slice(0, destinations) },
    ),
    signatures: cut(report.signatures),
    ports: cut(report.ports),
  }
}

function normalized(text: string): string | undefined {
  if (!ipaddr.IPv4.isValidFourPartDecimal(text) && !ipaddr.IPv6.isValid(text)) return undefined
  const address = ipaddr.process(text)
  return address.kind() === 'ipv6' ? (address as ipaddr.IPv6).toRFC5952String() : address.toString()
}

function bad(name: string, value: string, expected: string): BadQuery {
  return {
    problem: `${name}=${JSON.stringify(value.slice(0, 100))} cannot be used: expected ${expected}`,
  }
}
