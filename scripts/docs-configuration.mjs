// docs/configuration.md, made from the JSON schema of the configuration.
import { EXAMPLES } from './docs-configuration-examples.mjs'

const INTRODUCTION = `# Configuration

Every key of \`picket.yaml\`, made from the schema that Picket checks it with. The same, for editors, is printed by \`picket config schema\`; a first line

\`\`\`yaml
# yaml-language-server: $schema=./picket.schema.json
\`\`\`

in \`picket.yaml\` lets editors complete and explain keys.

Without \`--config FILE\`, Picket reads \`./picket.yaml\`, else \`/etc/picket/picket.yaml\`. A value is taken from, first to last: \`--set key.path=value\` and other
options of the command line, the environment variable, the file, the default. Unknown keys are errors; all problems are told together, each with its line.
\`picket config check\` prints the configuration as it takes effect, and with \`--online\` asks every input and sink whether it can be used.

## How values are written

- A **duration** is a number with a unit: \`500ms\`, \`5s\`, \`10m\`, \`1h\`, \`30d\`. Only 0 needs no unit.
- A **file** is a path, relative to the working folder of the process. Secrets can be read from files: \`tokenFile\` instead of \`token\`, \`passwordFile\` instead of
  \`password\`; they are read again when the other side answers 401.
- An **environment variable** is \`PICKET_\` and the path of the key in capitals, with \`__\` between levels: \`sources.0.url\` is \`PICKET_SOURCES__0__URL\`. The 0 is the
  place in the list. What it holds is read as YAML, so a list is \`PICKET_HOMENET='[192.0.2.0/24, 2001:db8::/32]'\`; one word is a list of one.
- A running Picket takes a changed file in on SIGHUP. What is wrong is refused and said, and the old configuration stays.
`

/** Lists of components: the example's place in the list is 0. */
const LISTS = {
  sources: { title: 'Inputs', one: 'input' },
  sinks: { title: 'Sinks', one: 'sink' },
}

/** The page as Markdown. Throws if an example is missing, or is of a section that there is not. */
export function configurationPage(schema) {
  const sections = Object.entries(schema.properties)
  const alone = sections.filter(([, { type, items }]) => type !== 'object' && !isGroupList(items))
  const groups = sections.filter(([name]) => !alone.some(([other]) => other === name))
  const shared = sharedKeys(schema)
  const used = new Set()
  const example = (name) => {
    used.add(name)
    if (EXAMPLES[name] === undefined) throw new Error(`${name} has no example`)
    return `\`\`\`yaml\n${EXAMPLES[name].trim()}\n\`\`\`\n`
  }

  const parts = [INTRODUCTION, '## At the top', table(alone, []), example('top')]
  for (const [name, group] of groups) {
    const list = LISTS[name]
    if (list === undefined) {
      const isList = group.type === 'array'
      parts.push(`## \`${name}\``, group.description)
      parts.push(table(...keysOf(isList ? group.items : group, isList ? [name, '0'] : [name])))
      parts.push(example(name))
      continue
    }
    parts.push(`## ${list.title}: \`${name}\``, group.description)
    parts.push(`Each has a \`type\`; \`name\` may be left out, and is the type then.`)
    for (const kind of group.items.oneOf) {
      const type = kind.properties.type.const
      const own = Object.entries(kind.properties).filter(
        ([key]) => key !== 'type' && !shared.has(key),
      )
      parts.push(`### ${list.one} \`${type}\``, table(own, [name, '0'], kind.required))
      if (hasAll(kind, shared))
        parts.push(`And the keys of [every connection](#every-connection-over-http).`)
      parts.push(example(`${name}.${type}`))
    }
  }
  const connection = Object.entries(schema.properties.sources.items.oneOf[0].properties).filter(
    ([key]) => shared.has(key),
  )
  parts.push('## Every connection over HTTP', CONNECTION)
  parts.push(table(...keysOf({ properties: Object.fromEntries(connection) }, ['sources', '0'])))
  parts.push(example('connection'))

  const spare = Object.keys(EXAMPLES).filter((name) => !used.has(name))
  if (spare.length > 0) throw new Error(`examples of no section: ${spare.join(', ')}`)
  return `${parts.join('\n\n')}\n`
}

