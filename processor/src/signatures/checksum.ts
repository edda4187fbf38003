import { createHash } from 'node:crypto'
import { PicketError } from '../errors.ts'

const HEX = /^[0-9a-f]{64}$/i
/** `HEX  name` or `HEX *name`; a backslash in front says that the name is escaped. A bare sum is taken as well. */
const LINE = /^\\?([0-9a-f]{64})(?:(?: [ *])(.+))?$/i

export function isSha256(text: string): boolean {
  return HEX.test(text)
}

/** The sum that a file of `sha256sum` gives for a file name, in lower case. Throws PicketError if it gives none. */
export function sumFor(fileName: string, text: string, where: string): string {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const sums = lines.flatMap((line) => {
    const [, sum, name] = LINE.exec(line.trim()) ?? []
    return sum === undefined ? [] : [{ sum: sum.toLowerCase(), name: name?.split('/').at(-1) }]
  })
  if (sums.length === 0)
    throw new PicketError(
      'PICKET_RULE',
      `${where} is no checksum file: expected lines of sha256sum, as in "${'0'.repeat(8)}…  ${fileName}"`,
    )
  const found =
    sums.find(({ name }) => name === fileName) ??
    (sums.length === 1 && sums[0]?.name === undefined ? sums[0] : undefined)
  if (found === undefined)
    throw new PicketError(
      'PICKET_RULE',
      `${where} has no checksum of ${fileName}, only of ${sums.map(({ name }) => name ?? '(no name)').join(', ')}`,
    )
  return found.sum
}

/** Throws PicketError if the bytes are others than promised. */
export function verify(bytes: Uint8Array, sum: string, from: string): void {
  const actual = createHash('sha256').update(bytes).digest('hex')
  if (actual !== sum.toLowerCase())
    throw new PicketError(
      'PICKET_RULE',
      `${from} has the SHA-256 ${actual}, expected ${sum.toLowerCase()}: nothing was replaced`,
    )
}
