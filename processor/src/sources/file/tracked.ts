import type { FileId, FilePosition } from './file-mark.ts'
import { isSame } from './file-mark.ts'
import type { FollowedFile } from './followed-file.ts'

/** The files that are open: at each path its current one, and those that had the path before, oldest first. */
export class Tracked {
  readonly #current = new Map<string, FollowedFile>()
  readonly #rotated = new Map<string, readonly FollowedFile[]>()

  get size(): number {
    return this.#current.size
  }

  current(path: string): FollowedFile | undefined {
    return this.#current.get(path)
  }

  currents(): FollowedFile[] {
    return [...this.#current.values()]
  }

  rotated(path: string): readonly FollowedFile[] {
    return this.#rotated.get(path) ?? []
  }

  paths(): string[] {
    return [...this.#current.keys(), ...this.#rotated.keys()]
  }

  isAt(path: string, id: FileId): boolean {
    const file = this.#current.get(path)
    return file !== undefined && isSame(file, id)
  }

  has(id: FileId): boolean {
    return this.#all().some((file) => isSame(file, id))
  }

  setCurrent(path: string, file: FollowedFile): void {
    this.#current.set(path, file)
  }

  addRotated(path: string, file: FollowedFile, now: number): void {
    file.retiredAt = now
    this.#rotated.set(path, [...this.rotated(path), file])
  }

  /** The current file of a path has lost it. */
  retire(path: string, now: number): void {
    const file = this.#current.get(path)
    if (file === undefined) return
    this.#current.delete(path)
    this.addRotated(path, file, now)
  }

  /** Makes a rotated file the current one of the path at which it is now; false if it is none. */
  adopt(path: string, id: FileId): boolean {
    for (const file of [...this.#rotated.values()].flat())
      if (isSame(file, id)) {
        this.#remove(file)
        file.retiredAt = undefined
        file.path = path
        this.#current.set(path, file)
        return true
      }
    return false
  }

  async drop(file: FollowedFile): Promise<void> {
    this.#remove(file)
    await file.close()
  }

  positions(): Record<string, FilePosition> {
    return Object.fromEntries([...this.#current].map(([path, file]) => [path, file.position]))
  }

  rotatedPositions(): (FilePosition & { readonly path: string })[] {
    return [...this.#rotated].flatMap(([path, files]) =>
      files.map((file) => ({ path, ...file.position })),
    )
  }

  async close(): Promise<void> {
    const files = this.#all()
    this.#current.clear()
    this.#rotated.clear()
    for (const file of files) await file.close()
  }

  #all(): FollowedFile[] {
    return [...this.#current.values(), ...[...this.#rotated.values()].flat()]
  }

  #remove(file: FollowedFile): void {
    for (const [path, files] of this.#rotated) {
      const others = files.filter((one) => one !== file)
      if (others.length === 0) this.#rotated.delete(path)
      else if (others.length < files.length) this.#rotated.set(path, others)
    }
  }
}
