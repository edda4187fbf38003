// Puts together what `picket run` serves, in dist-live/:
//   current.json           {"version": "<hash>", "script": "host.js"}
//   <hash>/host.js         the page around the panel
//   <hash>/page.css        what the page looks like before it
//   <hash>/THIRD-PARTY.txt licences of the packages in it
//   <hash>/plugin/         the built plugin, without its source map
//   <hash>/public/         icons and fonts that Grafana's packages ask for
//
// The folder's name is a hash of all that is in it, so that browsers may keep the files for good. `current.json` comes
// last and by rename: a server never finds half a build.
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { copyAssets, FONTS, ICONS } from './assets.mjs'
import { LINES, live, plugin } from './builds.mjs'
import { bundle } from './bundle.mjs'
import { NOTICES, noticesOf } from './notices.mjs'

/** How long older builds stay, for pages that are still open. */
const KEEP_MS = 24 * 3_600_000

/** Returns what it made, in words. */
export async function assembleLive() {
  const folder = path.join(live, `new-${process.pid}`)
  fs.rmSync(folder, { recursive: true, force: true })
  const { bytes, files } = await bundle('live.tsx', LINES[12], path.join(folder, 'host.js'))
  fs.copyFileSync(path.join(plugin, 'host/src/live/page.css'), path.join(folder, 'page.css'))
  fs.cpSync(path.join(plugin, 'dist'), path.join(folder, 'plugin'), {
    recursive: true,
    filter: (file) => !/\.(map|md)$/.test(file),
  })
  const assetsOf = [path.join(ICONS, 'x'), ...Object.values(FONTS)]
  fs.writeFileSync(path.join(folder, NOTICES), noticesOf([...files, ...assetsOf]))
  const assets = copyAssets(path.join(folder, 'public'))
  const version = hashOf(folder)
  const to = path.join(live, version)
  fs.rmSync(to, { recursive: true, force: true })
  fs.renameSync(folder, to)
  const temporary = path.join(live, `current.${process.pid}.tmp`)
  fs.writeFileSync(temporary, `${JSON.stringify({ version })}\n`)
  fs.renameSync(temporary, path.join(live, 'current.json'))
  removeOld(version)
  return `live page of ${(bytes / 1e6).toFixed(1)} MB with ${(assets / 1e6).toFixed(1)} MB of icons and fonts`
}

function hashOf(folder) {
  const hash = createHash('sha256')
  for (const name of fs.readdirSync(folder, { recursive: true }).sort()) {
    const file = path.join(folder, name)
    if (fs.statSync(file).isFile()) hash.update(`${name}\0`).update(fs.readFileSync(file))
  }
  return hash.digest('hex').slice(0, 16)
}

function removeOld(version) {
  for (const name of fs.readdirSync(live)) {
    const folder = path.join(live, name)
    if (name === version || name === 'current.json') continue
    if (Date.now() - fs.statSync(folder).mtimeMs > KEEP_MS)
      fs.rmSync(folder, { recursive: true, force: true })
  }
}
