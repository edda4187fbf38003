import { describe, expect, it } from 'vitest'
import { startRemoteWrite } from '../../src/telemetry/remote-write.ts'
import { recordingLogger } from './recording-logger.ts'

/** A clock that moves when the test says so. */
function manualClock(): {
  now(): number
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  tick(): Promise<void>
} {
  let wake: (() => void) | undefined
  let now = 0
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        wake = () => {
          now += ms
          resolve()
        }
        signal?.addEventListener('abort', () => resolve(), { once: true })
      }),
    async tick() {
      wake?.()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

describe('pushing metrics', () => {
  it('happens every interval and once more at the end', async () => {
    const clock = manualClock()
    const pushes: [number, boolean | undefined][] = []
    const running = startRemoteWrite({
      source: 'registry',
      target: {
        name: 'rw',
        intervalMs: 15_000,
        pushMetrics: (_source, now, _signal, options) => {
          pushes.push([now, options?.now])
          return Promise.resolve('sent')
        },
      },
      clock,
      logger: recordingLogger().logger,
    })
    await clock.tick()
    await clock.tick()
    await running.stop()
    await running.stop()
    expect(pushes).toEqual([
      [15_000, false],
      [30_000, false],
      [30_000, true],
    ])
  })

  it('says once that it fails and once that it works again', async () => {
    const clock = manualClock()
    const { logger, entries } = recordingLogger()
    const results: ('sent' | 'waiting' | 'fails')[] = [
      'sent',
      'fails',
      'waiting',
      'fails',
      'sent',
      'sent',
    ]
    const up: boolean[] = []
    const running = startRemoteWrite({
      source: 'registry',
      target: {
        name: 'rw',
        intervalMs: 1000,
        pushMetrics: () => {
          const result = results.shift() ?? 'sent'
          return result === 'fails' ? Promise.reject(new Error('no')) : Promise.resolve(result)
        },
      },
      clock,
      logger,
      onResult: (isUp) => up.push(isUp),
    })
    for (let i = 0; i < 6; i++) await clock.tick()
    await running.stop()
    expect(entries.map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'Metrics could not be sent, trying again.'],
      ['info', 'Metrics are sent again.'],
    ])
    expect(up).toEqual([true, false, false, true, true, true])
  })
})
