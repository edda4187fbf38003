import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { keyTree, childOf } from '../../src/config/key-tree.ts'
import type { KeyNode } from '../../src/config/key-tree.ts'
import { configSchema } from '../../src/config/schema.ts'
import { fateOf, KNOWN_KEYS, PSAD_KEYS, tableKey } from '../../src/psad-conf/table.ts'

const INSTALLED = '/etc/psad/psad.conf'
const fates = PSAD_KEYS.flatMap((section) => section.fates)

test('each key has one fate', () => {
  const keys = fates.flatMap((fate) => fate.keys)
  expect(keys.filter((key, i) => keys.indexOf(key) !== i)).toEqual([])
  expect(KNOWN_KEYS).toEqual(keys)
})

test.skipIf(!existsSync(INSTALLED))('the keys are those of the psad.conf that psad ships', () => {
  const shipped = readFileSync(INSTALLED, 'utf8')
    .split('\n')
    .flatMap((line) => /^\s*([A-Za-z_]\w*)\s+[^;]*;/.exec(line)?.[1] ?? [])
    .map(tableKey)
  expect(shipped.length).toBeGreaterThan(200)
  expect([...KNOWN_KEYS].sort()).toEqual([...new Set(shipped)].sort())
})

test('chains may be numbered on', () => {
  expect(fateOf('IPT_AUTO_CHAIN17')).toBe(fateOf('IPT_AUTO_CHAIN1'))
  expect(fateOf('IPT_AUTO_CHAIN')).toBeUndefined()
  expect(fateOf('DANGER_LEVEL6')).toBeUndefined()
})

describe('what is not carried over', () => {
  test.each(fates.flatMap((fate) => ('not' in fate ? [[fate.keys.join(', '), fate.not]] : [])))(
    '%s has a reason',
    (_, reason) => {
      expect(reason.split(' ').length).toBeGreaterThan(4)
    },
  )
})

describe('what is carried over', () => {
  const paths = fates.flatMap((fate) => ('to' in fate ? fate.to : []))

  test.each(paths)('goes to a key that the configuration has: %s', (path) => {
    let node: KeyNode | undefined = keyTree(configSchema)
    for (const key of path.split('.')) node = node === undefined ? undefined : childOf(node, key)
    expect(node).toBeDefined()
  })

  test('goes to a place of its own', () => {
    expect(paths.filter((path, i) => paths.indexOf(path) !== i)).toEqual([])
  })
})
