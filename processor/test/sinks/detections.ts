import type { Detection, EncodedDetection } from '../../src/core/detection.ts'

export const MADE_AT = '2026-03-01T12:00:00.000Z'

/** `undefined` leaves a field out. */
export type Change = { readonly [K in keyof Detection]?: Detection[K] | undefined }

/** A detection of which a test says only what matters. */
export function detection(change: Change = {}): Detection & { readonly source: string } {
  const event = {
    v: 1,
    id: 'd1'.padEnd(32, '0'),
    time: MADE_AT,
    kind: 'scan',
    scan: 'syn',
    source: '203.0.113.9',
    destination: '192.0.2.1',
    destinations: 1,
    dangerLevel: 3,
    previousLevel: 2,
    packets: 150,
    ports: { tcp: ['1-150'] },
    protocols: ['tcp'],
    reasons: ['150 packets reach level 3'],
    firstSeen: MADE_AT,
    lastSeen: MADE_AT,
    ...change,
  }
  return JSON.parse(JSON.stringify(event)) as Detection & { readonly source: string }
}

export function encoded(change: Change = {}): EncodedDetection {
  const event = detection(change)
  const ns = `${Date.parse(event.time)}000000`.padStart(19, '0')
  return {
    id: event.id,
    kind: event.kind,
    dangerLevel: event.dangerLevel,
    ns,
    json: JSON.stringify(event),
  }
}

/** `count` detections of as many sources, with ids of their own. */
export function manyEncoded(count: number): EncodedDetection[] {
  return Array.from({ length: count }, (_, i) =>
    encoded({
      id: String(i).padStart(32, 'a'),
      source: `198.51.100.${i % 250}`,
      firstSeen: at(i),
      lastSeen: at(i),
      time: at(i),
    }),
  )
}

/** MADE_AT and so many seconds. */
export function at(seconds: number): string {
  return new Date(Date.parse(MADE_AT) + seconds * 1000).toISOString()
}

export const never = new AbortController().signal
