import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, test } from 'vitest'
import { parseLine } from '../../../src/core/index.ts'
import { parseAddressText } from '../../../src/core/address.ts'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const folder = join(
  resolve(root, process.env['PICKET_FIXTURES'] ?? '../shared/fixtures'),
  'flavours',
)
const there = existsSync(folder)
if (!there) console.warn(`Skipped: no fixtures at ${folder} (set PICKET_FIXTURES).`)

const REFERENCE = Date.UTC(2026, 10, 1) / 1000
const linesOf = (name: string): string[] =>
  readFileSync(join(folder, `${name}.log`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')

const expected: Record<string, Record<string, unknown>> = there
  ? (JSON.parse(readFileSync(join(folder, 'first-line-expected.json'), 'utf8')) as Record<
      string,
      Record<string, unknown>
    >)
  : {}

const NO_PACKETS = new Set(['negatives-kernel', 'corrupt-src', 'truncated'])

const words = (address: unknown): unknown => {
  const out = new Int32Array(4)
  return parseAddressText(String(address), out) ? [...out] : address
}

describe.skipIf(!there)('the first line of each flavour', () => {
  test.each(Object.keys(expected).filter((name) => !NO_PACKETS.has(name)))(
    '%s gives the fields that it has',
    (name) => {
      const packet = parseLine(linesOf(name)[0] ?? '', {
        reference: REFERENCE,
      }) as unknown as Record<string, unknown>
      expect(packet['result']).toBe('packet')
      for (const [key, value] of Object.entries(expected[name] ?? {})) {
        if (key === 'src' || key === 'dst') expect(words(packet[key]), key).toEqual(words(value))
        else if (key === 'flags')
          expect([...(packet[key] as string[])].sort(), key).toEqual(
            [...(value as string[])].sort(),
          )
        else expect(packet[key], key).toEqual(value)
      }
    },
  )
})

describe.skipIf(!there)('every line of each flavour', () => {
  const files = there ? readdirSync(folder).filter((name) => name.endsWith('.log')) : []
  test.each(files.map((name) => name.replace('.log', '')).filter((name) => !NO_PACKETS.has(name)))(
    '%s has packets only, but for what is known to be none',
    (name) => {
      for (const line of linesOf(name)) {
        const { result } = parseLine(line, { reference: REFERENCE })
        const isOdd = line.includes('] XX=') || line.includes('login failure')
        if (!isOdd) expect(`${result}: ${line}`).toBe(`packet: ${line}`)
      }
    },
  )

  it('kernel lines that are no packets are not packets, and not damaged ones', () => {
    for (const line of linesOf('negatives-kernel'))
      expect(parseLine(line).result).toBe('not-a-packet')
  })

  test.each(['corrupt-src', 'truncated'])('%s is malformed', (name) => {
    for (const line of linesOf(name)) expect(parseLine(line)).toMatchObject({ result: 'malformed' })
  })

  it('a line whose IN= is lost is malformed, a login failure is no packet', () => {
    expect(linesOf('iptables-crowdsec-edge').map((line) => parseLine(line).result)).toEqual([
      'packet',
      'packet',
      'malformed',
      'packet',
    ])
    expect(linesOf('mikrotik').map((line) => parseLine(line).result)).toEqual([
      'packet',
      'packet',
      'not-a-packet',
      'packet',
      'packet',
      'packet',
      'packet',
    ])
  })
})
