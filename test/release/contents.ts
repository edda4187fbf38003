import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from '../helpers/fixtures.ts'

/** Names of the files in an npm tarball, below its folder `package/`. */
export function namesInTarball(path: string): string[] {
  const { stdout, status } = spawnSync('tar', ['-tzf', path], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`tar cannot read ${path}`)
  return stdout
    .trim()
    .split('\n')
    .map((name) => name.replace(/^package\//, ''))
    .sort()
}

/** Writes the files of a zip below a folder; returns their names. */
export function unzip(bytes: Uint8Array, folder: string): string[] {
  // The panel's package, which is there whenever a release can be made.
  const { unzipSync } = createRequire(join(root, 'plugin/package.json'))('fflate') as {
    readonly unzipSync: (bytes: Uint8Array) => Record<string, Uint8Array>
  }
  const files = unzipSync(bytes)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return Object.keys(files)
}
