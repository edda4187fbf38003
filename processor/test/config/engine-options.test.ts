import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NO_FILES, engineOptions } from '../../src/config/engine-options.ts'
import { loadConfig } from '../../src/config/load.ts'
import { formatDuration } from '../../src/config/values-text.ts'
import { parseDuration } from '../../src/config/values.ts'
import { DEFAULT_ENGINE_OPTIONS } from '../../src/core/options.ts'

test("an empty configuration means the engine's own defaults", async () => {
  const { config } = await loadConfig({ env: {}, cwd: '/nonexistent', require: false })
  expect(engineOptions(config, { ...NO_FILES, retain: false })).toEqual(DEFAULT_ENGINE_OPTIONS)
})

test('a printed duration is the same when read', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 40), (ms) => {
      expect(parseDuration(formatDuration(ms))).toBe(ms)
    }),
  )
})
