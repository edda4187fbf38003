// What `npm start` and `npm test` need before they can run: the packages of the lock file, installed once.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

const MINIMUM = [20, 19]

/** Runs a command with its output shown; ends the process with the command's code if it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options })
  if (result.error !== undefined) {
    console.error(`${command} could not be started: ${result.error.message}`)
    process.exit(1)
  }
  if (result.status !== 0) process.exit(result.status ?? 1)
}

/** Installs the packages if they are missing or older than the lock file. */
export function ensurePackages() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
    console.error(
      `Picket needs Node ${MINIMUM.join('.')} or newer, this is ${process.versions.node}.`,
    )
    process.exit(1)
  }
  const installed = `${root}node_modules/.package-lock.json`
  const lock = `${root}package-lock.json`
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return
  console.error('Installing packages (once) ...')
  const npm = process.env.npm_execpath
  if (npm === undefined) run('npm', ['ci', '--no-audit', '--no-fund'])
  else run(process.execPath, [npm, 'ci', '--no-audit', '--no-fund'])
}
