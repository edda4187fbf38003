import { Document, isMap, isScalar, isSeq, Scalar } from 'yaml'
import type { CarriedSetting } from './carry.ts'
import { isPicketDefault } from './defaults.ts'

export interface YamlOptions {
  /** The psad.conf, as the user named it. */
  readonly file: string
  /** Also what Picket does anyway. */
  readonly all: boolean
  /** `detection.profile`, if it is to be set. */
  readonly profile?: string | undefined
}

/** Groups in the order of the reference. */
const ORDER = [
  'homeNet',
  'time',
  'detection',
  'signatures',
  'fingerprints',
  'tables',
  'autoDl',
  'report',
  'limits',
  'sources',
]

/** A picket.yaml of what was carried over; each key has a comment that names the keys of the psad.conf. */
export function picketYaml(settings: readonly CarriedSetting[], options: YamlOptions): string {
  const wanted = settings
    .filter(({ path, value }) => options.all || !isPicketDefault(path, value))
    .sort((a, b) => rank(a.path) - rank(b.path))
  const document = new Document({})
  if (options.profile !== undefined) {
    document.setIn(['detection', 'profile'], options.profile)
    comment(document, ['detection', 'profile'], '--profile')
  }
  for (const { path, value, keys, place } of wanted) {
    const keyPath = path.split('.')
    document.setIn(keyPath, document.createNode(value))
    style(document.getIn(keyPath, true))
    comment(
      document,
      keyPath,
      `${spoken(keys)}, line ${place.line}${place.file === options.file ? '' : ` of ${place.file}`}`,
    )
  }
  const head = [
    `# Made of ${options.file} by \`picket config import\`. A comment names the keys that a value comes of.`,
    ...(settings.some(({ path }) => path === 'sources')
      ? []
      : [
          '# sources: where lines come from, which `picket run` needs, as in',
          '#   - { type: loki, url: http://loki:3100, query: \'{job="firewall"}\' }',
        ]),
    ...(wanted.length === 0 && options.profile === undefined
      ? ['# Everything carried over is Picket’s default.']
      : []),
  ].join('\n')
  const body =
    isMap(document.contents) && document.contents.items.length === 0
      ? ''
      : document.toString({ lineWidth: 0, flowCollectionPadding: false, singleQuote: true })
  return `${head}\n${body}`
}

function rank(path: string): number {
  const at = ORDER.indexOf(path.split('.', 1)[0]!)
  return at === -1 ? ORDER.length : at
}

/** Short lists of plain values stand in one line. */
function style(node: unknown): void {
  if (!isSeq(node)) return
  node.flow =
    node.items.length > 0 &&
    node.items.every((item) => isScalar(item)) &&
    JSON.stringify(node.toJSON()).length <= 60
  if (node.items.length === 0) node.flow = true
}

/** A comment above the key. */
function comment(document: Document, path: readonly string[], text: string): void {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  if (!isMap(parent)) return
  const pair = parent.items.find(({ key }) => (isScalar(key) ? key.value : key) === path.at(-1))
  if (pair === undefined) return
  const key = isScalar(pair.key) ? pair.key : new Scalar(pair.key)
  key.commentBefore = ` ${text}`
  pair.key = key
}

/** `DANGER_LEVEL1, …, DANGER_LEVEL5`: the ends of a long list say enough. */
function spoken(keys: readonly string[]): string {
  return keys.length > 3 ? `${keys[0]} to ${keys.at(-1)}` : keys.join(', ')
}
