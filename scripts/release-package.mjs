// The npm package of a release: the processor with the panel in it, and the manuals.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { bundleFor } from '../processor/build.mjs'

/** Of docs/ only what people who use Picket read. */
const NOT_FOR_USERS = /[/\\]docs[/\\](?:architecture\.md|decisions)(?:[/\\]|$)/

/** Lays the package out in `target`, which is empty; the panel is built before. */
export async function stagePackage(root, target) {
  const processor = join(root, 'processor')
  for (const { path, contents } of await bundleFor(join(target, 'dist'), { sourcemap: false })) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, contents)
  }
  cpSync(join(processor, 'bin'), join(target, 'bin'), { recursive: true })
  cpSync(join(processor, 'README.md'), join(target, 'README.md'))
  cpSync(join(root, 'LICENSE'), join(target, 'LICENSE'))
  copyPanel(join(root, 'plugin/dist-live'), join(target, 'panel'))
  // The rules to read: the program has them built in.
  cpSync(join(processor, 'signatures'), join(target, 'signatures'), {
    recursive: true,
    filter: (path) => !/\.(mjs|mts)$/.test(path),
  })
  cpSync(join(root, 'docs'), join(target, 'docs'), {
    recursive: true,
    filter: (path) => !NOT_FOR_USERS.test(path),
  })
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifest(processor), null, 2)}\n`)
}

/** The current build only; older ones stay behind for a day in a checkout. */
function copyPanel(from, to) {
  const current = readFileSync(join(from, 'current.json'))
  const { version } = JSON.parse(current.toString('utf8'))
  cpSync(join(from, version), join(to, version), { recursive: true })
  writeFileSync(join(to, 'current.json'), current)
}

/**
 * The processor's package.json as it is outside a checkout. Private, so that nobody publishes it by accident under a name that may be
 * somebody else's; a tarball installs all the same.
 */
function manifest(processor) {
  const { exports, files, ...rest } = JSON.parse(
    readFileSync(join(processor, 'package.json'), 'utf8'),
  )
  return {
    ...rest,
    private: true,
    files: [...files, 'docs'],
    exports: Object.fromEntries(
      Object.entries(exports).map(([name, conditions]) => [name, conditions.default]),
    ),
  }
}
