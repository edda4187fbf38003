// `npm run screenshots`: the catalogue's pictures anew, from the built panel in Chromium. Look at them before they are committed.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const { info } = JSON.parse(readFileSync(join(root, 'src/plugin.json'), 'utf8'))

const vitest = join(root, 'node_modules/vitest/vitest.mjs')
const args = ['run', '--project', 'e2e', 'test/e2e/catalogue.test.ts', '-t', 'fill the view']
const { status } = spawnSync(process.execPath, [vitest, ...args], { cwd: root, stdio: 'inherit' })
if (status !== 0) process.exit(status ?? 1)
for (const { path } of info.screenshots) {
  const target = join(root, 'src', path)
  mkdirSync(dirname(target), { recursive: true })
  copyFileSync(join(root, `artifacts/catalogue-${basename(path, '.png')}-grafana-13.png`), target)
  console.log(target)
}
