import { describe, expect, test } from 'vitest'
import { HttpError, SinkError } from '../../src/errors.ts'
import { Backoff } from '../../src/pipeline/backoff.ts'
import { encodeDetection, nanosecondsOf } from '../../src/pipeline/encode.ts'
import { isHopeless } from '../../src/pipeline/failure.ts'
import { Gate } from '../../src/pipeline/gate.ts'
import { systemClock } from '../../src/pipeline/types.ts'
import { Wake } from '../../src/pipeline/wake.ts'

describe('the wait before the next try', () => {
  test('doubles up to a minute, and begins anew after a success', () => {
    const backoff = new Backoff(() => 0)
    const waits = Array.from({ length: 10 }, () => backoff.next())
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
    backoff.reset()
    expect(backoff.next()).toBe(500)
  })

  test('is shortened by up to a half at random', () => {
    expect(new Backoff(() => 0.999).next()).toBe(250)
  })
})

describe('the time of a detection', () => {
  test.each([
    { time: '2026-01-01T00:00:00Z', ns: '1767225600000000000' },
    { time: '2026-01-01T00:00:00.5Z', ns: '1767225600500000000' },
    { time: '2026-01-01T00:00:00.123Z', ns: '1767225600123000000' },
    { time: '2026-01-01T00:00:00.123456789Z', ns: '1767225600123456789' },
    { time: '1960-01-01T00:00:00Z', ns: '0' },
  ])('$time is $ns', ({ time, ns }) => {
    expect(nanosecondsOf(time)).toBe(ns)
  })

  test.each(['', 'now', '2026-01-01', '2026-13-01T00:00:00Z', '2026-01-01T00:00:00+01:00'])(
    'is refused as %j',
    (time) => {
      expect(() => nanosecondsOf(time)).toThrow(RangeError)
    },
  )
})

test('an encoded detection is its JSON, keys in their order', () => {
  const detection = {
    v: 1,
    id: 'a',
    time: '2026-01-01T00:00:00.001Z',
    kind: 'scan',
    source: '192.0.2.1',
    dangerLevel: 3,
    previousLevel: 0,
    packets: 9,
    protocols: ['tcp'],
    reasons: [],
    firstSeen: '2026-01-01T00:00:00Z',
    lastSeen: '2026-01-01T00:00:00Z',
  } as const
  expect(encodeDetection(detection, 5)).toEqual({
    id: 'a',
    kind: 'scan',
    dangerLevel: 3,
    ns: '1767225600001000000',
    json: JSON.stringify(detection),
    readableAt: 5,
  })
  expect(encodeDetection(detection, undefined)).not.toHaveProperty('readableAt')
})

describe('a failure of a sink', () => {
  const sinkError = (status: number | undefined, retryable: boolean) =>
    new SinkError('no', { sink: 's', status, retryable })
  test.each([
    { what: '400', error: sinkError(400, false), hopeless: true },
    { what: '413', error: sinkError(413, false), hopeless: true },
    { what: '429', error: sinkError(429, true), hopeless: false },
    { what: '500', error: sinkError(500, true), hopeless: false },
    { what: '401', error: sinkError(401, false), hopeless: false },
    { what: '403', error: sinkError(403, false), hopeless: false },
    { what: '404', error: sinkError(404, false), hopeless: false },
    { what: 'no answer', error: sinkError(undefined, true), hopeless: false },
    { what: 'a refusal without status', error: sinkError(undefined, false), hopeless: true },
    {
      what: 'an HTTP error with 400',
      error: new HttpError('no', { status: 400, retryable: false }),
      hopeless: true,
    },
    { what: 'anything unexpected', error: new TypeError('bug'), hopeless: false },
  ])('with $what is hopeless: $hopeless', ({ error, hopeless }) => {
    expect(isHopeless(error)).toBe(hopeless)
  })
})

describe('a bell', () => {
  const never = new AbortController().signal

  test('keeps a ring that nobody waited for, once', async () => {
    const wake = new Wake()
    wake.ring()
    wake.ring()
    await wake.wait(never)
    const stop = new AbortController()
    const waiting = wake.wait(stop.signal)
    let isOver = false
    void waiting.then(() => (isOver = true))
    await new Promise((resolve) => setImmediate(resolve))
    expect(isOver).toBe(false)
    stop.abort()
    await waiting
  })

  test('loses no ring between two waits that time ended', async () => {
    const wake = new Wake()
    await wake.waitAtMost(1, systemClock, never)
    wake.ring()
    await wake.wait(never)
    const waiting = wake.waitAtMost(3_600_000, systemClock, never)
    wake.ring()
    await waiting
  })

  test('does not wait when the signal has aborted', async () => {
    await new Wake().waitAtMost(3_600_000, systemClock, AbortSignal.abort())
  })
})

test('a gate lets through all who wait, and holds those who come later', async () => {
  const gate = new Gate()
  const stop = new AbortController()
  const early = [gate.wait(stop.signal), gate.wait(stop.signal)]
  gate.open()
  await Promise.all(early)
  let isThrough = false
  const late = gate.wait(stop.signal).then(() => (isThrough = true))
  await new Promise((resolve) => setImmediate(resolve))
  expect(isThrough).toBe(false)
  stop.abort()
  await late
})
