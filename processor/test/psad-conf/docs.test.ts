import { format, resolveConfig } from 'prettier'
import { expect, test } from 'vitest'
import { PSAD_KEYS } from '../../src/psad-conf/table.ts'
import type { Carried, Fate, NotCarried } from '../../src/psad-conf/fate.ts'

const PAGE = '../../../docs/from-psad-conf.md'

const INTRO = `# From a psad.conf

\`picket config import /etc/psad/psad.conf > picket.yaml\` prints a configuration that does what the psad.conf does, and says of every key
on standard error whether it was carried over, where to, or why not (\`--report FILE\` writes that to a file, \`--override FILE\` reads
files that come before, as \`psad -O\`). \`--psad-conf FILE\` runs \`analyze\`, \`run\`, \`parse\` and \`backfill\` with one directly; \`--set\` and other options go over it.

With \`--profile psad\` the answer is that of \`psad -A\` under the same file; without it Picket judges as [it does](profiles.md), by the thresholds of the file.
Nothing is guessed: a value that cannot be used is told of with file, line and column, and left out by the import; \`--psad-conf\`
refuses the file (exit 2). Lines that psad passes over in silence, second definitions of a key and unknown keys are told of as well. A path is carried over
if something is there. \`ENABLE_X YES\` means yes here; psad acts on an upper-case \`Y\` alone.

In the last column: does a report of \`psad -A\` depend on the key? Where it does, a test compares both programs under a psad.conf with that key changed.
This page is written by \`npm run test:update\`.
`

test('docs/from-psad-conf.md is up to date (npm run test:update writes it)', async () => {
  const text = [INTRO, ...PSAD_KEYS.map(section)].join('\n')
  const options = await resolveConfig(import.meta.filename)
  await expect(await format(text, { ...options, parser: 'markdown' })).toMatchFileSnapshot(PAGE)
})

function section({ title, fates }: { title: string; fates: readonly Fate[] }): string {
  const carried = fates.filter((fate): fate is Carried => 'to' in fate)
  const left = fates.filter((fate): fate is NotCarried => 'not' in fate)
  return [
    `## ${title}\n`,
    ...(carried.length === 0
      ? []
      : [table(['key', 'becomes', 'how', 'seen in `psad -A`'], carried.map(carriedRow))]),
    ...(left.length === 0
      ? []
      : [
          table(
            ['not carried over', 'because'],
            left.map((fate) => [keys(fate), fate.not]),
          ),
        ]),
  ].join('\n')
}

function carriedRow(fate: Carried): string[] {
  const { to, how, shown } = fate
  return [
    keys(fate),
    to.map((path) => `\`${path}\``).join(', '),
    how,
    shown === true ? 'yes' : `no: ${shown}`,
  ]
}

function keys(fate: Fate): string {
  return fate.keys
    .map((key) => `\`${key.replace('#', '1')}\`${key.endsWith('#') ? ' and on' : ''}`)
    .join(', ')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`
}
