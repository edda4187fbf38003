import {
  closeSync,
  fsync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from 'node:fs'
import type { PushedStream } from '../entry.ts'
import { decodeRecord } from './record.ts'

/** One file of the log. */
export class Segment {
  readonly file: string
  size = 0
  /** The newest time in it: once all entries up to this are gone, the file can go. */
  maxNs: bigint | undefined
  #handle: number | undefined

  constructor(file: string) {
    this.file = file
  }

  get handle(): number | undefined {
    return this.#handle
  }

  open(): void {
    this.#handle ??= openSync(this.file, 'a')
  }

  /** Writes it out to the disk and lets go. */
  close(): void {
    if (this.#handle === undefined) return
    fsyncSync(this.#handle)
    closeSync(this.#handle)
    this.#handle = undefined
  }

  /** The same without waiting for the disk. */
  closeLater(): void {
    const handle = this.#handle
    if (handle === undefined) return
    this.#handle = undefined
    fsync(handle, () => closeSync(handle))
  }

  /** All or nothing: after a failure the file is cut back to where it was. */
  append(records: readonly Buffer[], maxNs: bigint): void {
    this.open()
    const handle = this.#handle!
    const before = this.size
    try {
      for (const record of records) {
        let written = 0
        while (written < record.length) written += writeSync(handle, record, written)
        this.size += record.length
      }
    } catch (error) {
      ftruncateSync(handle, before)
      this.size = before
      throw error
    }
    this.#sawTime(maxNs)
  }

  /** Reads all whole records. `damaged` counts lines that are none; `end` is behind the last whole one. */
  read(onRecord: (stream: PushedStream) => void): { damaged: number; end: number } {
    const bytes = readFileSync(this.file)
    this.size = bytes.length
    let damaged = 0
    let end = 0
    for (let from = 0; from < bytes.length;) {
      const newline = bytes.indexOf(10, from)
      const record = newline === -1 ? undefined : decodeRecord(bytes.subarray(from, newline))
      from = newline === -1 ? bytes.length : newline + 1
      if (record === undefined) {
        damaged++
        continue
      }
      end = from
      for (const { ns } of record.entries) this.#sawTime(ns)
      onRecord(record)
    }
    return { damaged, end }
  }

  truncate(size: number): void {
    truncateSync(this.file, size)
    this.size = size
  }

  #sawTime(ns: bigint): void {
    if (this.maxNs === undefined || ns > this.maxNs) this.maxNs = ns
  }
}
