import Table from 'cli-table3'
import pc from 'picocolors'
import type { EngineStats } from '../../core/index.ts'
import type { CliIo } from '../io.ts'

export interface DemoFacts {
  readonly seconds: number
  readonly stats: EngineStats
  readonly detections: number
  /** What to open, with what it is. */
  readonly addresses: readonly (readonly [what: string, address: string])[]
}

const TOP = 8

/** The summary on a terminal, as lines. */
export function demoSummary(
  { seconds, stats, detections, addresses }: DemoFacts,
  color: boolean,
): string {
  const { bold, dim, green, yellow, red } = pc.createColors(color)
  const paint = [dim, green, green, yellow, red, (text: string) => bold(red(text))]
  const levels = stats.sourcesByLevel
    .map((count, level) => ({ level, count }))
    .filter(({ level }) => level > 0)
    .map(({ level, count }) => (paint[level] ?? dim)(`level ${level}: ${count}`))
  const attackers = plainTable(['attacker', 'level', 'packets'])
  for (const { source, dangerLevel, packets } of stats.topAttackers.slice(0, TOP))
    attackers.push([source, (paint[dangerLevel] ?? dim)(String(dangerLevel)), packets])
  const ports = plainTable(['port', 'packets', 'sources'])
  for (const { protocol, port, packets, sources } of stats.topPorts.slice(0, TOP))
    ports.push([`${protocol}/${port}`, packets, sources])
  return [
    `${bold('Picket demo')}, ${seconds} s: ${stats.lines.read} lines, ${stats.sources} sources, ${detections} detections`,
    ...addresses.map(([what, address]) => `  ${what.padEnd(10)} ${address}`),
    '',
    levels.join('   '),
    '',
    ...beside(attackers.toString(), ports.toString()),
    '',
    dim('Ctrl-C ends it.'),
  ].join('\n')
}

/** One line a few seconds where there is no terminal. */
export function demoProgress({ seconds, stats, detections }: DemoFacts): string {
  const levels = stats.sourcesByLevel.flatMap((count, level) =>
    level > 0 && count > 0 ? [`${count} at level ${level}`] : [],
  )
  return `${seconds} s: ${stats.lines.read} lines, ${detections} detections, attackers: ${levels.length === 0 ? 'none yet' : levels.join(', ')}`
}

/** A part of the terminal that is drawn over and over. */
export class Screen {
  readonly #stream: CliIo['stdout']
  #lines = 0

  constructor(stream: CliIo['stdout']) {
    this.#stream = stream
  }

  draw(text: string): void {
    this.clear()
    this.#stream.write(`${text}\n`)
    const columns = this.#stream.columns ?? 80
    // A line that is wider than the terminal takes several of its lines.
    for (const line of text.split('\n'))
      this.#lines += Math.max(1, Math.ceil(visible(line) / columns))
  }

  /** Removes what was drawn, so that other output can take its place. */
  clear(): void {
    if (this.#lines > 0) this.#stream.write(`\u001b[${this.#lines}A\u001b[J`)
    this.#lines = 0
  }
}

function plainTable(head: string[]): Table.Table {
  return new Table({ head, style: { head: [], border: [], compact: true }, chars: NO_LINES })
}

/** Two blocks of text side by side; the left one's lines are all equally wide. */
function beside(left: string, right: string): string[] {
  const [a, b] = [left.split('\n'), right.split('\n')]
  const blank = ' '.repeat(Math.max(...a.map((line) => visible(line))))
  return Array.from({ length: Math.max(a.length, b.length) }, (_, i) =>
    `${a[i] ?? blank}    ${b[i] ?? ''}`.trimEnd(),
  )
}

// eslint-disable-next-line no-control-regex -- the escape character is what colours begin with
const visible = (text: string): number => text.replaceAll(/\u001b\[\d+m/g, '').length

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
}
