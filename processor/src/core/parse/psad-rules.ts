/**
 * Which lines psad uses (psad.md 1.2 to 1.7, default configuration), told from the text as psad does. Only the psad
 * profile asks; the ACK and RST rule is the tracker's.
 */

const FIRST_FILTER = /IN=.*OUT=/
const ISO_OR_CLASSIC = /kernel:/

/** With a value, and what may follow it later. */
const INPUT = /IN=\S/
const OUT_OF_ANY = /\sOUT=/
const OUTPUT = /IN=\s+(?:PHYSIN=\S+\s+)?OUT=\S/

const IS_V6 = /HOPLIMIT=\d+\s+FLOWLBL=\d+/

const V4 = String.raw`(\d{1,3}(?:\.\d{1,3}){3})`
const V6 = String.raw`([0-9A-Fa-f]{4}(?::[0-9A-Fa-f]{4}){7})`

const HEAD_V4 = `SRC=${V4}\\s+DST=${V4}\\s+LEN=\\d+`
const HEAD_V6 = `SRC=${V6}\\s+DST=${V6}\\s+LEN=\\d+\\s+TC=\\d+\\s+HOPLIMIT=\\d+\\s+FLOWLBL=\\d+`

const V4_TCP = new RegExp(
  `${HEAD_V4}\\s+TOS=\\S+.*\\sTTL=\\d+\\s+ID=\\d+.*\\sPROTO=TCP\\s+SPT=\\d+\\s+DPT=\\d+.*\\sWINDOW=\\d+\\s+(.*)URGP=`,
)
const V4_UDP = new RegExp(
  `${HEAD_V4}\\s+TOS=\\S+.*\\sTTL=\\d+\\s+ID=\\d+.*\\sPROTO=UDP\\s+SPT=\\d+\\s+DPT=\\d+\\s+LEN=\\d+`,
)
const V4_ICMP = new RegExp(
  `${HEAD_V4}.*\\sTTL=\\d+\\s+ID=\\d+.*\\sPROTO=ICMP\\s+TYPE=(\\d+)\\s+CODE=\\d+(\\s+ID=\\d+\\s+SEQ=\\d+)?`,
)
const V4_NUMBER = new RegExp(`${HEAD_V4}.*\\sTTL=\\d+\\s+ID=\\d+.*\\sPROTO=`)
const V6_TCP = new RegExp(
  `${HEAD_V6}.*\\sPROTO=TCP\\s+SPT=\\d+\\s+DPT=\\d+\\s+WINDOW=\\d+\\s+(.*)URGP=`,
)
const V6_UDP = new RegExp(`${HEAD_V6}\\s+PROTO=UDP(?:LITE)?\\s+SPT=\\d+\\s+DPT=\\d+\\s+LEN=\\d+`)
const V6_ICMP = new RegExp(`${HEAD_V6}\\s+PROTO=ICMPv6\\s+TYPE=\\d+\\s+CODE=\\d+`)
const V6_NUMBER = new RegExp(`SRC=${V6}\\s+DST=${V6}`)

const SENSIBLE = /URG|ACK|PSH|RST|SYN|FIN/

/** True if psad would not count the line: an error, or passed over. */
export function psadRejects(line: string): boolean {
  if (!FIRST_FILTER.test(line)) return true
  if (!hasChain(line)) return true
  const isV6 = IS_V6.test(line)
  const match = shapeOf(line, isV6)
  if (match === null) return true
  for (const address of [match[1], match[2]])
    if (address?.includes('.') === true && address.split('.').some((part) => Number(part) > 255))
      return true
  return false
}

/** INPUT and FORWARD: an `IN=` with a value, and later `OUT=` with one or without; OUTPUT: `IN=` empty, then `OUT=`. */
function hasChain(line: string): boolean {
  const input = INPUT.exec(line)
  return (
    (input !== null && OUT_OF_ANY.test(line.slice(input.index + input[0].length))) ||
    OUTPUT.test(line)
  )
}

/**
 * The prefix under which psad counts a line before it looks for a packet in it (psad.md 1.2, 1.4); undefined where it does not
 * look at the line at all, or sees none.
 */
export function prefixForPsad(line: string): string | undefined {
  if (!FIRST_FILTER.test(line)) return undefined
  const text = /.*kernel:\s*(.*?)\s*IN=/.exec(line)?.[1]?.replace(/^\[\s*\d+\.\d+\]\s*/, '')
  return text === '' ? undefined : text
}

/** psad sees a prefix only behind `kernel:`, and only in a line that it looks at. */
export function showsPrefix(line: string): boolean {
  return ISO_OR_CLASSIC.test(line) && FIRST_FILTER.test(line)
}

function shapeOf(line: string, isV6: boolean): RegExpExecArray | null {
  if (isV6 && /PROTO=ICMPv6(?:\s|$)/.test(line)) return V6_ICMP.exec(line)
  if (/PROTO=ICMP(?:\s|$)/.test(line)) return icmp(line)
  if (/TCP(?:\s|$)/.test(line)) return tcp((isV6 ? V6_TCP : V4_TCP).exec(line))
  if (/UDPLITE(?:\s|$)/.test(line)) return isV6 ? V6_UDP.exec(line) : null
  if (/UDP(?:\s|$)/.test(line)) return (isV6 ? V6_UDP : V4_UDP).exec(line)
  if (/PROTO=\d+(?:\s|$)/.test(line)) return (isV6 ? V6_NUMBER : V4_NUMBER).exec(line)
  return null
}

function icmp(line: string): RegExpExecArray | null {
  const match = V4_ICMP.exec(line)
  if (match === null) return null
  const type = match[3]
  return (type === '0' || type === '8') && match[4] === undefined ? null : match
}

function tcp(match: RegExpExecArray | null): RegExpExecArray | null {
  if (match === null) return null
  const flags = (match[3] ?? '').replace(/RES=\S+\s*/, '').trim()
  return flags === '' || SENSIBLE.test(flags) ? match : null
}
