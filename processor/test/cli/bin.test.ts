import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const processor = join(import.meta.dirname, '../..')

/** A checkout in small: the real bin and build, and sources of a few lines. */
function checkout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'picket-bin-'))
  cpSync(join(processor, 'bin'), join(folder, 'bin'), { recursive: true })
  for (const name of ['build.mjs', 'package.json'])
    cpSync(join(processor, name), join(folder, name))
  mkdirSync(join(folder, 'src/cli'), { recursive: true })
  mkdirSync(join(folder, 'src/core'))
  symlinkSync(join(processor, '../node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'src/core/index.ts'), 'export const core = 1\n')
  write(folder, 'one')
  return folder
}

function write(folder: string, word: string): void {
  writeFileSync(
    join(folder, 'src/cli/main.ts'),
    `declare const PICKET_VERSION: string
export async function runProcess(): Promise<void> {
  console.log(${JSON.stringify(word)}, PICKET_VERSION, (await import('./part.ts')).part)
}\n`,
  )
  writeFileSync(join(folder, 'src/cli/part.ts'), `export const part: string = 'part of ${word}'\n`)
}

function run(folder: string): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [join(folder, 'bin/picket.js')], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

const said = (word: string) => ({
  code: 0,
  stdout: expect.stringMatching(
    new RegExp(`^${word} \\d+\\.\\d+\\.\\d+ part of ${word}\n$`),
  ) as string,
  stderr: '',
})

test('in a checkout, it builds once and again when the sources change', async () => {
  const folder = checkout()
  expect(await run(folder)).toEqual(said('one'))
  const built = statSync(join(folder, 'dist/.stamp')).mtimeMs

  expect(await run(folder)).toEqual(said('one'))
  expect(statSync(join(folder, 'dist/.stamp')).mtimeMs).toBe(built)

  write(folder, 'two')
  expect(await run(folder)).toEqual(said('two'))
})

test('many that start at once build without treading on each other', async () => {
  const folder = checkout()
  const outcomes = await Promise.all(Array.from({ length: 5 }, () => run(folder)))
  expect(outcomes).toEqual(Array.from({ length: 5 }, () => said('one')))
  expect(readdirSync(folder)).not.toContain('.dist-lock')
  expect(readdirSync(join(folder, 'dist')).filter((name) => name.endsWith('.tmp'))).toEqual([])
})

test('a lock whose owner is gone holds nobody up', async () => {
  const folder = checkout()
  mkdirSync(join(folder, '.dist-lock'))
  // No process has this id: it is beyond what Linux, macOS and Windows hand out.
  writeFileSync(join(folder, '.dist-lock/pid'), '99999999')
  expect(await run(folder)).toEqual(said('one'))
})

test('sources that do not build are said with file and line, and the old build is not run', async () => {
  const folder = checkout()
  await run(folder)
  writeFileSync(join(folder, 'src/cli/part.ts'), 'export const part = \n')
  const { code, stdout, stderr } = await run(folder)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^picket: the sources do not build:\n\S*part\.ts:2:1 /)
  expect(existsSync(join(folder, '.dist-lock'))).toBe(false)
})

test('a published package runs what it holds', async () => {
  const folder = checkout()
  await run(folder)
  for (const name of ['src', 'build.mjs', 'node_modules'])
    rmSync(join(folder, name), { recursive: true })
  expect(await run(folder)).toEqual(said('one'))
})
