/** Results of a line: 0 is a packet, the rest says why it is a damaged one. */
export const OK = 0
export const NO_SOURCE = 1
export const BAD_SOURCE = 2
export const NO_DESTINATION = 3
export const BAD_DESTINATION = 4
export const NO_PROTOCOL = 5
export const NO_PORTS = 6
export const TRUNCATED = 7
export const TWO_PACKETS = 8
export const NO_INTERFACE = 9
export const BAD_PORT = 10
export const BAD_JSON = 11

/** Result of a line that is no packet at all. */
export const NO_PACKET = -1

const REASONS: readonly string[] = [
  '',
  'no source address',
  'bad source address',
  'no destination address',
  'bad destination address',
  'no protocol',
  'no ports',
  'truncated',
  'two packets in one line',
  'no interface',
  'bad port',
  'broken JSON',
]

/** What a result above 0 means, for people. */
export function reasonOf(result: number): string {
  return REASONS[result] ?? 'malformed'
}
