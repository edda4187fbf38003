// CPU time of the parser alone, a line: `node processor/bench/parse.mjs [--profile psad] <log>...`
//
// The first number of a file is cold (it pays for compiling), the others are warm. Reading the file is not part of them.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { gunzipSync } from 'node:zlib'
import { build } from 'esbuild'

const ROUNDS = 8
const core = fileURLToPath(new URL('../src/core', import.meta.url))
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { profile: { type: 'string', default: 'picket' } },
})

const folder = mkdtempSync(join(tmpdir(), 'picket-bench-'))
try {
  const outfile = join(folder, 'parse.mjs')
  await build({
    stdin: {
      contents:
        "export * from './parse/index.ts'; export * from './row.ts'; export * from './batch.ts'",
      resolveDir: core,
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    outfile,
    logLevel: 'error',
  })
  const { createParser, PacketRows, NO_TIME } = await import(pathToFileURL(outfile).href)
  for (const file of positionals) {
    const batch = batchOfFile(file, NO_TIME)
    const parser = createParser({
      zone: 'UTC',
      profile: values.profile,
      verdicts: { drop: [], accept: [], audit: [] },
    })
    const rows = new PacketRows()
    const microseconds = []
    let packets = 0
    for (let round = 0; round < ROUNDS; round++) {
      const started = process.cpuUsage()
      packets = 0
      for (let line = 0; line < batch.count;) {
        rows.count = 0
        line = parser.parse(batch, line, rows)
        packets += rows.count
      }
      const { user, system } = process.cpuUsage(started)
      microseconds.push(((user + system) / batch.count).toFixed(2))
    }
    const { malformed, notAPacket } = parser.takeCounts()
    console.log(
      `${file}: ${batch.count} lines, ${packets} packets, ${malformed / ROUNDS} malformed, ${notAPacket / ROUNDS} no packet; us a line: ${microseconds.join(' ')}`,
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function batchOfFile(file, noTime) {
  const read = readFileSync(file)
  const bytes = new Uint8Array(file.endsWith('.gz') ? gunzipSync(read) : read)
  const at = []
  for (let from = 0, to = bytes.indexOf(10); to >= 0; from = to + 1, to = bytes.indexOf(10, from))
    at.push(from, to)
  const count = at.length / 2
  return {
    bytes,
    at: Int32Array.from(at),
    count,
    seconds: new Int32Array(count).fill(noTime),
    nanos: new Int32Array(count),
    stream: new Uint16Array(count),
    labels: [{}],
    time: 'line',
    reference: 1_790_000_000,
  }
}
