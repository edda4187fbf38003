import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { TimedLine } from '../../../src/sources/lines/entry-batch.ts'
import { Spool } from '../../../src/sources/push/spool.ts'
import type { SpoolPosition } from '../../../src/sources/push/spool.ts'
import { silentLogger } from '../../../src/telemetry/logger.ts'

let folder = ''
let now = 1_772_323_200_000
const opened: Spool[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'picket-spool-'))
  now = 1_772_323_200_000
})
afterEach(async () => {
  for (const spool of opened.splice(0)) await spool.close()
  rmSync(folder, { recursive: true, force: true })
})

async function open(maxBytes = 64 * 1024 * 1024): Promise<Spool> {
  const spool = new Spool({ dir: folder, maxBytes, logger: silentLogger, now: () => now })
  opened.push(spool)
  await spool.start()
  return spool
}
const LABELS = { job: 'firewall' }
const lines = (...texts: string[]): TimedLine[] =>
  texts.map((text) => ({ bytes: Buffer.from(text), seconds: 1, nanos: 2, labels: LABELS }))
const digest = (n: number): string => n.toString(16).padStart(32, '0')
const files = (): string[] => readdirSync(folder).sort()

async function all(
  spool: Spool,
  from?: SpoolPosition,
): Promise<{ texts: string[]; position: SpoolPosition | undefined }> {
  const texts: string[] = []
  let position = from
  for (let found = await spool.read(position); found; found = await spool.read(position)) {
    texts.push(...found.lines.map(({ bytes }) => Buffer.from(bytes).toString()))
    position = found.next
  }
  return { texts, position }
}

describe('after a crash', () => {
  it('a request is there wholly or not at all, wherever its writing was cut off', async () => {
    const spool = await open()
    await spool.append(lines('whole'), digest(1))
    const name = files()[0] ?? ''
    const before = readFileSync(join(folder, name)).length
    // 5,001 lines make two records of one request.
    await spool.append(lines(...Array.from({ length: 5001 }, (_, i) => `${i}`)), digest(2))
    await spool.close()
    const content = readFileSync(join(folder, name))
    const first = content.readUInt32LE(before) + 8
    const cuts = [
      1,
      4,
      8,
      9,
      30,
      first - 1,
      first,
      first + 1,
      first + 9,
      content.length - before - 1,
    ]
    for (const cut of cuts) {
      writeFileSync(join(folder, name), content.subarray(0, before + cut))
      const again = await open()
      expect([cut, (await all(again)).texts]).toEqual([cut, ['whole']])
      await again.append(lines('later'), digest(3))
      expect([cut, (await all(again)).texts]).toEqual([cut, ['whole', 'later']])
      await again.close()
      for (const other of files()) if (other !== name) rmSync(join(folder, other))
    }
  })

  it('a request that was not stored is no repeat of itself', async () => {
    const spool = await open()
    await spool.append(lines('one'), digest(1))
    const name = files()[0] ?? ''
    const size = readFileSync(join(folder, name)).length
    await spool.append(lines('two'), digest(2))
    await spool.close()
    writeFileSync(join(folder, name), readFileSync(join(folder, name)).subarray(0, size + 3))
    const again = await open()
    await again.append(lines('two'), digest(2))
    await again.append(lines('one'), digest(1))
    expect((await all(again)).texts).toEqual(['one', 'two'])
    await again.close()
    // Nothing but the file's own beginning got to the disk.
    const head = readFileSync(join(folder, name)).readUInt32LE(0) + 8
    writeFileSync(join(folder, name), readFileSync(join(folder, name)).subarray(0, head))
    for (const other of files()) if (other !== name) rmSync(join(folder, other))
    const third = await open()
    await third.append(lines('one'), digest(1))
    expect((await all(third)).texts).toEqual(['one'])
  })

  it('repeats are still known when the segment that held them has been freed', async () => {
    const spool = await open(1024 * 1024)
    await spool.append(lines('one'), digest(1))
    await spool.append(lines(...Array.from({ length: 5 }, () => 'x'.repeat(60_000))), digest(2))
    await spool.append(lines('three'), digest(3))
    const { position } = await all(spool)
    if (position !== undefined) await spool.free(position)
    await spool.close()
    const again = await open(1024 * 1024)
    await again.append(lines('one'), digest(1))
    await again.append(lines('four'), digest(4))
    expect((await all(again, position)).texts).toEqual(['four'])
  })

  it('damage in one file costs the lines behind it in that file and no others', async () => {
    const spool = await open()
    await spool.append(lines('one'), digest(1))
    const name = files()[0] ?? ''
    const size = readFileSync(join(folder, name)).length
    await spool.append(lines('two'), digest(2))
    await spool.close()
    const second = await open()
    await second.append(lines('three'), digest(3))
    await second.close()
    const content = readFileSync(join(folder, name))
    content[size + 20] = (content[size + 20] ?? 0) ^ 1
    writeFileSync(join(folder, name), content)
    expect((await all(await open())).texts).toEqual(['one', 'three'])
  })
})

