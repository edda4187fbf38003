import { expect, test } from 'vitest'
import { Detector } from '../../src/engine/detector'
import type { WorkerLike } from '../../src/engine/worker-runner'
import { detect, linesOf, noWorker, workerInProcess } from '../helpers/detect'
import { logsFrame } from '../helpers/frames'

/** A scan of `count` ports by one source, and a source whose packets are left out. */
const scan = (count: number) =>
  logsFrame(
    Array.from({ length: count }, (_, i) => ({
      line: `Jan  9 23:00:00 fw1 kernel: [UFW BLOCK] IN=eth0 OUT= SRC=${i % 10 === 9 ? '198.51.100.9' : '203.0.113.5'} DST=192.0.2.1 LEN=40 TOS=0x00 PREC=0x00 TTL=235 ID=1 PROTO=TCP SPT=4000 DPT=${1000 + (i % 500)} WINDOW=1024 RES=0x00 SYN URGP=0 `,
      time: Date.UTC(2026, 0, 9) + i * 10,
    })),
  )
const targets = [
  { refId: 'A', expr: '{job="fw"} |= "UFW"', datasource: { type: 'loki', uid: 'loki-1' } },
]
const options = {
  detection: {
    homeNet: 'any',
    profile: 'picket' as const,
    dangerLevels: '',
    ignoreSources: '198.51.100.0/24',
    ignorePorts: '',
  },
}
const lines = (count: number) => linesOf([scan(count)], options, { targets })

test('lines become attackers with ports, times and the query that shows them', async () => {
  const { part } = await detect(lines(200))
  expect(part.attackers).toHaveLength(1)
  expect(part.attackers[0]).toMatchObject({
    source: '203.0.113.5',
    level: 3,
    packets: 180,
    kinds: ['syn'],
    evidence: {
      query: '{job="fw"} |= "SRC=203.0.113.5 "',
      from: Date.UTC(2026, 0, 9),
      to: Date.UTC(2026, 0, 9) + 2000,
      datasource: 'loki-1',
    },
  })
  expect(part.lines).toEqual({ read: 200, packets: 200, malformed: 0 })
  expect(part.ports[0]?.evidence?.query).toContain('{job="fw"} |= "PROTO=TCP " |= "DPT=')
})

test('what is ignored is not drawn', async () => {
  const { part } = await detect(lines(200))
  expect(part.activity.length).toBe(180)
  expect(part.ports).toHaveLength(180)
})

test('worker and page find the same, and the first lines are shown before all', async () => {
  const partial: number[] = []
  const inWorker = await detect(lines(12_000), workerInProcess, {
    onPartial: ({ part }) => partial.push(part.lines?.read ?? 0),
  })
  const onPage = await detect(lines(12_000), noWorker)
  expect(partial).toEqual([5000])
  expect(onPage).toEqual(inWorker)
})

test('a worker that dies is replaced by the page', async () => {
  const makeWorker = (): WorkerLike => {
    const worker = workerInProcess()
    const send = worker.postMessage.bind(worker)
    let slices = 0
    worker.postMessage = (message, transfer) => {
      if (message.type !== 'slice' || ++slices < 2) send(message, transfer)
      else worker.onerror?.({ message: 'gone', preventDefault: () => undefined } as ErrorEvent)
    }
    return worker
  }
  const found = await detect(lines(12_000), makeWorker)
  expect(found.part.lines?.read).toBe(12_000)
})

test('an aborted run ends, and the next one is not disturbed by it', async () => {
  const detector = new Detector(workerInProcess)
  const { rows, ...start } = lines(12_000)
  const job = { rows, start: { ...start, detections: false } }
  const abort = new AbortController()
  const first = detector.detect(job, abort.signal)
  abort.abort()
  const second = detector.detect(job, new AbortController().signal)
  await expect(first).rejects.toThrow()
  expect((await second).part.lines?.read).toBe(12_000)
  detector.close()
})
