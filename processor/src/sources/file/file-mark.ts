import { createHash } from 'node:crypto'
import { open, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { namesIn } from './paths.ts'

/** Where a file was left. `head` is a hash of its first `headBytes`: a file of that inode that begins otherwise is another. */
export interface FilePosition {
  readonly dev: number
  readonly ino: number
  readonly offset: number
  readonly head: string
  readonly headBytes: number
}

export const HEAD_BYTES = 256

/** A shorter head says too little to recognise a copy by. */
const COPY_HEAD_BYTES = 64

/** What rotation puts behind a name: `.1`, `-20260101`, `.2026-01-01.1`; not `.gz`, not `.bak`. */
const ROTATED = /^[.-]\d[\d.-]*$/

export interface FileId {
  readonly dev: number
  readonly ino: number
}

export function isSame(a: FileId, b: FileId): boolean {
  return a.dev === b.dev && a.ino === b.ino
}

/** The regular file at a path; undefined if there is none. Throws for what is there and is no file. */
export async function fileAt(path: string): Promise<FileId | undefined> {
  try {
    const found = await stat(path)
    if (!found.isFile())
      throw new Error(found.isDirectory() ? 'it is a directory' : 'it is no regular file')
    return { dev: found.dev, ino: found.ino }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Hash of the first bytes of a file, and how many there were. */
export async function headOf(
  handle: FileHandle,
  most: number,
): Promise<{ head: string; headBytes: number }> {
  const buffer = Buffer.alloc(most)
  const { bytesRead } = await handle.read(buffer, 0, most, 0)
  return {
    head: createHash('sha1').update(buffer.subarray(0, bytesRead)).digest('hex'),
    headBytes: bytesRead,
  }
}

/** True if the file at the path continues what was left: it begins alike and is long enough. */
async function continues(path: string, left: FilePosition): Promise<boolean> {
  let handle: FileHandle | undefined
  try {
    handle = await open(path)
    const { size } = await handle.stat()
    return size >= left.offset && (await headOf(handle, left.headBytes)).head === left.head
  } catch {
    return false
  } finally {
    await handle?.close()
  }
}

/** True if the file at the path is the one that was left there, and has not become shorter. */
export async function isSameFile(path: string, left: FilePosition): Promise<boolean> {
  const id = await fileAt(path).catch(() => undefined)
  return id !== undefined && isSame(id, left) && (await continues(path, left))
}

interface Sibling extends FileId {
  readonly path: string
  readonly mtimeMs: number
}

/** Files of this path's folder that are its rotated ones by name, oldest first. */
async function rotatedSiblings(path: string): Promise<Sibling[]> {
  const folder = dirname(path)
  const base = basename(path)
  const siblings: Sibling[] = []
  for (const name of await namesIn(folder).catch(() => [])) {
    if (!name.startsWith(base) || !ROTATED.test(name.slice(base.length))) continue
    const sibling = join(folder, name)
    const found = await stat(sibling).catch(() => undefined)
    if (found?.isFile() !== true) continue
    siblings.push({ path: sibling, dev: found.dev, ino: found.ino, mtimeMs: found.mtimeMs })
  }
  return siblings.sort((a, b) => a.mtimeMs - b.mtimeMs)
}

/** Where the file that was left has been renamed to, in the same folder; undefined if it is gone. */
export async function findRenamed(path: string, left: FilePosition): Promise<string | undefined> {
  for (const sibling of await rotatedSiblings(path))
    if (isSame(sibling, left) && (await continues(sibling.path, left))) return sibling.path
  // By other names: whoever moves files by hand.
  const folder = dirname(path)
  for (const name of await namesIn(folder).catch(() => [])) {
    const candidate = join(folder, name)
    if (candidate !== path && (await isSameFile(candidate, left))) return candidate
  }
  return undefined
}

/** The copy that was made of a file before it was cut (logrotate's copytruncate); undefined if there is none. */
export async function findCopy(path: string, left: FilePosition): Promise<string | undefined> {
  if (left.headBytes < COPY_HEAD_BYTES) return undefined
  for (const sibling of (await rotatedSiblings(path)).reverse())
    if (!isSame(sibling, left) && (await continues(sibling.path, left))) return sibling.path
  return undefined
}

/** Rotated files that were written after this one, oldest first: what came and went while nobody looked. */
export async function successorsOf(path: string, old: FileId): Promise<string[]> {
  const siblings = await rotatedSiblings(path)
  const at = siblings.findIndex((sibling) => isSame(sibling, old))
  return at === -1 ? [] : siblings.slice(at + 1).map((sibling) => sibling.path)
}

/** True if a path is by its name a rotated one of another, and begins as the file there: copied, and not yet cut. */
export async function isCopyOf(path: string, other: string, at: FilePosition): Promise<boolean> {
  return (
    at.headBytes >= COPY_HEAD_BYTES &&
    path.startsWith(other) &&
    ROTATED.test(path.slice(other.length)) &&
    (await continues(path, { ...at, offset: 0 }))
  )
}
