// `npm start`: all set-up, then the demo. Arguments go to `picket demo`: npm start -- --for 30s
//
// The Grafana panel is built meanwhile where it is not yet; the demo's page is a plain one until then. Without that:
// PICKET_PANEL_BUILD=off npm start
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { startPanelBuild } from './panel-build.mjs'
import { ensurePackages, root } from './setup.mjs'

ensurePackages()
const child = spawn(
  process.execPath,
  [`${root}processor/bin/picket.js`, 'demo', ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
)
const ended = once(child, 'exit')
const panel = await startPanelBuild()
let failure
void panel?.failed.then((line) => {
  failure = line
  // On a terminal the demo draws its summary over and over: there it is said at the end.
  if (line !== undefined && !process.stdout.isTTY) say()
})
function say() {
  if (failure !== undefined) console.error(failure)
  failure = undefined
}
// The terminal sends Ctrl-C to the child as well: it ends by itself, and this process with it.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => child.kill('SIGTERM'))
const [code, signal] = await ended
await panel?.stop()
say()
process.exit(code ?? (signal === null ? 1 : 128))
