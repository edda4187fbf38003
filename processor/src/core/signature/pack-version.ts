/** Which of two packs is newer: the higher number; of the same number the later date. */
export interface PackVersion {
  readonly number: number
  /** YYYY-MM-DD. */
  readonly date: string
}

const HEAD = /^\uFEFF?# Picket signature pack, version (\d{1,9}), (\d{4}-\d{2}-\d{2})\s*(?:\n|$)/

/** The version in the first line of a rule file; undefined: the file is no pack. */
export function packVersionOf(text: string): PackVersion | undefined {
  const [, number, date] = HEAD.exec(text) ?? []
  return number === undefined || date === undefined ? undefined : { number: Number(number), date }
}

export function isNewerPack(one: PackVersion, other: PackVersion): boolean {
  return one.number === other.number ? one.date > other.date : one.number > other.number
}
