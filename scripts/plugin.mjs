// `npm run plugin:dev`, `plugin:build`, `plugin:test` and `plugin:sign`: all set-up, then that, in plugin/.
// Further arguments go to the tool: npm run plugin:test -- --project data
import { ensurePackages, npm, PANEL, PANEL_TESTS, root, run } from './setup.mjs'

const [what, ...args] = process.argv.slice(2)
const cwd = `${root}${PANEL}`
const script = (name) => run(...npm('run', '--silent', name, '--', ...args), { cwd })
/** The module, and with `live` the page that `picket run` serves. */
const build = (name) => run(process.execPath, ['host/build.mjs', name], { cwd })

// The panel is built on the detection core, which has its packages in the root.
ensurePackages('', PANEL)
switch (what) {
  case 'dev':
    script('dev')
    break
  case 'build':
    build('live')
    break
  case 'test':
    ensurePackages(PANEL_TESTS)
    script('test')
    break
  case 'sign':
    build('module')
    script('sign')
    break
  default:
    console.error('Expected dev, build, test or sign.')
    process.exit(2)
}
