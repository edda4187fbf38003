import type { OsLabel } from './fingerprint.ts'

/**
 * Labels by numbers that are the same after a restart, also with other tables: hashes of what they say. A number that another label
 * of these tables has already is counted up, in the order of the tables.
 */
export class LabelIds {
  readonly #labels = new Map<number, OsLabel>()
  readonly #ids = new Map<string, number>()

  /** Above 0. */
  idOf(label: OsLabel): number {
    const key = `${label.sureness} ${label.raw}`
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    let id = hashText(key)
    while (id === 0 || this.#labels.has(id)) id = (id + 1) & 0x7fff_ffff
    this.#labels.set(id, label)
    this.#ids.set(key, id)
    return id
  }

  /** Undefined for a number of a table that is no longer there. */
  label(id: number): OsLabel | undefined {
    return this.#labels.get(id)
  }
}

/** FNV-1a of the UTF-16 units, 31 bits. */
function hashText(text: string): number {
  let hash = 0x811c_9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193)
  return (hash ^ (hash >>> 15)) & 0x7fff_ffff
}
