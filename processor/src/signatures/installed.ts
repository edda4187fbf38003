import * as fs from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder } from '../checkpoint/disk.ts'

/** What the store needs of the file system; tests bring one that dies. */
export type StoreDisk = Pick<typeof fs, 'mkdir' | 'open' | 'readdir' | 'readFile' | 'rename' | 'rm'>

/** Versions kept beside the present one: NAME.rules.1 is the last, NAME.rules.5 the oldest. */
export const GENERATIONS = 5

/** Under this name the pack is installed; it is used instead of the built-in one when it is newer. */
export const PACK_NAME = 'picket'

const FILE = /^([A-Za-z0-9][\w.-]{0,63})\.rules$/

/** May a rule file be installed under this name? It becomes a part of a path. */
export function isInstallName(name: string): boolean {
  return FILE.test(`${name}.rules`) && !name.endsWith('.')
}

/**
 * Rule files that `picket signatures update` fetched, in `stateDir/signatures`.
 *
 * - A file is replaced by a rename of one that is complete and on disk: a reader, or a machine that lost power, sees the old or the new one.
 * - What was replaced is kept as NAME.rules.1 up to 5; `rollBack` takes the newest of them back.
 * - One writer at a time: the caller holds the folder's lock.
 */
export class InstalledRules {
  readonly directory: string
  readonly #disk: StoreDisk

  constructor(directory: string, disk: StoreDisk = fs) {
    this.directory = directory
    this.#disk = disk
  }

  path(name: string): string {
    return join(this.directory, `${name}.rules`)
  }

  /** Names of what is installed, sorted. */
  async names(): Promise<string[]> {
    try {
      const entries = await this.#disk.readdir(this.directory)
      return entries.flatMap((entry) => FILE.exec(entry)?.[1] ?? []).sort()
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return []
      throw error
    }
  }

  /** The file's bytes, or undefined if there is none. `generation`: one of those that were replaced. */
  async read(name: string, generation = 0): Promise<Buffer | undefined> {
    try {
      return await this.#disk.readFile(this.#at(name, generation))
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined
      throw error
    }
  }

  /** Puts the file in place. On any failure the old one stays, complete. */
  async replace(name: string, bytes: Uint8Array): Promise<void> {
    await this.#disk.mkdir(this.directory, { recursive: true })
    const temporary = `${this.path(name)}.tmp`
    try {
      await this.#write(temporary, bytes)
      await this.#keep(name)
      await this.#disk.rename(temporary, this.path(name))
    } catch (error) {
      await this.#disk.rm(temporary, { force: true }).catch(() => undefined)
      throw error
    }
    await syncFolder(this.directory)
  }

  /** Takes the newest replaced version back; false: there is none. */
  async rollBack(name: string): Promise<boolean> {
    for (let newest = 1; newest <= GENERATIONS; newest++) {
      if ((await this.read(name, newest)) === undefined) continue
      await this.#disk.rename(this.#at(name, newest), this.path(name))
      for (let n = newest + 1; n <= GENERATIONS; n++) await this.#move(name, n, n - newest)
      await syncFolder(this.directory)
      return true
    }
    return false
  }

  async remove(name: string): Promise<void> {
    await this.#disk.rm(this.path(name))
    await syncFolder(this.directory)
  }

  /** A copy of the present version as generation 1; none if a try that failed has made it already. */
  async #keep(name: string): Promise<void> {
    const present = await this.read(name)
    if (present === undefined) return
    const last = await this.read(name, 1)
    if (last?.equals(present) === true) return
    for (let n = GENERATIONS - 1; n >= 1; n--) await this.#move(name, n, n + 1)
    const temporary = `${this.#at(name, 1)}.tmp`
    await this.#write(temporary, present)
    await this.#disk.rename(temporary, this.#at(name, 1))
  }

  async #move(name: string, from: number, to: number): Promise<void> {
    try {
      await this.#disk.rename(this.#at(name, from), this.#at(name, to))
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
    }
  }

  async #write(path: string, bytes: Uint8Array): Promise<void> {
    const file = await this.#disk.open(path, 'w')
    try {
      await file.writeFile(bytes)
      await file.sync()
    } finally {
      await file.close()
    }
  }

  #at(name: string, generation: number): string {
    return generation === 0 ? this.path(name) : `${this.path(name)}.${generation}`
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
