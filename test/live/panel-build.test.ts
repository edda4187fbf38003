import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { root } from '../helpers/fixtures.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'picket-panel-build-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A build that says where it runs, starts a process of its own and then does what it is told. */
function fakeBuild(then: string): { readonly path: string; pids(): number[] } {
  const path = join(folder, 'build.mjs')
  const pids = join(folder, 'pids')
  writeFileSync(
    path,
    `import { spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'
const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'])
appendFileSync(${JSON.stringify(pids)}, process.pid + ' ' + child.pid + ' ')
console.log('fake build')
${then}`,
  )
  return {
    path,
    pids: () =>
      existsSync(pids) ? readFileSync(pids, 'utf8').trim().split(/\s+/).map(Number) : [],
  }
}

const WAIT = 'setTimeout(() => {}, 60_000)'
const FAIL = 'child.kill(); process.exitCode = 1'

function start(build: string, args: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(root, 'scripts/start.mjs'), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      NO_COLOR: '1',
      PICKET_PANEL_BUILD: 'on',
      PICKET_TEST_PANEL_BUILD: build,
      ...env,
    },
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return { child, stderr: () => stderr, ended: once(child, 'exit') }
}

const isAlive = (pid: number): boolean => {
  try {
    // A process that has ended and whose parent has not looked yet is there, but does nothing.
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

async function until(isSo: () => boolean): Promise<void> {
  const end = Date.now() + 20_000
  while (!isSo()) {
    if (Date.now() > end) throw new Error(`not within 20 s: ${isSo.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

describe.skipIf(process.platform !== 'linux')(
  "the panel's build in the background of npm start",
  () => {
    test('ends with the demo, which waits for none of it, and leaves no process', async () => {
      const build = fakeBuild(WAIT)
      const { ended, stderr } = start(build.path, ['--for', '3s'])
      expect((await ended)[0]).toBe(0)
      expect(build.pids()).toHaveLength(2)
      await until(() => !build.pids().some(isAlive))
      expect(stderr()).not.toContain('could not be built')
      expect(existsSync(join(root, '.cache/panel-build.lock'))).toBe(false)
    })

    test('ends with a start that is killed', async () => {
      const build = fakeBuild(WAIT)
      const { child, ended } = start(build.path, ['--for', '30s'])
      await until(() => build.pids().length === 2)
      const demo = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
      child.kill('SIGKILL')
      await ended
      await until(() => !build.pids().some(isAlive))
      for (const pid of demo.trim().split(' ').map(Number)) if (isAlive(pid)) process.kill(pid)
    })

    test('says in one line that it failed, and where to read why', async () => {
      const { ended, stderr } = start(fakeBuild(FAIL).path, ['--for', '3s'])
      expect((await ended)[0]).toBe(0)
      expect(
        stderr().match(/^The Grafana panel could not be built.*panel-build\.log.*$/gm),
      ).toHaveLength(1)
      expect(readFileSync(join(root, '.cache/panel-build.log'), 'utf8')).toContain('fake build')
    })

    test('runs once, however many are started', async () => {
      const build = fakeBuild(WAIT)
      const first = start(build.path, ['--for', '6s'])
      await until(() => build.pids().length === 2)
      const second = start(build.path, ['--for', '1s'])
      expect((await second.ended)[0]).toBe(0)
      expect(second.stderr()).not.toContain('could not be built')
      expect(build.pids()).toHaveLength(2)
      expect(build.pids().every(isAlive)).toBe(true)
      await first.ended
    })

    test.each([
      ['PICKET_PANEL_BUILD=off', { PICKET_PANEL_BUILD: 'off' }],
      ['CI=true', { PICKET_PANEL_BUILD: undefined as unknown as string, CI: 'true' }],
    ])('is not begun with %s', async (_, env) => {
      const build = fakeBuild(WAIT)
      const { ended } = start(build.path, ['--for', '1s'], env)
      expect((await ended)[0]).toBe(0)
      expect(build.pids()).toEqual([])
    })
  },
)
