import type { DangerLevel } from '../detection.ts'
import { parseNetwork } from '../address-set.ts'
import { PROTO_ICMP, PROTO_TCP, PROTO_UDP, PROTO_UDPLITE } from '../row.ts'
import type { RuleProblem } from '../signature/signature.ts'
import { ALL_PORTS } from './entry.ts'
import type { Criterion } from './entry.ts'

/** A line of auto_dl before host names are resolved. */
export interface AutoDlLine {
  /** Address, network or, if `isHost`, a host's name. */
  readonly address: string
  readonly isHost: boolean
  readonly level: DangerLevel
  readonly criteria: readonly Criterion[]
  readonly line: number
}

const PROTOCOLS: Readonly<Record<string, number>> = {
  tcp: PROTO_TCP,
  udp: PROTO_UDP,
  udplite: PROTO_UDPLITE,
  icmp: PROTO_ICMP,
}
const HOST_NAME = /^(?=.*[a-z])[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\.?$/i

/**
 * Reads psad's auto_dl (psad.md 3.4): `ADDRESS LEVEL [CRITERIA] ;`, whatever stands behind the semicolon is a comment. A line
 * that is not like that is left out and told of. Unlike psad's, the words of comments and host names are no criteria, and
 * `tcp/22-22` is one port.
 */
export function parseAutoDl(
  text: string,
  file: string,
): { readonly entries: AutoDlLine[]; readonly problems: RuleProblem[] } {
  const entries: AutoDlLine[] = []
  const problems: RuleProblem[] = []
  text.split(/\r?\n/).forEach((whole, i) => {
    if (/^\s*(?:#|$)/.test(whole)) return
    const line = i + 1
    const say = (column: number, message: string): void => {
      problems.push({ file, line, column, severity: 'error', message })
    }
    const end = whole.indexOf(';')
    if (end < 0) {
      say(whole.length + 1, 'no semicolon: expected ADDRESS LEVEL [CRITERIA];')
      return
    }
    const words = [...whole.slice(0, end).matchAll(/\S+/g)]
    const [address, level] = words
    if (address === undefined || level === undefined) {
      say(1, 'expected ADDRESS LEVEL [CRITERIA];')
      return
    }
    const isHost = HOST_NAME.test(address[0]) && !isNetwork(address[0])
    if (!isHost && !isNetwork(address[0])) {
      say(
        address.index + 1,
        `"${address[0]}" is no address, network or host name: expected 192.0.2.1, 192.0.2.0/24, 2001:db8::/32 or a name`,
      )
      return
    }
    if (!/^[0-5]$/.test(level[0])) {
      say(level.index + 1, `"${level[0]}" is no danger level: expected 0 to 5`)
      return
    }
    const criteria = criteriaOf(words.slice(2), say)
    if (criteria === undefined) return
    entries.push({
      address: address[0],
      isHost,
      level: Number(level[0]) as DangerLevel,
      criteria,
      line,
    })
  })
  return { entries, problems }
}

function isNetwork(text: string): boolean {
  try {
    parseNetwork(text)
    return true
  } catch {
    return false
  }
}

/** `tcp, udp/53, tcp/1024-2000`, with or without blanks; undefined if one is none. */
function criteriaOf(
  words: readonly RegExpExecArray[],
  say: (column: number, message: string) => void,
): Criterion[] | undefined {
  const criteria: Criterion[] = []
  for (const word of words) {
    for (const part of word[0].matchAll(/[^,]+/g)) {
      const criterion = criterionOf(part[0])
      if (criterion === undefined) {
        say(
          word.index + part.index + 1,
          `"${part[0]}" is no criterion: expected tcp, udp, udplite, icmp, tcp/22 or udp/1024-2000`,
        )
        return undefined
      }
      criteria.push(criterion)
    }
  }
  return criteria
}

function criterionOf(text: string): Criterion | undefined {
  const match = /^(tcp|udp|udplite|icmp)(?:\/(\d{1,5})(?:-(\d{1,5}))?)?$/i.exec(text)
  if (match === null) return undefined
  const name = match[1]!.toLowerCase()
  const protocol = PROTOCOLS[name]!
  if (match[2] === undefined) return { protocol, ...ALL_PORTS }
  const low = Number(match[2])
  const high = match[3] === undefined ? low : Number(match[3])
  if (name === 'icmp' || high > ALL_PORTS.high || low > high) return undefined
  return { protocol, low, high }
}
