import pc from 'picocolors'
import { printable } from './text-parts.ts'

/** The state of a running processor's components, as `/api/v1/status` gives it, a line each. */
export function componentsText(status: object, color: boolean): string {
  const { components, version, startedAt, ready } = status as Record<string, unknown>
  const { green, red } = pc.createColors(color)
  const lines: string[] = []
  const facts = [
    typeof version === 'string' ? `picket v${version}` : 'picket',
    ...(typeof startedAt === 'string' ? [`running since ${startedAt}`] : []),
    ...(typeof ready === 'boolean' ? [ready ? green('ready') : red('not ready')] : []),
  ]
  lines.push(`[+] ${facts.join(', ')}`)
  for (const component of Array.isArray(components) ? (components as unknown[]) : []) {
    if (typeof component !== 'object' || component === null) continue
    const { kind, name, type, up, ...rest } = component as Record<string, unknown>
    const label = [word(kind), word(name), type === undefined ? '' : `(${word(type)})`]
      .filter((part) => part !== '')
      .join(' ')
    const state = typeof up === 'boolean' ? (up ? green('up') : red('down')) : ''
    const more = Object.entries(rest)
      .filter(([, value]) => value !== null && value !== undefined && typeof value !== 'object')
      .map(([key, value]) => `${key}: ${word(value)}`)
    lines.push(`    ${[`${label}: ${state}`.trimEnd(), ...more].join(', ')}`)
  }
  return `${lines.join('\n')}\n\n`
}

function word(value: unknown): string {
  return typeof value === 'string'
    ? printable(value)
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : ''
}
