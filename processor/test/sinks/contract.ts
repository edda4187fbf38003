import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SinkError } from '../../src/errors.ts'
import type { Sink } from '../../src/pipeline/types.ts'
import { manyEncoded, never } from './detections.ts'

/** A sink and the far side that a test looks at. */
export interface SinkHarness {
  readonly sink: Sink
  /** One entry for each effect at the far side: the id of the detection that had it. */
  delivered(): Promise<readonly string[]>
  /** From now on the far side answers writes with this status; undefined: it works again. Only for sinks over HTTP. */
  answerWith?(status: number | undefined): void
  /** From now on the far side takes what is sent and says nothing. */
  hang?(): void
  stop(): Promise<void>
}

/** What every sink owes the pipeline. */
export function sinkContract(
  name: string,
  start: () => Promise<SinkHarness>,
  { overHttp }: { readonly overHttp: boolean },
): void {
  describe(`${name} as a sink`, () => {
    let harness: SinkHarness
    beforeEach(async () => {
      harness = await start()
    })
    afterEach(async () => {
      await harness.sink.close()
      await harness.stop()
    })

    it('is ready when the far side is', async () => {
      await expect(harness.sink.check(never)).resolves.toBeUndefined()
    })

    it('delivers every detection of every batch', async () => {
      const events = manyEncoded(25)
      await harness.sink.write(events.slice(0, 10), never)
      await harness.sink.write(events.slice(10), never)
      expect([...(await harness.delivered())].sort()).toEqual(events.map(({ id }) => id).sort())
    })

    it('gives the same id one effect, in one batch and in the next', async () => {
      const [event] = manyEncoded(1)
      await harness.sink.write([event!, event!], never)
      await harness.sink.write([event!], never)
      expect(await harness.delivered()).toEqual([event!.id])
    })

    it('does nothing for an empty batch', async () => {
      await harness.sink.write([], never)
      expect(await harness.delivered()).toEqual([])
    })

    it('writes nothing once stopped, and leaves the detections to be tried again', async () => {
      const error = await failure(harness.sink.write(manyEncoded(1), AbortSignal.abort()))
      expect(error.retryable).toBe(true)
      expect(await harness.delivered()).toEqual([])
    })

    if (!overHttp) return

    it.each([
      { status: 503, retryable: true },
      { status: 500, retryable: true },
      { status: 429, retryable: true },
      { status: 400, retryable: false },
    ])('says of an answer $status: retryable $retryable', async ({ status, retryable }) => {
      harness.answerWith?.(status)
      const events = manyEncoded(2)
      const error = await failure(harness.sink.write(events, never))
      expect(error).toMatchObject({
        retryable,
        status,
        sink: harness.sink.name,
        code: 'PICKET_SINK',
      })

      harness.answerWith?.(undefined)
      await harness.sink.write(events, never)
      expect([...(await harness.delivered())].sort()).toEqual(events.map(({ id }) => id).sort())
    })

    it('stops waiting for an answer when told to', async () => {
      harness.hang?.()
      const stopping = new AbortController()
      const writing = failure(harness.sink.write(manyEncoded(1), stopping.signal))
      setImmediate(() => stopping.abort())
      expect((await writing).retryable).toBe(true)
    })
  })
}

/** The SinkError that a write ends with. */
export async function failure(writing: Promise<void>): Promise<SinkError> {
  const error = await writing.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  expect(error).toBeInstanceOf(SinkError)
  return error as SinkError
}
