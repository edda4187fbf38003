// `npm start`: all set-up, then the demo. Arguments go to `picket demo`: npm start -- --for 30s
import { spawn } from 'node:child_process'
import { ensurePackages, root } from './setup.mjs'

ensurePackages()
const child = spawn(
  process.execPath,
  [`${root}processor/bin/picket.js`, 'demo', ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
)
// The terminal sends Ctrl-C to the child as well: it ends by itself, and this process with it.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => child.kill('SIGTERM'))
child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)))
