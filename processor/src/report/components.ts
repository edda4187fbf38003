import pc from 'picocolors'
import { printable } from './text-parts.ts'

/** The state of a running processor's components, as `/api/v1/status` gives it, a line each. */
export function componentsText(status: object, color: boolean): string {
  const { components, features, process, version, startedAt, ready } = status as Record<
    string,
    unknown
  >
  const { green, red } = pc.createColors(color)
  const lines: string[] = []
  const facts = [
    typeof version === 'string' ? `picket v${version}` : 'picket',
    ...(typeof startedAt === 'string' ? [`running since ${startedAt}`] : []),
    ...(typeof ready === 'boolean' ? [ready ? green('ready') : red('not ready')] : []),
  ]
  lines.push(`[+] ${facts.join(', ')}`)
  if (isRecord(process)) lines.push(`    process: ${processFacts(process).join(', ')}`)
  for (const component of Array.isArray(components) ? (components as unknown[]) : []) {
    if (!isRecord(component)) continue
    const { kind, name, type, up, ...rest } = component
    const label = [word(kind), word(name), type === undefined ? '' : `(${word(type)})`]
      .filter((part) => part !== '')
      .join(' ')
    const state = typeof up === 'boolean' ? (up ? green('up') : red('down')) : ''
    const more = Object.entries(rest)
      .filter(([, value]) => value !== null && value !== undefined && typeof value !== 'object')
      .map(([key, value]) => `${key}: ${word(value)}`)
    lines.push(`    ${[`${label}: ${state}`.trimEnd(), ...more].join(', ')}`)
  }
  for (const feature of Array.isArray(features) ? (features as unknown[]) : []) {
    if (!isRecord(feature)) continue
    const detail = typeof feature['detail'] === 'string' ? `, ${printable(feature['detail'])}` : ''
    lines.push(`    ${word(feature['name'])}: ${feature['on'] === true ? `on${detail}` : 'off'}`)
  }
  return `${lines.join('\n')}\n\n`
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** As psad's status: pid, time, processor time and memory of the process. */
function processFacts(process: Record<string, unknown>): string[] {
  const { pid, upSeconds, cpuSeconds, memoryBytes, node } = process
  return [
    ...(typeof pid === 'number' ? [`pid ${pid}`] : []),
    ...(typeof upSeconds === 'number' ? [`up ${upSeconds} s`] : []),
    ...(typeof upSeconds === 'number' && typeof cpuSeconds === 'number' && upSeconds > 0
      ? [`CPU ${((cpuSeconds / upSeconds) * 100).toFixed(1)} %`]
      : []),
    ...(typeof memoryBytes === 'number' ? [`memory ${Math.round(memoryBytes / 2 ** 20)} MiB`] : []),
    ...(typeof node === 'string' ? [`Node ${printable(node)}`] : []),
  ]
}

function word(value: unknown): string {
  return typeof value === 'string'
    ? printable(value)
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : ''
}