describe('a spool', () => {
  it('takes what follows a write that failed half way', async () => {
    const spool = await open()
    await spool.append(lines('one'), digest(1))
    // What such a write leaves behind, without its being counted.
    appendFileSync(join(folder, files()[0] ?? ''), Buffer.from([9, 0, 0, 0, 1]))
    await spool.append(lines('two'), digest(2))
    expect((await all(spool)).texts).toEqual(['one', 'two'])
    await spool.close()
    expect((await all(await open())).texts).toEqual(['one', 'two'])
  })

  it('that was removed does not hide new lines behind an old position', async () => {
    const spool = await open()
    await spool.append(lines('one', 'two', 'three'), digest(1))
    const { position } = await all(spool)
    await spool.close()
    for (const name of files()) rmSync(join(folder, name))
    now -= 60_000
    const again = await open()
    await again.append(lines('new'), digest(2))
    expect((await all(again, position)).texts).toEqual(['new'])
  })

  it('hands over small requests together, in order of arrival, up to a batch', async () => {
    const spool = await open()
    await Promise.all(
      Array.from({ length: 6000 }, (_, i) => spool.append(lines(`${i}`), digest(i))),
    )
    const first = await spool.read(undefined)
    expect(first?.lines.length).toBe(5000)
    const second = await spool.read(first?.next)
    expect(
      [...(first?.lines ?? []), ...(second?.lines ?? [])].map(({ bytes }) =>
        Buffer.from(bytes).toString(),
      ),
    ).toEqual(Array.from({ length: 6000 }, (_, i) => `${i}`))
  })

  it('keeps times, labels and any bytes', async () => {
    const spool = await open()
    const mixed: TimedLine[] = [
      {
        bytes: Uint8Array.from([0, 255, 13]),
        seconds: -5,
        nanos: 999_999_999,
        labels: { a: 'é"' },
      },
      { bytes: new Uint8Array(0), seconds: 2_147_483_647, nanos: 0, labels: {} },
    ]
    await spool.append(mixed, digest(1))
    const read = (await spool.read(undefined))?.lines ?? []
    expect(read.map((line) => ({ ...line, bytes: [...line.bytes] }))).toEqual(
      mixed.map((line) => ({ ...line, bytes: [...line.bytes] })),
    )
  })

  it('removes files only once all their lines are before the committed position', async () => {
    const spool = await open(1024 * 1024)
    for (let i = 0; i < 4; i++)
      await spool.append(lines(...Array.from({ length: 3 }, () => 'x'.repeat(60_000))), digest(i))
    const count = files().length
    expect(count).toBeGreaterThan(1)
    const first = await spool.read(undefined)
    if (first !== undefined) await spool.free(first.next)
    expect((await all(spool, first?.next)).texts.length).toBe(12 - (first?.lines.length ?? 0))
    expect(files().length).toBeLessThan(count)
    const { position } = await all(spool, first?.next)
    if (position !== undefined) await spool.free(position)
    expect(files().length).toBeLessThan(2)
  })
})
