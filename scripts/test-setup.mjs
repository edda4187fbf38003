// `npm run test:setup`: installs with apt-get the programs that some tests compare Picket with. Needs root on Debian.
import { run } from './setup.mjs'
import { isDebian, missingTools } from './tools.mjs'

const missing = missingTools()
if (missing.length === 0) {
  console.error('All programs that the tests can use are installed.')
  process.exit(0)
}
const packages = missing.map((tool) => tool.package)
if (!isDebian() || process.getuid?.() !== 0) {
  console.error(`Install these packages, as root on Debian or its kin: ${packages.join(' ')}`)
  process.exit(1)
}
const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
run('apt-get', ['update', '-q'], { env })
run('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { env })
