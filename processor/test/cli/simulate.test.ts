import { mkdtempSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { BoundedFile } from '../../src/cli/bounded-file.ts'
import { simulateCommand } from '../../src/cli/commands/simulate.ts'
import type { CliIo } from '../../src/cli/io.ts'
import { runCommand } from '../../src/cli/program.ts'
import { createSimulator } from '../../src/simulator/index.ts'
import { VirtualClock } from '../helpers/virtual-clock.ts'
import { picket } from './fake-io.ts'

const START = Date.UTC(2026, 0, 1)

/** Runs the command on a clock that does not wait. */
async function simulate(
  words: readonly string[],
  { clock = new VirtualClock(START), stopped = new AbortController().signal } = {},
): Promise<{ readonly stdout: string; readonly cwd: string }> {
  const cwd = mkdtempSync(join(tmpdir(), 'picket-simulate-'))
  let stdout = ''
  const collect = (): Writable =>
    new Writable({
      write(chunk: Buffer, _, done) {
        stdout += chunk.toString()
        done()
      },
    })
  const io: CliIo = {
    stdin: Readable.from([]),
    stdout: collect(),
    stderr: collect(),
    env: {},
    cwd,
    exit: () => undefined,
    stopped,
    onReload: () => undefined,
  }
  await runCommand(simulateCommand(io, clock), ['simulate', ...words], io)
  return { stdout, cwd }
}

const linesOf = (text: string): string[] => text.split('\n').slice(0, -1)

describe('picket simulate', () => {
  test('writes the simulator’s lines to standard output, each once, in order', async () => {
    const { stdout } = await simulate(['--for', '20s', '--rate', '50', '--seed', '7'])
    const expected = createSimulator({ rate: 50, seed: 7, start: START }).next(START + 20_000)
    expect(linesOf(stdout)).toEqual(expected.map(({ line }) => line))
    expect(expected.length).toBeGreaterThan(1000)
  })

  test('its lines are such as analyze finds the attackers in', async () => {
    const { stdout } = await simulate(['--for', '60s'])
    const { stdout: report } = await picket(['analyze', '--format', 'json', '-'], { stdin: stdout })
    const { lines, dangerLevels } = JSON.parse(report) as {
      lines: { skipped: { malformed: number } }
      dangerLevels: Record<string, number>
    }
    expect(lines.skipped.malformed).toBe(0)
    for (const level of [1, 2, 3, 4]) expect(dangerLevels[level]).toBeGreaterThan(0)
  })

  test('appends to a file, which keeps to its size with one older beside it', async () => {
    const { stdout, cwd } = await simulate([
      '--for',
      '60s',
      '--out',
      'fw.log',
      '--max-size',
      '64KiB',
    ])
    expect(stdout).toBe('')
    expect(readdirSync(cwd).sort()).toEqual(['fw.log', 'fw.log.1'])
    for (const name of readdirSync(cwd)) {
      const path = join(cwd, name)
      expect(statSync(path).size).toBeLessThanOrEqual(64 * 1024)
      for (const line of linesOf(readFileSync(path, 'utf8')))
        expect(line).toMatch(/^2026-01-01T.* kernel: /)
    }
  })

  test('ends when it is stopped, with what had come up to then', async () => {
    const stopping = new AbortController()
    const clock = new VirtualClock(START)
    clock.at(START + 5000, () => stopping.abort())
    const { stdout } = await simulate([], { clock, stopped: stopping.signal })
    const last = linesOf(stdout).at(-1) ?? ''
    expect(Date.parse(last.slice(0, 29))).toBeGreaterThan(START + 4000)
    expect(Date.parse(last.slice(0, 29))).toBeLessThan(START + 5001)
  })

  test.each([
    [['--rate', '0'], '1 or more'],
    [['--max-size', '1KiB'], '64KiB or more'],
    [['--for', 'soon'], 'a duration'],
  ])('refuses %s', async (words, expected) => {
    const { stderr, code } = await picket(['simulate', ...words])
    expect(stderr).toContain(expected)
    expect(code).toBe(2)
  })

  test('a folder that is not there is said in a line', async () => {
    const { stderr, code } = await picket(['simulate', '--out', 'none/fw.log', '--for', '1s'])
    expect(stderr).toMatch(/^picket: .*none\/fw\.log: no such file\n$/)
    expect(code).toBe(1)
  })
})

describe('a bounded file', () => {
  const fresh = (): string => join(mkdtempSync(join(tmpdir(), 'picket-bounded-')), 'a.log')

  test('loses no line between the file and the one before it', async () => {
    const path = fresh()
    const file = new BoundedFile(path, 100)
    const lines = Array.from({ length: 12 }, (_, i) => `line ${String(i).padStart(4, '0')}`)
    await file.append(lines.slice(0, 5))
    await file.append(lines.slice(5))
    expect(linesOf(readFileSync(`${path}.1`, 'utf8') + readFileSync(path, 'utf8'))).toEqual(lines)
  })

  test('takes a line that is larger than the file may be, alone', async () => {
    const path = fresh()
    const file = new BoundedFile(path, 10)
    await file.append(['short', 'far too long for it', 'end'])
    expect(readFileSync(path, 'utf8')).toBe('end\n')
    expect(readFileSync(`${path}.1`, 'utf8')).toBe('far too long for it\n')
  })

  test('begins anew when somebody else moved it away', async () => {
    const path = fresh()
    const file = new BoundedFile(path, 100)
    await file.append(['one'])
    renameSync(path, `${path}.old`)
    await file.append(['two'])
    expect(readFileSync(path, 'utf8')).toBe('two\n')
  })
})
