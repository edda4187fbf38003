// What a rule costs when there are many: `node processor/bench/rules.mjs [--rounds N] [--matcher]`
//
// Rules of one protocol, `any any`, that differ in ports and options: 200, 4,000 and 10,000 of them see the same packets, in
// turns. All but the first 200 are near misses, so that each set matches the same. Printed are medians of the CPU time a packet:
// of the engine from line to detection, which is what a user pays (wanted: 4,000 at most 1.3 times 200), and of the matcher
// alone (--matcher: only that), for two mixes of rules.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'

const FEW = 200
const COUNTS = [FEW, 4000, 10_000]
const PACKETS = 200_000
const TARGET = 1.3

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    matcher: { type: 'boolean', default: false },
  },
})
const core = fileURLToPath(new URL('../src/core', import.meta.url))

/** Numbers that look random and are the same in each run. */
const SEED = 20_261_128
let state = SEED
const random = (below) => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((state / 2 ** 32) * below)
}

/** Packets have even numbers only. Rules behind the first 200 ask for odd ones, so that both sets match the same packets. */
const even = (below) => 2 * random(Math.floor(below / 2))
const port = (odd) => 2 + even(65_532) + odd
const low = (odd) => 2 + even(1022) + odd

/** Kinds of rules, in the proportions of rule files in use: most ask for one port, some for lists, ranges and header fields. */
const MIXED = [
  (odd) => [`any any -> any ${port(odd)}`, 'flags:S;'],
  (odd) => [`any any -> any ${port(odd)}`, 'flags:S;'],
  (odd) => [`any any -> any ${low(odd)}`, `flags:S; window:${random(65_536)};`],
  (odd) => [`any ${port(odd)} -> any any`, 'flags:SA;'],
  (odd) => [`any any -> any [${port(odd)},${port(odd)},${port(odd)}]`, 'flags:S;'],
  (odd) => {
    const first = port(0)
    return [
      `any any -> any ${first}:${Math.min(65_535, first + random(200))}`,
      `ttl:${even(254) + odd};`,
    ]
  },
  () => [`any any -> any ${low(0)}`, `dsize:>${1 + random(1400)};`],
  (odd) => [`any any -> any any`, `flags:S; id:${even(65_534) + odd};`],
  (odd) => [`any any -> any any`, `flags:S; window:${even(65_534) + odd};`],
  (odd) => [`any any -> any any`, `seq:${even(2 ** 31) + odd};`],
  (odd) => [
    `any any -> any ${port(0)}`,
    `flags:S; ttl:<${10 + random(200)}; psad_ip_len:${40 + even(1400) + odd};`,
  ],
]

/** A range of up to `width` ports. */
const ports = (width) => {
  const first = port(0)
  return `any any -> any ${first}:${Math.min(65_535, first + random(width))}`
}
const between = (from, width) => `${from}:${from + random(width)}`
const ttls = () => `ttl:${between(1 + random(190), 60)}`

/** Port ranges that overlap, by the hundred on each port; near misses each fail in another field. Packets have lengths 40, 44 and 48. */
const OVERLAPPING = [
  (odd) => [ports(8000), `flags:S; ttl:${even(254) + odd};`],
  () => [ports(8000), `flags:S; ${ttls()}; psad_ip_len:${between(100 + random(1000), 300)};`],
  (odd) => [ports(4000), `flags:${odd ? 'F' : 'S'}; ${ttls()};`],
  (odd) => [ports(2000), `flags:${odd ? 'FPU' : 'SA'}; ttl:<${60 + random(190)};`],
  (odd) => [ports(8000), `flags:S; ttl:>${random(60)}; psad_ip_len:${odd ? '41:43' : '44'};`],
  () => [ports(1000), `flags:S; ${ttls()}; dsize:>${1 + random(1400)};`],
]

const MIXES = { 'ports and options': MIXED, 'overlapping port ranges': OVERLAPPING }

const rules = (kinds, count) =>
  Array.from({ length: count }, (_, i) => {
    const [ends, options] = kinds[i % kinds.length](i < FEW ? 0 : 1)
    return `alert tcp ${ends} (msg:"rule ${i}"; ${options} sid:${i + 1};)`
  }).join('\n')

