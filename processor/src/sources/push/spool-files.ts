import { mkdir, open, readdir, rm, stat } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from '../../telemetry/logger.ts'
import { encodeDigests } from './spool-record.ts'
import { SegmentReader, soundPart } from './spool-segment.ts'

const NAME = /^(\d{16})\.spool$/

export function segmentPath(dir: string, id: number): string {
  return join(dir, `${String(id).padStart(16, '0')}.spool`)
}

/** What runs before have left in the folder, which is made: segments in order, how far they are sound, what is in them. */
export async function segmentsIn(
  dir: string,
  logger: Logger,
): Promise<{ id: number; size: number; digests: string[] }[]> {
  await mkdir(dir, { recursive: true })
  const segments: { id: number; size: number; digests: string[] }[] = []
  for (const name of (await readdir(dir)).sort()) {
    const digits = NAME.exec(name)?.[1]
    if (digits === undefined) continue
    const id = Number(digits)
    const file = segmentPath(dir, id)
    const { size } = await stat(file)
    const reader = await SegmentReader.open(id, file)
    const { end, digests } = await soundPart(reader, size).finally(() => reader.close())
    if (end < size)
      logger.warn(
        { file, bytes: size - end },
        'End of a spool file is no whole request and is left out: cut off by a crash, or damaged.',
      )
    if (end === 0) await rm(file, { force: true })
    segments.push({ id, size: end, digests })
  }
  return segments
}

/** A file that begins with these digests, durable with its name. */
export async function newSegment(
  dir: string,
  id: number,
  digests: readonly string[],
): Promise<{ handle: FileHandle; size: number }> {
  const path = segmentPath(dir, id)
  const handle = await open(path, 'wx')
  try {
    const head = encodeDigests(digests)
    await writeAt(handle, head, 0)
    await handle.datasync()
    await syncFolder(dir)
    return { handle, size: head.length }
  } catch (error) {
    await handle.close().catch(() => undefined)
    await rm(path, { force: true }).catch(() => undefined)
    throw error
  }
}

/** Writes all of it, however often it takes. */
export async function writeAt(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let done = 0
  while (done < bytes.length)
    done += (await handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten
}

/** Else a new file's name may be gone after a power failure, and its synced bytes with it. */
async function syncFolder(dir: string): Promise<void> {
  const handle = await open(dir)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
