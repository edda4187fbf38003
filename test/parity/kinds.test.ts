import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { picket } from '../helpers/cli.ts'
import { PsadFolder, psadText } from '../helpers/psad.ts'
import { hasTool } from '../helpers/tools.ts'
import { ip, tcp, times, udp } from './lines.ts'

const DST = '198.51.100.1'
const flags = (text: string) => (src: string) =>
  times(8, (i) => tcp({ src, dst: DST, dpt: 50_000 + i, flags: text }))

/** A scan, what psad's alert says of it, and the kind that Picket gives it. */
const CASES: readonly (readonly [string, (src: string) => string[], string, string])[] = [
  ['SYN', flags('SYN'), 'Nmap: -sT or -sS', 'syn'],
  [
    'SYN of an operating system',
    (src) => times(8, (i) => tcp({ src, dst: DST, dpt: 50_000 + i, len: 60 })),
    'Nmap: -sT or -sS',
    'connect',
  ],
  ['FIN', flags('FIN'), 'Nmap: -sF', 'fin'],
  ['NULL', flags(''), 'Nmap: -sN', 'null'],
  ['XMAS', flags('URG PSH FIN'), 'Nmap: -sX', 'xmas'],
  ['UDP', (src) => times(8, (i) => udp({ src, dst: DST, dpt: 50_000 + i })), 'Nmap: -sU', 'udp'],
  ['IP protocols', (src) => times(8, (i) => ip(90 + i, { src, dst: DST })), 'Nmap -sO', 'protocol'],
]

describe.skipIf(!hasTool('psad'))('the kind of a scan is what psad’s alert calls it', () => {
  const folder = new PsadFolder()
  let scanTypes = new Map<string, readonly string[]>()
  beforeAll(async () => {
    const log = CASES.flatMap(([, make], n) => make(`203.0.113.${n + 1}`)).join('\n') + '\n'
    const input = folder.write('input.log', log)
    await psadText(input, folder.conf({}), '--analysis-write-data')
    const { stdout } = picket(['analyze', '--profile', 'psad', '--format', 'json', input])
    const { sources } = JSON.parse(stdout) as {
      sources: { source: string; scanTypes: string[] }[]
    }
    scanTypes = new Map(sources.map((source) => [source.source, source.scanTypes]))
  })
  afterAll(() => folder.remove())

  test.each(CASES.map((one, n) => [one[0], n] as const))('%s', (_, n) => {
    const [, , words, kind] = CASES[n]!
    const source = `203.0.113.${n + 1}`
    const alert = readFileSync(
      join(folder.path, 'log/ipt_analysis', source, `${DST}_email_alert`),
      'utf8',
    )
    expect(alert).toContain(words)
    expect(scanTypes.get(source)).toEqual([kind])
  })
})
