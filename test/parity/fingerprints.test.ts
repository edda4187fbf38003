import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { picket } from '../helpers/cli.ts'
import { fixtures, withoutFixtures } from '../helpers/fixtures.ts'
import { PsadFolder, psadText, systemsOf } from '../helpers/psad.ts'
import type { PsadSystems } from '../helpers/psad.ts'
import { formsOf, synLog } from '../helpers/syn-log.ts'
import { hasTool } from '../helpers/tools.ts'

const POSSIBLE = ' (possible)'
const P0F = '/etc/psad/pf.os'
const POSF = '/etc/psad/posf'
const folder = join(fixtures, 'datasets/psad-scans')
const captures =
  withoutFixtures === undefined ? readdirSync(folder).filter((name) => name.endsWith('.gz')) : []
if (withoutFixtures !== undefined) console.warn(`Skipped: ${withoutFixtures}`)

/** A label of psad in Picket's words. */
function shown(label: string, kind: PsadSystems['kind']): string {
  if (kind === 'posf') return `${label} (likely)`
  const [genre = '', version = '', subtype = ''] = label.split(':').map((part) => part.trim())
  const text = [genre.replace(/^[@*]/, ''), version, subtype]
    .filter((part) => part !== '')
    .join(' ')
  return genre.startsWith('@') ? text + POSSIBLE : text
}

function expectedOf(text: string): Record<string, string[]> {
  return Object.fromEntries(
    [...systemsOf(text)].map(([source, { kind, labels }]) => {
      const texts = new Set(labels.map((label) => shown(label, kind)))
      // Said twice, once surely: Picket says it once.
      const sure = [...texts].filter(
        (text) => !(text.endsWith(POSSIBLE) && texts.has(text.slice(0, -POSSIBLE.length))),
      )
      return [source, sure.sort()]
    }),
  )
}

/** psad's words about a log, with no rules. */
async function psadAnalyze(log: string): Promise<string> {
  const folder = new PsadFolder({ signatures: '', 'input.log': log })
  try {
    return await psadText(`${folder.path}/input.log`, folder.conf({ SIGS_FILE: '@signatures' }))
  } finally {
    folder.remove()
  }
}

async function compare(log: string): Promise<number> {
  const theirs = expectedOf(await psadAnalyze(log))
  const result = picket(
    [
      'analyze',
      ...['--profile', 'psad', '--format', 'json'],
      ...['--set', 'signatures.builtin=false'],
      ...['--set', `fingerprints.files.0=${P0F}`, '--set', `fingerprints.posfFiles.0=${POSF}`],
      '-',
    ],
    { input: log },
  )
  expect(result.stderr).toBe('')
  expect(result.status).toBe(0)
  const { sources } = JSON.parse(result.stdout) as { sources: { source: string; os: string[] }[] }
  const ours = sources.filter(({ os }) => os.length > 0)
  expect(Object.fromEntries(ours.map(({ source, os }) => [source, [...os].sort()]))).toEqual(theirs)
  return ours.length
}

describe.skipIf(!hasTool('psad') || !existsSync(P0F) || !existsSync(POSF))(
  "with psad's fingerprint files, each source has the systems that psad says",
  () => {
    test.each(captures)('in %s', async (name) => {
      await compare(gunzipSync(readFileSync(join(folder, name))).toString())
    })

    test.each([1, 11, 21, 31])(
      'in ten generated logs of SYNs, from seed %i',
      { timeout: 120_000 },
      async (first) => {
        const forms = formsOf(P0F)
        let known = 0
        for (let seed = first; seed < first + 10; seed++)
          known += await compare(synLog(forms, seed))
        // What they agree on is not silence.
        expect(known).toBeGreaterThan(100)
      },
    )
  },
)
