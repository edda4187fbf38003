// `npm test`: all set-up, then every test. Arguments go to vitest: npm test -- processor/test/core
// With a path in plugin/ the panel's tests run instead: npm test -- plugin/test/data
// The release and the image are tested last, since they need the panel's packages: npm test -- test/release
//
// With CI=true as root on Debian it installs what the tests compare Picket with, checks types, lint and format first,
// runs the tests a second time on the newest Node line, and a skip of psad, Prometheus or Chromium is a failure.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { ensurePackages, npm, PANEL, PANEL_TESTS, root, run } from './setup.mjs'
import { isDebian, missingTools } from './tools.mjs'

ensurePackages()
const ci = process.env.CI === 'true'
const args = process.argv.slice(2)

if (ci && isDebian() && process.getuid?.() === 0) {
  run(process.execPath, [`${root}scripts/test-setup.mjs`])
} else {
  const missing = missingTools()
  if (missing.length > 0)
    console.error(
      `Not installed: ${missing.map((tool) => `${tool.command} (${tool.for})`).join(', ')}. Their tests are skipped; npm run test:setup installs them.`,
    )
}

const totals = { passed: 0, failed: 0, skipped: 0 }
let ok = true
/** What failed, said again at the end: the output before is long. */
const failures = []

/** One run of vitest with the given Node, of the root's tests or those of another folder; adds its counts. */
function vitest(node, name, args, folder = '') {
  const temporary = mkdtempSync(join(tmpdir(), 'picket-test-'))
  const output = join(temporary, 'results.json')
  console.error(`\n${name}`)
  const result = spawnSync(
    node,
    [
      `${root}${folder}node_modules/vitest/vitest.mjs`,
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${output}`,
      ...args,
    ],
    { cwd: `${root}${folder}`, stdio: ['ignore', 'inherit', 'inherit'] },
  )
  if (result.status !== 0) ok = false
  const known = failures.length
  if (existsSync(output)) {
    const results = JSON.parse(readFileSync(output, 'utf8'))
    totals.passed += results.numPassedTests
    totals.failed += results.numFailedTests
    totals.skipped += results.numPendingTests + results.numTodoTests
    failures.push(...failuresOf(results).map((failure) => `${name}: ${failure}`))
  } else {
    ok = false
  }
  if (result.status !== 0 && failures.length === known)
    failures.push(`${name}: ended with ${result.status ?? result.signal}, and no test says why`)
  rmSync(temporary, { recursive: true, force: true })
}

/** File, name and first line of the reason of each test that failed. */
function failuresOf({ testResults }) {
  const first = (text = '') => text.split('\n', 1)[0].slice(0, 300)
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name)
    const failed = assertionResults.filter((test) => test.status === 'failed')
    if (failed.length === 0 && status === 'failed') return [`${file}: ${first(message)}`]
    return failed.map(
      ({ fullName, failureMessages }) => `${file}: ${fullName}: ${first(failureMessages[0])}`,
    )
  })
}

/** The newest LTS line's binary, from the npm package that carries it; undefined if it cannot be had. */
function newestNode() {
  const name = `node-${process.platform}-${process.arch}`
  const folder = `${root}.cache/node`
  const binary = `${folder}/node_modules/${name}/bin/node`
  if (!existsSync(binary)) {
    const install = [
      'install',
      '--prefix',
      folder,
      '--no-save',
      '--no-audit',
      '--no-fund',
      `${name}@26`,
    ]
    spawnSync(...npm(...install), { stdio: 'inherit' })
  }
  return existsSync(binary) ? binary : undefined
}

/** Checks of the root or another folder, by their npm scripts. */
function check(scripts, folder = '') {
  for (const script of scripts) {
    console.error(`\nnpm run ${script}${folder === '' ? '' : ` in ${folder}`}`)
    const result = spawnSync(...npm('run', '--silent', script), {
      cwd: `${root}${folder}`,
      stdio: 'inherit',
    })
    if (result.status !== 0) {
      failures.push(`npm run ${script}${folder === '' ? '' : ` in ${folder}`}`)
      ok = false
    }
  }
}

const everything = args.length === 0
const panelArgs = args.filter((arg) => arg.startsWith(PANEL)).map((arg) => arg.slice(PANEL.length))
const forPanel = panelArgs.length > 0

const forRelease = args.some((arg) => /^test\/(release|deploy\/image)/.test(arg))
// Without the release's, unless somebody chose by name.
const PROJECTS = args.includes('--project') ? [] : ['--project', 'processor', '--project', 'test']

if (ci && everything) check(['types', 'lint', 'format', 'unused'])
if (!forPanel && !forRelease)
  vitest(process.execPath, `Node ${process.versions.node}`, [...PROJECTS, ...args])

if (ci && everything) {
  const newest = newestNode()
  if (newest === undefined) {
    failures.push('The newest LTS line of Node could not be installed.')
    ok = false
  } else {
    vitest(newest, 'Newest LTS line of Node', ['--project', 'processor'])
  }
}

if (everything || forPanel) {
  ensurePackages(PANEL, PANEL_TESTS)
  if (ci && everything) check(['typecheck', 'lint'], PANEL)
  const options = args.filter((arg) => arg.startsWith('-'))
  vitest(process.execPath, 'The Grafana panel', [...options, ...panelArgs], PANEL)
}

if (everything || forRelease) {
  ensurePackages(PANEL)
  vitest(process.execPath, 'The release and the image', ['--project', 'release', ...args])
}

// Counted apart from a failing test: a check that failed, or a run that died.
if (!ok && totals.failed === 0) totals.failed = 1
if (failures.length > 0) console.log(['', 'Failed:', ...failures, ''].join('\n'))
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
process.exit(ok ? 0 : 1)
