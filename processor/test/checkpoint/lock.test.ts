import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lockStateDirectory } from '../../src/checkpoint/lock.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'picket-lock-'))
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const lockFile = () => join(directory, 'lock')

describe('the lock of a state directory', () => {
  test('makes the directory and is gone after the release', async () => {
    const path = join(directory, 'new', 'state')
    const lock = await lockStateDirectory(path)
    expect(await readdir(path)).toEqual(['lock'])
    await lock.release()
    expect(await readdir(path)).toEqual([])
  })

  test('refuses while another process lives that has it', async () => {
    await writeFile(lockFile(), JSON.stringify({ pid: process.ppid }))
    await expect(lockStateDirectory(directory)).rejects.toThrow(`in use by process ${process.ppid}`)
  })

  test('takes over from a process that is gone', async () => {
    const child = spawn(process.execPath, ['-e', ''])
    await once(child, 'exit')
    await writeFile(lockFile(), JSON.stringify({ pid: child.pid }))
    await (await lockStateDirectory(directory)).release()
  })

  test('takes over when the number belongs to a later process', async () => {
    await writeFile(lockFile(), JSON.stringify({ pid: process.ppid, started: 'another boot 1' }))
    await (await lockStateDirectory(directory)).release()
  })

  test('takes over from an earlier run with the same number, as in a container', async () => {
    await writeFile(lockFile(), JSON.stringify({ pid: process.pid }))
    await (await lockStateDirectory(directory)).release()
  })

  test.each(['', '{', '"text"', '{"pid":"1"}'])('takes over a lock that reads %j', async (text) => {
    await writeFile(lockFile(), text)
    await (await lockStateDirectory(directory)).release()
  })

  test('says why a directory cannot be made', async () => {
    await writeFile(join(directory, 'file'), '')
    await expect(lockStateDirectory(join(directory, 'file', 'state'))).rejects.toThrow(
      /cannot be made/,
    )
  })
})
