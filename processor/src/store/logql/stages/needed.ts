/** A parser may leave out a label that nobody reads, under either of the two names it can get. */
export function isNeeded(needed: ReadonlySet<string> | undefined, name: string): boolean {
  return needed === undefined || needed.has(name) || needed.has(`${name}_extracted`)
}
