import { describe, expect, test } from 'vitest'
import { picket } from '../helpers/cli.ts'
import { withoutFixtures } from '../helpers/fixtures.ts'
import { captures } from './corpus.ts'
import { DIFFERENCES } from './differences.ts'

const INTRODUCTION = `# Where the psad profile differs from psad

\`picket analyze --profile psad\` answers as \`psad -A\` 2.4.6 does: danger levels, packets, scanned ports, signatures with their
counts and sources, prefix and protocol counters, invalid ICMP and guesses at systems are compared with the real psad over
several hundred logs by hand, generated logs, psad's own captures and whole logs of years (\`test/parity\`). What may differ is this list and
nothing else: a difference that no entry explains fails the tests, and so does an entry that explains none. Quirks (Q) are
numbered as in the description of psad's behaviour.

In the psad profile rules count as psad counts them: those with psad's own sids, and those of files that the operator names, at level 2
unless they say otherwise. Picket's own notes are left out.
`

test('docs/psad-differences.md lists each difference (npm run test:update writes it)', async () => {
  const entries = DIFFERENCES.map(
    ({ id, title, psad, picket: ours, direction }) =>
      `## ${id}: ${title}\n\n- psad: ${psad}\n- Picket: ${ours}\n- Direction: ${direction}.\n`,
  )
  await expect([INTRODUCTION, ...entries].join('\n')).toMatchFileSnapshot(
    '../../docs/psad-differences.md',
  )
})

/** From psad's answers to those of the default profile, a step for each cause. */
const STEPS = [
  {
    cause:
      'packets that psad cannot read, ICMPv6 types it takes for invalid, SYNs with ECN, port 0',
    args: [
      '--set',
      'detection.persistence=true',
      '--set',
      'detection.replyRule=false',
      '--set',
      'detection.verdicts.drop.0=.*',
    ],
  },
  {
    cause: 'accepted and audited packets count towards no threshold',
    args: ['--set', 'detection.persistence=true', '--set', 'detection.replyRule=false'],
  },
  { cause: 'late UDP answers are no scan', args: ['--set', 'detection.persistence=true'] },
  { cause: 'a scan ends after an hour of silence', args: [] },
] as const

function levels(log: string, args: readonly string[]): Map<string, number> {
  const { stdout, status } = picket(['analyze', '--format', 'json', ...args, '-'], { input: log })
  expect(status).toBe(0)
  const { attackers } = JSON.parse(stdout) as {
    attackers: { source: string; dangerLevel: number }[]
  }
  return new Map(attackers.map(({ source, dangerLevel }) => [source, dangerLevel]))
}

/** Sources whose level rises and falls from one answer to the next. */
function changes(before: Map<string, number>, after: Map<string, number>): string {
  let up = 0
  let down = 0
  for (const source of new Set([...before.keys(), ...after.keys()])) {
    const difference = (after.get(source) ?? 0) - (before.get(source) ?? 0)
    if (difference > 0) up++
    else if (difference < 0) down++
  }
  return up + down === 0 ? '0' : `+${up} -${down}`
}

describe.skipIf(withoutFixtures !== undefined)('docs/profile-changes.md', () => {
  test('counts what the default profile changes, by cause', { timeout: 600_000 }, async () => {
    const sets = [
      ['psad’s captures', captures('psad-scans').map(({ log }) => log)],
      [
        'sotm34',
        captures('sotm34')
          .filter(({ name }) => name.startsWith('iptables'))
          .map(({ log }) => log),
      ],
      ['ufw-vps-2022', captures('ufw-vps-2022').map(({ log }) => log)],
    ] as const
    const columns = sets.map(([, logs]) => {
      const steps = logs.map((log) =>
        [['--profile', 'psad'], ...STEPS.map(({ args }) => [...args])].map((args) =>
          levels(log, args),
        ),
      )
      const total = (step: number): string => {
        const all = steps.map((answers) => changes(answers[step]!, answers[step + 1]!))
        const sum = (sign: string): number =>
          all.reduce((n, text) => n + Number(new RegExp(`\\${sign}(\\d+)`).exec(text)?.[1] ?? 0), 0)
        const [up, down] = [sum('+'), sum('-')]
        return up + down === 0 ? '0' : `+${up} -${down}`
      }
      const attackers = (step: number): number =>
        steps.reduce((n, answers) => n + answers.at(step)!.size, 0)
      return [String(attackers(0)), ...STEPS.map((_, step) => total(step)), String(attackers(-1))]
    })
    const rows = [
      'attackers in the psad profile',
      ...STEPS.map(({ cause }) => cause),
      'attackers in the default profile',
    ].map((title, i) => `| ${title} | ${columns.map((column) => column[i]).join(' | ')} |`)
    const text = [
      '# What the default profile changes',
      '',
      'Both profiles have psad’s thresholds and levels. Sources whose danger level rises (+) or falls (-) from the psad profile to the',
      'default one, by cause, one after the other, on psad’s own captures and two real logs (`npm run test:update` counts again):',
      '',
      `| cause | ${sets.map(([name]) => name).join(' | ')} |`,
      '| --- | --- | --- | --- |',
      ...rows,
      '',
    ].join('\n')
    await expect(text).toMatchFileSnapshot('../../docs/profile-changes.md')
  })
})
