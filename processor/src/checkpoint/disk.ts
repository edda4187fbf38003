import { open, rename } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { CrashPoints, CrashWindow } from './crash-points.ts'

/**
 * Writes the parts one behind the other from the position on; returns their length. In two halves while a crash is
 * armed, so that it can fall between them.
 */
export async function writeAt(
  file: FileHandle,
  parts: readonly Uint8Array[],
  position: number,
  crash: CrashPoints,
  window: CrashWindow,
): Promise<number> {
  if (crash.armed) {
    const bytes = Buffer.concat(parts)
    const half = bytes.length >> 1
    await writeAll(file, bytes.subarray(0, half), position)
    crash.hit(window)
    await writeAll(file, bytes.subarray(half), position + half)
    return bytes.length
  }
  let length = 0
  for (const part of parts) {
    await writeAll(file, part, position + length)
    length += part.length
  }
  return length
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let done = 0
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}

/** Makes names that were created, renamed or removed in a folder durable. Where folders cannot be synced, nothing. */
export async function syncFolder(path: string): Promise<void> {
  let folder: FileHandle | undefined
  try {
    folder = await open(path, 'r')
    await folder.sync()
  } catch (error) {
    // Windows and some network file systems refuse to open or sync a folder; there is no other way there.
    const code = (error as NodeJS.ErrnoException).code
    if (code !== 'EISDIR' && code !== 'EPERM' && code !== 'EINVAL' && code !== 'EACCES') throw error
  } finally {
    await folder?.close()
  }
}

/** Puts a synced temporary file in place; afterwards either the old or the new file is there, never a part. */
export async function replaceFile(temporary: string, final: string): Promise<void> {
  await rename(temporary, final)
  await syncFolder(dirname(final))
}
