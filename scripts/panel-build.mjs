// The Grafana panel, built in the background of `npm start`: its packages take minutes, and nobody waits for them.
// Run as a program, this file is that background process; what it writes goes to .cache/panel-build.log.
import { spawn } from 'node:child_process'
import { mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { hasPackages, npm, PANEL, root } from './setup.mjs'

const LOG = '.cache/panel-build.log'
const LOCK = '.cache/panel-build.lock'
/** Exit code that says: another process builds already. */
const BUSY = 3
const LOWEST_PRIORITY = 19
const GRACE_MS = 2000

/** What is done, in order: a command and its arguments each. Nothing if all is there and fresh. */
async function steps() {
  // Instead of npm and the builds, in tests.
  const fake = process.env.PICKET_TEST_PANEL_BUILD
  if (fake !== undefined) return [[process.execPath, [fake]]]
  const build = [process.execPath, ['host/build.mjs', 'live']]
  if (!hasPackages(PANEL)) return [npm('ci', '--no-audit', '--no-fund'), build]
  const { isFresh } = await import('../plugin/host/builds.mjs')
  return isFresh('live') ? [] : [build]
}

/**
 * Starts the build if there is something to do; undefined if not. PICKET_PANEL_BUILD=off forbids it, and so does CI=true
 * unless it is `on`. `failed` resolves with a line to show if the build does not succeed.
 */
export async function startPanelBuild(env = process.env) {
  const wish = env.PICKET_PANEL_BUILD ?? (env.CI === 'true' ? 'off' : 'on')
  if (wish === 'off' || (await steps()).length === 0) return undefined
  mkdirSync(`${root}.cache`, { recursive: true })
  const log = openSync(`${root}${LOG}`, 'w')
  // A process group of its own: Ctrl-C in the terminal does not reach it, `stop` ends all of it. The pipe closes when
  // this process goes, however it goes.
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], {
    stdio: ['pipe', log, log],
    detached: true,
  })
  child.unref()
  child.stdin.unref()
  let isStopped = false
  const ended = new Promise((resolve) => {
    child.once('error', () => resolve(1))
    child.once('exit', (code) => resolve(code ?? 1))
  })
  return {
    failed: ended.then((code) =>
      code === 0 || code === BUSY || isStopped
        ? undefined
        : `The Grafana panel could not be built, the plain page stays: ${LOG} says why. The next start tries again.`,
    ),
    async stop() {
      isStopped = true
      if (child.exitCode !== null || child.signalCode !== null) return
      signal(child.pid, 'SIGTERM')
      const timer = setTimeout(() => signal(child.pid, 'SIGKILL'), GRACE_MS)
      await ended
      clearTimeout(timer)
      // What of the group has not ended with its first process.
      signal(child.pid, 'SIGKILL')
    },
  }
}

function signal(pid, name) {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, name)
  } catch {
    // Gone already.
  }
}

/** Takes the lock, which a process that is gone does not keep; false if another one has it. */
function lock() {
  const file = `${root}${LOCK}`
  for (let tries = 0; tries < 2; tries++) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return true
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    try {
      process.kill(Number(readFileSync(file, 'utf8')) || Number.MAX_SAFE_INTEGER, 0)
      return false
    } catch {
      rmSync(file, { force: true })
    }
  }
  return false
}

/** Runs the steps one after the other; returns the exit code. */
async function build() {
  if (!lock()) return BUSY
  const end = () => {
    rmSync(`${root}${LOCK}`, { force: true })
    signal(process.pid, 'SIGKILL')
  }
  process.on('SIGTERM', end)
  process.stdin.on('end', end).on('error', end).resume()
  try {
    for (const [command, args] of await steps()) {
      console.log(`> ${[command, ...args].join(' ')}`)
      const child = spawn(command, args, {
        cwd: `${root}${PANEL}`,
        stdio: ['ignore', 'inherit', 'inherit'],
      })
      const code = await new Promise((resolve) => {
        child.once('error', (error) => {
          console.log(error.message)
          resolve(1)
        })
        child.once('exit', (code) => resolve(code ?? 1))
      })
      if (code !== 0) return code
    }
    return 0
  } finally {
    rmSync(`${root}${LOCK}`, { force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  setPriority(LOWEST_PRIORITY)
  process.exit(await build())
}
