import pc from 'picocolors'
import { csvRow } from '../report/csv.ts'
import { list, printable } from '../report/text-parts.ts'
import type { Advice, AdviceStep } from './advice.ts'
import type { Finding, Severity } from './finding.ts'
import type { FirewallKind } from './read.ts'
import { placeText } from './words.ts'

export interface FirewallAnswer {
  readonly kind: FirewallKind
  readonly findings: readonly Finding[]
  readonly advice: readonly Advice[]
}

/** No errors and no warnings. */
export function isClean(findings: readonly Finding[]): boolean {
  return findings.every(({ severity }) => severity === 'note')
}

/** `{version: 1, ok, kind, findings, advice}`, indented. */
export function answerJson({ kind, findings, advice }: FirewallAnswer): string {
  return `${JSON.stringify({ version: 1, ok: isClean(findings), kind, findings, advice }, null, 2)}\n`
}

const COLUMNS = [
  'id',
  'severity',
  'family',
  'hook',
  'chain',
  'file',
  'line',
  'handle',
  'message',
] as const

/** One finding a row, with a header. */
export function answerCsv({ findings }: FirewallAnswer): string {
  const rows = findings.map(
    ({ id, severity, family = '', hook = '', chain = '', place, message }) =>
      csvRow([
        id,
        severity,
        family,
        hook,
        chain,
        place?.file ?? '',
        place?.line ?? '',
        place?.handle ?? '',
        message,
      ]),
  )
  return [csvRow(COLUMNS), ...rows].join('')
}

export function answerText(answer: FirewallAnswer, options: { readonly color: boolean }): string {
  const { findings, advice, kind } = answer
  const lines = [`[+] Firewall: ${kind}`, '']
  for (const finding of findings) lines.push(...findingLines(finding, options.color))
  for (const one of advice) lines.push(...adviceLines(one))
  lines.push(isClean(findings) ? 'Firewall logging looks good' : `[-] ${counts(findings)}`)
  return list(lines)
}

const MARKS: Readonly<Record<Severity, string>> = { error: '[-]', warning: '[!]', note: '[*]' }

function findingLines(finding: Finding, color: boolean): string[] {
  const { red, yellow } = pc.createColors(color)
  const paint = { error: red, warning: yellow, note: String }[finding.severity]
  const { id, severity, family, chain, place } = finding
  const where = [
    chain,
    family === undefined ? undefined : { ip: 'IPv4', ip6: 'IPv6', inet: 'IPv4 and IPv6' }[family],
    place === undefined ? undefined : placeText(place),
  ].filter((part) => part !== undefined)
  const title = `${MARKS[severity]} ${severity}: ${id}`
  return [
    `${paint(title)}${where.length > 0 ? ` (${printable(where.join(', '))})` : ''}`,
    `    ${printable(finding.message)}`,
    '',
  ]
}

function adviceLines({ firewall, backup, steps }: Advice): string[] {
  return [
    `[+] For ${firewall}, as root (Picket changes no firewall):`,
    '    # First keep what is there:',
    ...backup.map((command) => `    ${command}`),
    ...steps.flatMap(stepLines),
    '',
  ]
}

function stepLines({ why, commands, lines = [] }: AdviceStep): string[] {
  return [
    `    # ${printable(why)}`,
    ...[...commands, ...lines].map((line) => `    ${printable(line)}`),
  ]
}

function counts(findings: readonly Finding[]): string {
  const count = (severity: Severity): number =>
    findings.filter((finding) => finding.severity === severity).length
  const parts = (['error', 'warning', 'note'] as const)
    .filter((severity) => count(severity) > 0)
    .map((severity) => `${count(severity)} ${severity}${count(severity) === 1 ? '' : 's'}`)
  return `Firewall logging needs work: ${parts.join(', ')}`
}
