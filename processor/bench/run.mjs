// `npm run bench`: what Picket costs a line, side by side in one run with grep, psad and a plain C reader's share.
//
//   npm run bench -- [--lines N] [--rounds N] [--json]
//
// Every case is a process of its own; the rounds are interleaved (A B C, A B C, ...), so that a machine that slows down
// slows them all. Printed are medians of the CPU time (user and system, as the operating system counted it) and ratios
// within the run. Absolute numbers move from machine to machine; the ratios are what to look at.
import { spawnSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
const picket = join(root, 'processor/bin/picket.js')
const { values } = parseArgs({
  options: {
    lines: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'boolean', default: false },
  },
})
const lines = Number(values.lines)
const rounds = Number(values.rounds)
const PSAD_LINES = Math.min(50_000, lines)
const SHORT_LINES = Math.min(50_000, lines)

const folder = mkdtempSync(join(tmpdir(), 'picket-bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const corpus = join(folder, 'corpus.log')
const make = spawnSync(
  process.execPath,
  [join(root, 'processor/bench/make-corpus.mjs'), corpus, String(lines)],
  {
    stdio: ['ignore', 'inherit', 'inherit'],
  },
)
if (make.status !== 0) process.exit(1)
const short = join(folder, 'short.log')
head(corpus, short, SHORT_LINES)

const cases = [
  { name: 'grep -c SRC=', lines, command: ['sh', '-c', `grep -c 'SRC=' ${corpus} | cat`] },
  {
    name: 'picket analyze',
    lines,
    command: [process.execPath, picket, 'analyze', '--format', 'json', corpus],
    report: true,
  },
  {
    name: `picket analyze, ${SHORT_LINES} lines`,
    lines: SHORT_LINES,
    command: [process.execPath, picket, 'analyze', '--format', 'json', short],
  },
]
const left = []
if (spawnSync('sh', ['-c', 'command -v psad']).status === 0) {
  const conf = psadConfiguration(join(folder, 'psad'))
  const psadLog = join(folder, 'psad.log')
  head(corpus, psadLog, PSAD_LINES)
  cases.push({
    name: `psad -A, ${PSAD_LINES} lines`,
    lines: PSAD_LINES,
    rounds: 1,
    command: ['psad', '-A', '-m', psadLog, '-c', conf, '--no-whois', '--no-rdns'],
  })
} else left.push('psad is not installed')

const results = cases.map((one) => ({ ...one, cpu: [], wall: [], peak: 0 }))
for (let round = 0; round < rounds; round++) {
  for (const result of results) {
    if (round >= (result.rounds ?? rounds)) continue
    measure(result)
  }
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)]
const table = results.map((result) => {
  const cpu = median(result.cpu)
  return {
    case: result.name,
    'CPU s': cpu.toFixed(2),
    'us a line': ((cpu * 1e6) / result.lines).toFixed(3),
    'lines/s': Math.round(result.lines / cpu),
    spread: `${Math.min(...result.cpu).toFixed(2)}-${Math.max(...result.cpu).toFixed(2)}`,
  }
})
const perLine = (name) => {
  const result = results.find((one) => one.name.startsWith(name))
  return result === undefined ? undefined : median(result.cpu) / result.lines
}
const analyze = perLine('picket analyze')
const psad = perLine('psad')
const ratios = [
  {
    what: 'picket analyze / grep -c',
    ratio: analyze / perLine('grep'),
    target: 'grep is 5 to 15 times nearer',
  },
  ...(psad === undefined
    ? []
    : [{ what: 'psad / picket analyze, a line', ratio: psad / analyze, target: '>= 100' }]),
  { what: 'lines/s of one core, million', ratio: 1 / analyze / 1e6, target: '>= 0.5, then 1' },
  {
    what: `CPU s for ${SHORT_LINES} lines with start-up`,
    ratio: median(results[2].cpu),
    target: '<= 0.8',
  },
]
if (values.json)
  console.log(JSON.stringify({ node: process.versions.node, lines, table, ratios, left }))
else {
  console.table(table)
  console.table(ratios.map((row) => ({ ...row, ratio: row.ratio.toFixed(2) })))
  for (const line of left) console.log(`Left out: ${line}.`)
}

/** Runs a case once; CPU time from the shell's own accounting of its child. */
function measure(result) {
  const out = join(folder, 'out')
  const file = openSync(out, 'w')
  const started = performance.now()
  const [command, ...args] = result.command
  const child = spawnSync(
    'bash',
    ['-c', 'TIMEFORMAT="%U %S"; time "$@" 1>&3 2>/dev/null', 'bash', command, ...args],
    {
      stdio: ['ignore', 'ignore', 'pipe', file],
      encoding: 'utf8',
    },
  )
  closeSync(file)
  const [user, system] = child.stderr.trim().split(/\s+/).slice(-2).map(Number)
  if (child.status !== 0 || Number.isNaN(user)) {
    console.error(`${result.name} failed: ${child.stderr}`)
    process.exit(1)
  }
  result.cpu.push(user + system)
  result.wall.push((performance.now() - started) / 1000)
  if (result.report) {
    const fd = openSync(out, 'r')
    const text = Buffer.alloc(statSync(out).size)
    readSync(fd, text)
    closeSync(fd)
    const report = JSON.parse(text.toString())
    if (report.lines.read !== result.lines) {
      console.error(
        `${result.name} read ${report.lines.read} lines of ${result.lines}: a wrong answer is a failed bench.`,
      )
      process.exit(1)
    }
  }
}

function head(from, to, count) {
  spawnSync('sh', ['-c', `head -n ${count} ${from} > ${to}`])
}

/** A psad configuration that writes below `dir` and nowhere else. */
function psadConfiguration(dir) {
  mkdirSync(dir, { recursive: true })
  const conf = join(dir, 'psad.conf')
  spawnSync('sh', [
    '-c',
    `sed -e 's#^PSAD_DIR .*#PSAD_DIR ${dir};#; s#^PSAD_RUN_DIR .*#PSAD_RUN_DIR ${dir};#; s#^ENABLE_PSADWATCHD .*#ENABLE_PSADWATCHD N;#' /etc/psad/psad.conf > ${conf}`,
  ])
  if (!existsSync(conf)) writeFileSync(conf, '')
  return conf
}