const CONNECTION =
  'Inputs and sinks over HTTP share these keys. The variables are those of the first input; for a sink it is `SINKS` in place of `SOURCES`.'

const isGroupList = (items) => items?.type === 'object' || items?.oneOf !== undefined

/** Keys that every component with a `tenant`, that is every one over HTTP, has in the very same form. */
function sharedKeys({ properties: { sources, sinks } }) {
  const kinds = [...sources.items.oneOf, ...sinks.items.oneOf].filter(
    ({ properties }) => properties.tenant !== undefined,
  )
  const [first, ...others] = kinds.map(({ properties }) => properties)
  const same = Object.keys(first).filter(
    (key) =>
      !['type', 'name', 'url'].includes(key) &&
      others.every((other) => JSON.stringify(other[key]) === JSON.stringify(first[key])),
  )
  return new Set(same)
}

const hasAll = ({ properties }, keys) => [...keys].every((key) => properties[key] !== undefined)

/** The keys of a group and of the groups in it: `[keys, path, required]`, keys with their path from the group. */
function keysOf(group, path) {
  const keys = []
  const visit = ({ properties, required = [] }, prefix) => {
    for (const [key, value] of Object.entries(properties)) {
      const name = `${prefix}${key}`
      keys.push([name, value, required.includes(key)])
      if (value.properties !== undefined) visit(value, `${name}.`)
    }
  }
  visit(group, '')
  return [keys, path, keys.filter(([, , isRequired]) => isRequired).map(([key]) => key)]
}

function table(keys, path, required = []) {
  const rows = keys.map(([key, value]) => {
    const isGroup = value.properties !== undefined
    const variable = `PICKET_${[...path, ...key.split('.')].join('__').toUpperCase()}`
    return [
      `\`${key}\``,
      isGroup ? 'group of keys' : typeOf(value),
      isGroup ? '' : required.includes(key) ? '**required**' : defaultOf(value),
      value.description,
      isGroup ? '' : `\`${variable}\``,
    ]
  })
  return [
    ['key', 'type', 'default', 'meaning', 'environment variable'],
    Array(5).fill('---'),
    ...rows,
  ]
    .map((cells) => `| ${cells.map(escape).join(' | ')} |`)
    .join('\n')
}

const escape = (text) => text.replaceAll('|', String.raw`\|`)

const isDuration = ({ pattern }) => pattern?.endsWith('(ms|s|m|h|d)$') === true

/** What may stand there, in words. */
function typeOf(value) {
  if (isDuration(value)) return 'duration'
  if (value.enum !== undefined) return value.enum.map((one) => `\`${one}\``).join(' or ')
  if (value.prefixItems !== undefined) return `${value.prefixItems.length} whole numbers, rising`
  if (value.anyOf !== undefined) return value.anyOf.map(typeOf).join(' or ')
  if (Array.isArray(value.type))
    return value.type.map((type) => typeOf({ ...value, type })).join(' or ')
  switch (value.type) {
    case 'boolean':
      return '`true` or `false`'
    case 'integer':
      return range(value)
    case 'array':
      return `list of ${typeOf(value.items)}`
    case 'object':
      return `any keys, each ${typeOf(value.additionalProperties)}`
    case 'string':
      return 'text'
    case 'number':
      return 'number'
    default:
      throw new Error(`no word for ${JSON.stringify(value)}`)
  }
}

function range({ minimum, maximum }) {
  // zod writes the largest safe numbers where there is no bound.
  const from = minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined
  const to = maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined
  if (from === undefined || to === undefined)
    return `whole number${from === undefined ? '' : `, ${from} or more`}`
  return `${from} to ${to}`
}

function defaultOf({ default: value, type }) {
  if (value === undefined) return type === 'array' ? 'empty' : 'none'
  if (value === '') return 'empty'
  if (Array.isArray(value)) return value.length === 0 ? 'empty' : `\`[${value.join(', ')}]\``
  if (typeof value === 'object') return 'empty'
  return `\`${value}\``
}
