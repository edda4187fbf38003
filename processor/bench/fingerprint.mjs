// What fingerprints cost a SYN: `node processor/bench/fingerprint.mjs [--pf-os FILE] [--posf FILE]`
//
// The engine without rules over the same SYNs of 20,000 sources, without fingerprints and with them, rounds interleaved; CPU time
// per line, medians. Half of the SYNs repeat the fingerprint of their source, half are like nothing that is known.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'

const LINES = 200_000
const ROUNDS = 9
const { values } = parseArgs({ options: { 'pf-os': { type: 'string' }, posf: { type: 'string' } } })
const core = fileURLToPath(new URL('../src/core/index.ts', import.meta.url))

const folder = mkdtempSync(join(tmpdir(), 'picket-bench-'))
try {
  const outfile = join(folder, 'core.mjs')
  await build({ entryPoints: [core], bundle: true, format: 'esm', outfile, logLevel: 'error' })
  const { batchOf, builtinFingerprints, createEngine, readPfOs, readPosf } = await import(
    pathToFileURL(outfile).href
  )
  const tables = [builtinFingerprints()]
  if (values['pf-os'] !== undefined)
    tables.push({
      builtin: false,
      syn: readPfOs(readFileSync(values['pf-os'], 'utf8'), { file: values['pf-os'] }).fingerprints,
      posf: [],
    })
  if (values.posf !== undefined)
    tables.push({
      builtin: false,
      syn: [],
      posf: readPosf(readFileSync(values.posf, 'utf8'), { file: values.posf }).fingerprints,
    })

  for (const withOptions of [true, false]) {
    const batch = batchOf(Array.from({ length: LINES }, (_, i) => lineOf(i, withOptions)))
    const cases = [[], tables].map((list) => ({ list, cpu: [] }))
    for (let round = 0; round < ROUNDS; round++)
      for (const { list, cpu } of cases) {
        const engine = createEngine({ fingerprints: { tables: list, maxHops: 20 } })
        const started = process.cpuUsage()
        engine.feed(batch, undefined)
        const { user, system } = process.cpuUsage(started)
        cpu.push((user + system) / LINES)
      }
    const [before, after] = cases.map(({ cpu }) => cpu.sort((a, b) => a - b)[ROUNDS >> 1])
    console.log(
      `${withOptions ? 'options logged' : 'options not logged'}: us a SYN ${before.toFixed(2)} without, ${after.toFixed(2)} with fingerprints (+${(after - before).toFixed(2)})`,
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function lineOf(i, withOptions) {
  const host = (Math.imul(i, 2654435761) >>> 0) % 20_000
  const window = host % 2 === 0 ? 64_240 : 1000 + (i % 7)
  const options = withOptions ? `OPT (020405B40402080A${hex(i)}0000000001030307) ` : ''
  return `Mar  1 00:00:00 fw kernel: [1.000000] DROP IN=eth0 OUT= MAC=02:00:00:00:00:01:02:00:00:00:00:02:08:00 SRC=10.${host >> 8}.${host & 255}.9 DST=198.51.100.1 LEN=60 TOS=0x00 PREC=0x00 TTL=${50 + (host % 12)} ID=${i & 0xffff} DF PROTO=TCP SPT=40000 DPT=${1 + (i % 100)} WINDOW=${window} RES=0x00 SYN URGP=0 ${options}`
}

function hex(i) {
  return (i + 1).toString(16).toUpperCase().padStart(8, '0')
}
