// Icons and fonts that the packages ask for by address: where they come from.
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const require = createRequire(import.meta.url)
const filesOf = (name) =>
  path.join(path.dirname(require.resolve(`@fontsource/${name}/package.json`)), 'files')

const INTER = {
  Regular: '400-normal',
  Medium: '500-normal',
  Italic: '400-italic',
  MediumItalic: '500-italic',
}
// The name under which the packages' styles ask for it.
const MONO = 'L0xTDF4xlVMF-BfR8bXMIhJHg45mwgGEFl0_3vrtSM1J-gEPT5Ese6hmHSh0mQ.woff2'

export const ICONS = path.join(
  path.dirname(require.resolve('@grafana/ui/package.json')),
  'dist/public/img/icons',
)

/** Fonts by their path below `fonts/`. */
export const FONTS = {
  ...Object.fromEntries(
    Object.entries(INTER).map(([name, file]) => [
      `inter/Inter-${name}.woff2`,
      path.join(filesOf('inter'), `inter-latin-${file}.woff2`),
    ]),
  ),
  [`roboto/${MONO}`]: path.join(filesOf('roboto-mono'), 'roboto-mono-latin-400-normal.woff2'),
}

/** Copies them into a folder laid out as Grafana's `public/`; returns the bytes. */
export function copyAssets(folder) {
  fs.rmSync(folder, { recursive: true, force: true })
  fs.cpSync(ICONS, path.join(folder, 'build/img/icons'), { recursive: true })
  for (const [name, from] of Object.entries(FONTS)) {
    const to = path.join(folder, 'fonts', name)
    fs.mkdirSync(path.dirname(to), { recursive: true })
    fs.copyFileSync(from, to)
  }
  return fs
    .readdirSync(folder, { recursive: true })
    .map((name) => fs.statSync(path.join(folder, name)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0)
}
