import type { Problems } from './problems'
import type { DetectionOptions } from '../types'

/** How the detection core judges raw lines: plain data, what goes to the worker. */
export interface DetectionSettings {
  readonly profile: 'picket' | 'psad'
  readonly homeNet: readonly string[]
  /** undefined: the core's own. */
  readonly dangerLevels: readonly [number, number, number, number, number] | undefined
  readonly ignoreNetworks: readonly string[]
  readonly ignorePorts: readonly string[]
}

/** The panel's options as the core takes them; what is wrong is named and left out. */
export function readDetectionSettings(
  options: Partial<Record<keyof DetectionOptions, unknown>> | undefined,
  problems: Problems,
): DetectionSettings {
  const pick = (name: keyof DetectionOptions, isRight: (text: string) => boolean): string[] =>
    wordsOf(options?.[name]).filter((word) => {
      if (isRight(word)) return true
      problems.add('bad-option', name, word)
      return false
    })
  const homeNet = pick('homeNet', (word) => word.toLowerCase() === 'any' || isNetwork(word))
  return {
    profile: options?.profile === 'psad' ? 'psad' : 'picket',
    homeNet: homeNet.length > 0 ? homeNet : ['any'],
    dangerLevels: levelsOf(options?.dangerLevels, problems),
    ignoreNetworks: pick('ignoreSources', isNetwork),
    ignorePorts: pick('ignorePorts', isPorts),
  }
}

const MOST_WORDS = 1000

function wordsOf(value: unknown): readonly string[] {
  if (typeof value !== 'string') return []
  return value
    .split(/[\s,;]+/)
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS)
}

function levelsOf(value: unknown, problems: Problems): DetectionSettings['dangerLevels'] {
  const words = wordsOf(value)
  if (words.length === 0) return undefined
  const [one, two, three, four, five, ...more] = words.map(Number)
  const isRising = words.every(
    (word, i) => /^\d{1,9}$/.test(word) && Number(word) > Number(words[i - 1] ?? 0),
  )
  if (
    isRising &&
    one !== undefined &&
    two !== undefined &&
    three !== undefined &&
    four !== undefined &&
    five !== undefined &&
    more.length === 0
  )
    return [one, two, three, four, five]
  problems.add('bad-option', 'dangerLevels', words.join(', '))
  return undefined
}

/** An address or a network in CIDR form. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/')
  if (more.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return false
  const width = bits === undefined ? 0 : Number(bits)
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(address))
    return width <= 32 && address.split('.').every((part) => Number(part) <= 255)
  return /^[0-9a-f:.]+$/i.test(address) && address.includes(':') && width <= 128
    ? URL.canParse(`http://[${address}]/`)
    : false
}

/** `tcp/80`, `udp/1000-2000`, or `22` for both. */
function isPorts(text: string): boolean {
  const match = /^(?:(?:tcp|udp)\/)?(\d{1,5})(?:-(\d{1,5}))?$/i.exec(text)
  if (match === null) return false
  const low = Number(match[1])
  const high = Number(match[2] ?? match[1])
  return low <= high && high <= 65_535
}
