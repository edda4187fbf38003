/** Bits of R_TCP by name, in the kernel's order of printing. */
const TCP_FLAGS: readonly (readonly [number, string])[] = [
  [0x80, 'CWR'],
  [0x40, 'ECE'],
  [0x20, 'URG'],
  [0x10, 'ACK'],
  [0x08, 'PSH'],
  [0x04, 'RST'],
  [0x02, 'SYN'],
  [0x01, 'FIN'],
]

/** Names of the flags that are set, none for a null scan. */
export function tcpFlagNames(bits: number): string[] {
  return TCP_FLAGS.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name)
}
