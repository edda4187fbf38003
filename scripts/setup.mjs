// What `npm start` and `npm test` need before they can run: the packages of the lock file, installed once.
import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, statSync } from 'node:fs'
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

/** The panel's folders with packages of their own: the panel, and the newer line of Grafana that it is tested on. */
export const PANEL = 'plugin/'
export const PANEL_TESTS = 'plugin/host/grafana-13/'

/** Installs the packages of the folders, the root's unless named, where they are missing or older than the lock file. */
export function ensurePackages(...folders) {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1])) {
    console.error(
      `Picket needs Node ${MINIMUM.join('.')} or newer, this is ${process.versions.node}.`,
    )
    process.exit(1)
  }
  for (const folder of folders.length === 0 ? [''] : folders) {
    if (hasPackages(folder)) continue
    console.error(`Installing packages${folder === '' ? '' : ` of ${folder}`} (once) ...`)
    run(...npm('ci', '--no-audit', '--no-fund'), { cwd: `${root}${folder}` })
  }
}

/** True if a folder's packages are there and as new as the lock file; a linked folder is for its owner to install. */
export function hasPackages(folder) {
  // `npm ci` would empty the folder that the link points to, which another checkout uses.
  if (isLink(`${root}${folder}node_modules`)) return true
  const installed = `${root}${folder}node_modules/.package-lock.json`
  const lock = `${root}${folder}package-lock.json`
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs
}

/** Command and arguments that run the npm of this process, if npm started it, else the one in the path. */
export function npm(...args) {
  const path = process.env.npm_execpath
  return path === undefined ? ['npm', args] : [process.execPath, [path, ...args]]
}

function isLink(path) {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
}
