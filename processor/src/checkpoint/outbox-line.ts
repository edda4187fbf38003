import { DETECTION_KINDS } from '../core/detection.ts'
import type { DangerLevel, DetectionKind, EncodedDetection } from '../core/detection.ts'

/**
 * `ns id kind level readableAt json`, one line a detection. The JSON stands as it is, not quoted once more, because its
 * bytes are what sinks write; `readableAt` is `-` where it is not known.
 */
export function encodeOutboxLine(event: EncodedDetection): Buffer {
  const readableAt = event.readableAt === undefined ? '-' : String(Math.round(event.readableAt))
  return Buffer.from(
    `${event.ns} ${event.id} ${event.kind} ${event.dangerLevel} ${readableAt} ${event.json}\n`,
  )
}

const LINE = /^(\d{1,20}) (\S+) ([a-z-]+) ([0-5]) (-|\d+) (\{.*\})$/s

/** Undefined if the line is damaged. */
export function decodeOutboxLine(line: string): EncodedDetection | undefined {
  const match = LINE.exec(line)
  if (match === null) return undefined
  const [, ns = '', id = '', kind = '', level = '', readableAt = '-', json = ''] = match
  if (!(DETECTION_KINDS as readonly string[]).includes(kind)) return undefined
  return {
    ns,
    id,
    kind: kind as DetectionKind,
    dangerLevel: Number(level) as DangerLevel,
    json,
    ...(readableAt === '-' ? {} : { readableAt: Number(readableAt) }),
  }
}