const folder = mkdtempSync(join(tmpdir(), 'picket-bench-'))
try {
  const outfile = join(folder, 'rules.mjs')
  await build({
    stdin: {
      contents:
        "export { batchOf, createEngine, Matcher, NetTable, readRules } from './index.ts'; export * from './row.ts'",
      resolveDir: core,
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    outfile,
    logLevel: 'error',
  })
  const lib = await import(pathToFileURL(outfile).href)
  const rows = packets(lib)
  const batch = values.matcher
    ? undefined
    : lib.batchOf(lines(lib, rows), { reference: 1_790_000_000 })
  for (const [name, kinds] of Object.entries(MIXES)) {
    const cases = COUNTS.map((count) => prepare(lib, kinds, count))
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const one of cases) one.matching.push(match(one, lib, rows))
      if (batch === undefined || kinds !== MIXED) continue
      for (const one of cases) one.feeding.push(feed(one, lib, batch))
    }
    report(name, cases)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function report(name, cases) {
  console.log(`${name}:`)
  const [few] = cases
  for (const one of cases) {
    const { count, matcher, matches, tested, builtMs, matching, feeding } = one
    const times = (value, least) => `${(value / least).toFixed(2)} times ${FEW} rules`
    const against = (of) => times(median(one[of]), median(few[of]))
    const engine =
      feeding.length === 0
        ? ''
        : `; engine ${shown(feeding)}, ${against('feeding')} (wanted: 4000 at ${TARGET} at most)`
    console.log(
      `${String(count).padStart(6)} rules: matcher ${shown(matching)} us a packet, ${against('matching')}${engine}\n` +
        `              ${(tested / PACKETS).toFixed(3)} rules tested, ${times(tested, few.tested)}, and ${(matches / PACKETS).toFixed(3)} matched a packet; ${matcher.unfiled.length} in no bucket; built in ${builtMs.toFixed(0)} ms`,
    )
  }
}

function prepare({ Matcher, NetTable, readRules }, kinds, count) {
  state = SEED
  const read = readRules(rules(kinds, count), { file: 'bench.rules' })
  if (read.problems.length > 0) throw new Error(read.problems[0].message)
  const started = performance.now()
  const matcher = new Matcher(read.rules, { nets: new NetTable() })
  const builtMs = performance.now() - started
  return {
    count,
    rules: read.rules,
    matcher,
    builtMs,
    matching: [],
    feeding: [],
    matches: 0,
    tested: 0,
  }
}

function match(one, { ROW }, rows) {
  const hits = new Int32Array(256)
  const bytes = new Uint8Array(8)
  const before = one.matcher.candidates
  let matches = 0
  const started = process.cpuUsage()
  for (let o = 0; o < rows.length; o += ROW)
    matches += one.matcher.match(rows, o, bytes, 0, 0, hits)
  const microseconds = since(started)
  one.matches = matches
  one.tested = one.matcher.candidates - before
  return microseconds
}

/** A new engine each time: one that has seen the packets does less. */
function feed({ rules: signatures }, { createEngine }, batch) {
  const engine = createEngine({ signatures, retain: true })
  const started = process.cpuUsage()
  const { packets: count } = engine.feed(batch, () => {})
  if (count !== PACKETS) throw new Error(`${count} packets of ${PACKETS} were read`)
  return since(started)
}

function since(started) {
  const { user, system } = process.cpuUsage(started)
  return (user + system) / PACKETS
}

/** TCP packets as scanners send them: half to well-known ports. */
function packets(lib) {
  const {
    ROW,
    R_PROTO,
    R_TCP,
    R_SPT,
    R_DPT,
    R_LENGTH,
    R_TTL,
    R_IPID,
    R_WINDOW,
    R_SEEN,
    R_SEQ,
    R_FLAGS,
    SEEN_SEQ,
  } = lib
  const rows = new Int32Array(PACKETS * ROW).fill(-1)
  for (let o = 0; o < rows.length; o += ROW) {
    rows[o + R_FLAGS] = 0
    rows[o + R_PROTO] = 6
    rows[o + R_TCP] = random(10) === 0 ? 0x12 : 2
    rows[o + R_SPT] = 1024 + even(64_000)
    rows[o + R_DPT] = random(2) === 0 ? low(0) : port(0)
    rows[o + R_LENGTH] = 40 + random(3) * 4
    rows[o + R_TTL] = 30 + even(220)
    rows[o + R_IPID] = even(65_536)
    rows[o + R_WINDOW] = random(3) === 0 ? 1024 : even(65_536)
    rows[o + R_SEEN] = SEEN_SEQ
    rows[o + R_SEQ] = even(2 ** 31)
  }
  return rows
}

/** The same packets as the kernel logs them, from 1,000 sources to 100 hosts. */
function lines(lib, rows) {
  const { ROW, R_TCP, R_SPT, R_DPT, R_LENGTH, R_TTL, R_IPID, R_WINDOW, R_SEQ } = lib
  return Array.from({ length: PACKETS }, (_, i) => {
    const o = i * ROW
    const at = new Date(1_780_000_000_000 + i * 50).toISOString()
    const flags = rows[o + R_TCP] === 2 ? 'SYN' : 'ACK SYN'
    return `${at} fw kernel: DROP IN=eth0 OUT= MAC= SRC=203.0.${random(4)}.${random(250)} DST=198.51.100.${random(100)} LEN=${rows[o + R_LENGTH]} TOS=0x00 PREC=0x00 TTL=${rows[o + R_TTL]} ID=${rows[o + R_IPID]} PROTO=TCP SPT=${rows[o + R_SPT]} DPT=${rows[o + R_DPT]} SEQ=${rows[o + R_SEQ] >>> 0} ACK=0 WINDOW=${rows[o + R_WINDOW]} RES=0x00 ${flags} URGP=0 `
  })
}

function shown(list) {
  return `${median(list).toFixed(3)} (${Math.min(...list).toFixed(3)}-${Math.max(...list).toFixed(3)})`
}

function median(list) {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]
}
