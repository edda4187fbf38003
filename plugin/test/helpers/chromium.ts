import { spawnSync } from 'node:child_process'
import { chromium, type Browser } from 'playwright-core'

const path =
  process.env['CHROMIUM'] ??
  spawnSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).stdout.trim()

/** True if Chromium is installed. With CI=true a missing one is a failure, not a skip. */
export function hasChromium(): boolean {
  if (path !== '') return true
  if (process.env['CI'] === 'true')
    throw new Error('chromium is not installed: npm run test:setup in the root installs it')
  console.warn('Skipped: chromium is not installed (npm run test:setup in the root).')
  return false
}

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: path,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--font-render-hinting=none',
    ],
  })
}
