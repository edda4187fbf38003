import { expect, test } from 'vitest'
import { suggest } from '../../src/config/suggest.ts'

const KEYS = ['scanTimeout', 'persistence', 'profile', 'url', 'query', 'remote-write']

test.each([
  ['scantimeout', 'scanTimeout'],
  ['scan_timeout', 'scanTimeout'],
  ['scanTimout', 'scanTimeout'],
  ['remoteWrite', 'remote-write'],
  ['qurey', 'query'],
  ['uri', 'url'],
  ['profil', 'profile'],
  ['x', undefined],
  ['danger', undefined],
])('for %s suggests %s', (word, expected) => {
  expect(suggest(word, KEYS)).toBe(expected)
})
