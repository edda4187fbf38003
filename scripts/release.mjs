// `npm run release`: all set-up, then into release/ the npm tarball with the panel in it, the plugin as the zip that Grafana
// installs, dashboards and rules as another zip, and SHA256SUMS of them. Another folder: npm run release -- --to FOLDER
//
// The same sources give the same bytes, but for the day of the panel's build, which its plugin.json tells.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { stagePackage } from './release-package.mjs'
import { releaseVersion } from './release-versions.mjs'
import { ensurePackages, npm, PANEL, root, run } from './setup.mjs'

/** Makes the release in `folder`, whose files are removed first; returns the names of what it made. */
async function makeRelease(folder) {
  const { version, unreleased } = releaseVersion(root)
  for (const name of unreleased) console.error(`Note: ${name} calls ${version} unreleased.`)
  ensurePackages('', PANEL)
  run(process.execPath, ['host/build.mjs', 'live'], { cwd: `${root}${PANEL}` })

  const stage = mkdtempSync(join(tmpdir(), 'picket-release-'))
  try {
    const made = join(stage, 'made')
    mkdirSync(made)
    await packProcessor(join(stage, 'package'), made)
    await packPlugin(join(stage, 'plugin'), made)
    await packProvisioning(version, made)
    const names = readdirSync(made).sort()
    const sums = names.map((name) => `${sha256(join(made, name))}  ${name}\n`)
    writeFileSync(join(made, 'SHA256SUMS'), sums.join(''))
    // Only now: what was there stays until the new release is whole.
    mkdirSync(folder, { recursive: true })
    for (const name of readdirSync(folder)) if (isOurs(name)) rmSync(join(folder, name))
    cpSync(made, folder, { recursive: true })
    return [...names, 'SHA256SUMS']
  } finally {
    rmSync(stage, { recursive: true, force: true })
  }
}

async function packProcessor(staged, to) {
  mkdirSync(staged)
  await stagePackage(root, staged)
  const [command, args] = npm('pack', staged, '--ignore-scripts', '--pack-destination', to)
  // npm lists every file on standard error; it is shown only if something went wrong.
  const result = spawnSync(command, args, { cwd: to, encoding: 'utf8' })
  if (result.status !== 0)
    throw new Error(`npm pack failed:\n${result.error?.message ?? result.stderr}`)
}

/** The zip, without the sum that is written beside it: SHA256SUMS has it. */
async function packPlugin(folder, to) {
  const { packagePlugin } = await import('../plugin/scripts/package.mjs')
  const { path, signed } = packagePlugin(join(root, PANEL, 'dist'), folder)
  if (!signed)
    console.error('Note: the plugin is not signed (npm run plugin:sign before signs it).')
  cpSync(path, join(to, path.slice(folder.length + 1)))
}

/** Dashboards, rules and all else that a Grafana, a Prometheus or a host is given; not what they are written from. */
async function packProvisioning(version, to) {
  const { zipFolder } = await import('../plugin/scripts/package.mjs')
  const name = `picket-provisioning-${version}`
  const isForUse = (file) => !file.startsWith('source/')
  const { bytes } = zipFolder(join(root, 'provisioning'), name, isForUse)
  writeFileSync(join(to, `${name}.zip`), bytes)
}

const isOurs = (name) => /^picket-.*\.(?:tgz|zip)$|^SHA256SUMS$/.test(name)
const sha256 = (path) => createHash('sha256').update(readFileSync(path)).digest('hex')

try {
  const { values } = parseArgs({ options: { to: { type: 'string' } } })
  const folder = resolve(values.to ?? join(root, 'release'))
  for (const name of await makeRelease(folder)) {
    const kilobytes = statSync(join(folder, name)).size / 1000
    console.log(`${kilobytes.toFixed(1).padStart(9)} kB  ${join(folder, name)}`)
  }
} catch (error) {
  console.error(`No release was made:\n${error.message}`)
  process.exit(1)
}
