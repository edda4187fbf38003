/** The marks with the three bits at `shift` at `level` or above. */
export function withLevel(marks: number, shift: number, level: number): number {
  return level > ((marks >> shift) & 7) ? (marks & ~(7 << shift)) | (level << shift) : marks
}
