import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { picket } from '../helpers/cli.ts'
import { fixtures, withoutFixtures } from '../helpers/fixtures.ts'
import { psadAnalyze } from '../helpers/psad.ts'
import { hasTool } from '../helpers/tools.ts'

const folder = join(fixtures, 'datasets/psad-scans')
const files =
  withoutFixtures === undefined ? readdirSync(folder).filter((name) => name.endsWith('.gz')) : []
if (withoutFixtures !== undefined) console.warn(`Skipped: ${withoutFixtures}`)

interface ReportLike {
  readonly attackers: readonly { source: string; dangerLevel: number; packets: number }[]
  readonly prefixes: Record<string, number>
}

/** One spelling of an address for both. */
const canonical = (address: string): string =>
  address.includes(':')
    ? address
        .toLowerCase()
        .split(':')
        .map((group) => group.replace(/^0+(?=.)/, ''))
        .join(':')
        .replace(/(?:^|:)0(?::0)+(?::|$)/, '::')
    : address

describe.skipIf(files.length === 0 || !hasTool('psad'))(
  'with psad and no signatures, on its own captures',
  () => {
    test.each(files)('%s has the levels and packets of every source', (name) => {
      const log = gunzipSync(readFileSync(join(folder, name)))
      const theirs = psadAnalyze(log)
      const result = picket(
        [
          'analyze',
          '--profile',
          'psad',
          '--set',
          'signatures.builtin=false',
          '--format',
          'json',
          '-',
        ],
        { input: log },
      )
      expect(result.stderr).toBe('')
      expect(result.status).toBe(0)
      const ours = JSON.parse(result.stdout) as ReportLike
      const plain = (list: ReportLike['attackers']): unknown[] =>
        list
          .map(
            ({ source, dangerLevel, packets }) =>
              `${canonical(source)} level ${dangerLevel} packets ${packets}`,
          )
          .sort()
      expect(plain(ours.attackers)).toEqual(plain(theirs.attackers))
      expect(ours.prefixes).toEqual(theirs.prefixes)
    })
  },
)
