import type { Note } from './values.ts'
import type { PsadEntry } from './reader.ts'

/** What becomes of a key of psad.conf: carried over to a key of Picket's configuration, or not, and why. */
export type Fate = Carried | NotCarried

export interface NotCarried {
  /** Keys that share their fate; `#` at the end stands for a number. */
  readonly keys: readonly string[]
  /** What Picket has instead, or why it needs nothing. */
  readonly not: string
  /** The key that switches it on: where it is on, somebody will miss it. */
  readonly switch?: string
}

export interface Carried {
  /** Keys that are carried over together. */
  readonly keys: readonly string[]
  /** Dotted paths in Picket's configuration. */
  readonly to: readonly string[]
  /** How the value changes on the way, in words; empty: not at all. */
  readonly how: string
  /** `true`: a report of `psad -A` depends on it. Otherwise why none does. */
  readonly shown: true | string
  /** A picket.yaml holds it, a run with `--psad-conf` does not: it is no matter of detection. */
  readonly importOnly?: true
  /**
   * The settings that the values ask for.
   *
   * - A RangeError says what is wrong with the value of the key that was asked for last and is defined.
   * - An empty list needs a `leave`, which says why.
   */
  carry(values: Values): readonly Setting[]
}

/** A value for a key of Picket's configuration, in the form of a picket.yaml. */
export interface Setting {
  readonly path: string
  readonly value: unknown
  /** The keys that it comes of, if not of all that were carried over together. */
  readonly keys?: readonly string[]
}

/** What a fate sees of a psad.conf and of the machine. */
export interface Values {
  /** The key's value; undefined if it is not defined. A RangeError thrown later is about this key. */
  text(key: string): string | undefined
  /** All values of a key that may stand several times. */
  texts(key: string): readonly string[]
  /** A look at another key. */
  entry(key: string): PsadEntry | undefined
  /** Carried over, but with a difference. */
  note(key: string, message: string): void
  noteFor(key: string): Note
  /** Not carried over for a reason of this file or machine. */
  leave(key: string, why: string): void
  kindOf(path: string): PathKind
  /** Text of the file that the key names, empty if it cannot be read. */
  fileText(key: string): string
}

export type PathKind = 'file' | 'folder' | 'missing'

/** One key to one path. `undefined` from `convert` means that the key was left, which it has said. */
export function one(
  key: string,
  path: string,
  {
    how = '',
    shown,
    convert,
  }: {
    readonly how?: string
    readonly shown: true | string
    readonly convert: (text: string, values: Values) => unknown
  },
): Carried {
  return {
    keys: [key],
    to: [path],
    how,
    shown,
    carry(values) {
      const text = values.text(key)
      if (text === undefined) return []
      const value = convert(text, values)
      return value === undefined ? [] : [{ path, value }]
    },
  }
}

/** The path that a key names, if it is a file; else the key is left, which is said. */
export function existingFile(key: string, values: Values): string | undefined {
  return existing(key, 'file', values)
}

export function existing(key: string, kind: 'file' | 'folder', values: Values): string | undefined {
  const path = values.text(key)
  if (path === undefined) return undefined
  if (path === '') throw new RangeError(`is empty: expected the path of a ${kind}`)
  const found = values.kindOf(path)
  if (found === kind) return path
  values.leave(key, found === 'missing' ? `there is no ${path} here` : `${path} is no ${kind} here`)
  return undefined
}
