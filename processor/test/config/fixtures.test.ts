import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig } from '../../src/config/load.ts'
import { configText } from '../../src/config/print.ts'
import { ConfigError, formatIssue } from '../../src/errors.ts'

const folder = join(import.meta.dirname, '../fixtures/config')

function fixtures(kind: 'valid' | 'invalid'): string[] {
  return readdirSync(join(folder, kind), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .sort()
}

const load = (file: string) => loadConfig({ file, env: {}, cwd: folder, require: false })

describe('a configuration that is wrong', () => {
  test.each(fixtures('invalid'))('%s is refused with its message', async (name) => {
    const file = join('invalid', name)
    const expected = /^# error: (.*)$/m.exec(readFileSync(join(folder, file), 'utf8'))?.[1] ?? ''
    expect(expected).not.toBe('')

    const error: unknown = await load(file).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )

    expect(error).toBeInstanceOf(ConfigError)
    const { issues } = error as ConfigError
    expect(issues.map((issue) => formatIssue(issue).replace(`${file}:`, ''))).toEqual([expected])
  })
})

describe('a configuration that is right', () => {
  test.each(fixtures('valid'))(
    '%s is taken, and what is printed of it reads the same',
    async (name) => {
      const { config } = await load(join('valid', name))
      const printed = configText(config)
      expect(printed).toMatchSnapshot()

      const again = join(mkdtempSync(join(tmpdir(), 'picket-config-')), 'picket.yaml')
      writeFileSync(again, printed)
      expect((await load(again)).config).toEqual(config)
    },
  )
})
