import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { LineBatch } from '../../../src/core/index.ts'
import { NO_TIME } from '../../../src/core/index.ts'
import { createParser } from '../../../src/core/parse/index.ts'
import { PacketRows, R_SRC, ROW } from '../../../src/core/row.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const folder = join(
  resolve(root, process.env['PICKET_FIXTURES'] ?? '../shared/fixtures'),
  'datasets',
)
const there = existsSync(folder)
if (!there) console.warn(`Skipped: no fixtures at ${folder} (set PICKET_FIXTURES).`)

function batchOfFile(path: string): LineBatch {
  const bytes = new Uint8Array(gunzipSync(readFileSync(path)))
  const at: number[] = []
  for (let from = 0, to = bytes.indexOf(10); to >= 0; from = to + 1, to = bytes.indexOf(10, from))
    at.push(from, to)
  const count = at.length / 2
  return {
    bytes,
    at: Int32Array.from(at),
    count,
    seconds: new Int32Array(count).fill(NO_TIME),
    nanos: new Int32Array(count),
    stream: new Uint16Array(count),
    labels: [{}],
    time: 'line',
    reference: 1_790_000_000,
  }
}

describe.skipIf(!there)('a whole log', () => {
  test.each([
    ['sotm34/iptables-feb25-mar14.log.gz', 91_350, 6, 11_856],
    ['ufw-vps-2022/ufw-may07-may15.log.gz', 69_853, 0, undefined],
    ['gateway-vlan-2022/iptables-may20.log.gz', 1516, 0, undefined],
  ])('%s: %i packets, %i damaged lines', (file, packets, malformed, sources) => {
    const batch = batchOfFile(join(folder, file))
    const parser = createParser({
      zone: 'UTC',
      profile: 'picket',
      verdicts: { drop: [], accept: [], audit: [] },
    })
    const rows = new PacketRows()
    const seen = new Set<string>()
    let found = 0
    for (let line = 0; line < batch.count;) {
      rows.count = 0
      line = parser.parse(batch, line, rows)
      found += rows.count
      for (let o = R_SRC; o < rows.count * ROW; o += ROW) seen.add(rows.ints.slice(o, o + 4).join())
    }
    expect({ packets: found, ...parser.takeCounts() }).toEqual({
      packets,
      malformed,
      notAPacket: 0,
    })
    if (sources !== undefined) expect(seen.size).toBe(sources)
  })
})
