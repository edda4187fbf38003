// The version of a release stands in several files; they have to agree before anything is made of it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const MANIFESTS = ['package.json', 'processor/package.json', 'plugin/package.json']
const CHANGELOGS = ['CHANGELOG.md', 'plugin/CHANGELOG.md']

/**
 * The version that the checkout at `root` is of; `unreleased` names the changelogs that do not call it released yet. Throws an Error that
 * says each place that disagrees, one a line.
 */
export function releaseVersion(root) {
  const read = (name) => readFileSync(join(root, name), 'utf8')
  const found = MANIFESTS.map((name) => [name, JSON.parse(read(name)).version])
  const lock = JSON.parse(read('package-lock.json'))
  for (const folder of ['', 'processor'])
    found.push([
      `package-lock.json (${folder || 'root'})`,
      lock.packages?.[folder]?.version ?? lock.version,
    ])
  const version = found[0][1]
  const problems = found
    .filter(([, other]) => other !== version)
    .map(([name, other]) => `${name} says ${other}, package.json ${version}`)
  // The build puts the version of plugin/package.json in its place.
  const wanted = JSON.parse(read('plugin/src/plugin.json')).info.version
  if (wanted !== '%VERSION%' && wanted !== version)
    problems.push(`plugin/src/plugin.json says ${wanted}, package.json ${version}`)

  const unreleased = []
  for (const name of CHANGELOGS) {
    const heading = read(name)
      .split('\n')
      .find((line) => line === `## ${version}` || line.startsWith(`## ${version} `))
    if (heading === undefined) problems.push(`${name} has no heading "## ${version}"`)
    else if (/unreleased/i.test(heading)) unreleased.push(name)
  }
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return { version, unreleased }
}
