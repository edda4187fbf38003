import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../helpers/fixtures.ts'
import { freePort } from '../helpers/prometheus.ts'
import { contextFiles } from './helpers/build-context.ts'
import { stagesOf } from './helpers/dockerfile.ts'
import { replay } from './helpers/replay.ts'

// There is no container engine here: the Dockerfile's commands are run in their order on a clean copy, and what its last stage would
// hold is run from a folder. Not covered by that: the base images, owners of files, USER and the health check's timing.
const MINUTES = 60_000
const panelPackages = join(root, 'plugin/node_modules')
/** The panel's packages take minutes to install: the folder of this checkout is linked in place of `npm ci`, where there is one. */
const hasPanelPackages = existsSync(panelPackages)

const folder = mkdtempSync(join(tmpdir(), 'picket-image-'))
const stages = stagesOf(readFileSync(join(root, 'Dockerfile'), 'utf8'))
const context = contextFiles(root, readFileSync(join(root, '.dockerignore'), 'utf8'))
const ran: string[] = []
let image = ''
let picketJs = ''

beforeAll(() => {
  if (!hasPanelPackages)
    console.warn(
      'The image is built without its panel: plugin/node_modules is not there (npm run plugin:build installs it).',
    )
  image = replay({
    stages,
    context,
    folder,
    without: hasPanelPackages ? [] : ['panel', 'plugin'],
    instead(stage, command, cwd) {
      ran.push(command)
      if (stage !== 'panel' || command !== 'npm ci') return false
      symlinkSync(panelPackages, join(cwd, 'node_modules'))
      return true
    },
  })
  picketJs = join(image, 'opt/picket/bin/picket.js')
}, 10 * MINUTES)

afterAll(() => rmSync(folder, { recursive: true, force: true }), 2 * MINUTES)

function picket(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [picketJs, ...args], {
    cwd: join(image, 'var/lib/picket'),
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], NO_COLOR: '1' },
    maxBuffer: 1 << 26,
  })
}

describe('the build context', () => {
  test('holds what is copied and nothing that is built, installed or only tested', () => {
    expect(context).toContain('processor/src/cli/main.ts')
    expect(context).toContain('plugin/src/plugin.json')
    for (const path of context)
      expect(path).not.toMatch(/(^|\/)(node_modules|dist|dist-live|\.git|test|provisioning|docs)\//)
  })
})

describe('what the last stage holds', () => {
  test('comes of the commands that the Dockerfile names', () => {
    expect(ran).toEqual(
      expect.arrayContaining(['npm ci --omit=dev --ignore-scripts', 'npm run build']),
    )
  })

  test('is Picket with the packages that it needs to run, no others, and no sources', () => {
    const names = readdirSync(join(image, 'opt/picket')).sort()
    const expected = ['LICENSE', 'bin', 'dist', 'node_modules', 'package.json', 'signatures']
    expect(names).toEqual(hasPanelPackages ? [...expected, 'panel'].sort() : expected)
    const packages = readdirSync(join(image, 'opt/picket/node_modules'))
    expect(packages).toEqual(expect.arrayContaining(['commander', 'undici', 'yaml', 'zod']))
    for (const name of ['esbuild', 'typescript', 'vitest', 'eslint', 'npm', '.bin', '@picket'])
      expect(packages).not.toContain(name)
    expect(lstatSync(join(image, 'opt/picket/bin/picket')).isSymbolicLink()).toBe(true)
  })

  test('says its version', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      version: string
    }
    expect(picket('--version')).toMatchObject({ status: 0, stdout: `picket ${version}\n` })
  })

  test('runs the demo from these files alone', () => {
    const { status, stdout, stderr } = picket('demo', '--for', '5s', '--format', 'json')
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' })
    const { lines } = JSON.parse(stdout) as { lines: { packets: number } }
    expect(lines.packets).toBeGreaterThan(50)
  })

  test('is healthy by its own health check while it runs, with the panel as its page, and not after', async () => {
    const listen = `127.0.0.1:${await freePort()}`
    const cwd = join(image, 'var/lib/picket')
    writeFileSync(
      join(cwd, 'picket.yaml'),
      `http: { listen: '${listen}', push: true }\nsources: [{ type: push }]\n`,
    )
    const child = spawn(process.execPath, [picketJs, 'run'], {
      cwd,
      env: { PATH: process.env['PATH'] },
      stdio: 'ignore',
    })
    const ended = once(child, 'exit')
    let isHealthy = false
    for (let tries = 0; tries < 100 && !isHealthy && child.exitCode === null; tries++) {
      isHealthy = healthCheck(listen) === 0
      if (!isHealthy) await sleep(100)
    }
    const page = isHealthy ? await (await fetch(`http://${listen}/`)).text() : ''
    child.kill('SIGTERM')
    const [code] = (await ended) as [number | null]
    expect({ isHealthy, code }).toEqual({ isHealthy: true, code: 0 })
    expect(page).toMatch(hasPanelPackages ? /\/panel\/[0-9a-f]{16}\/host\.js/ : /<title>Picket/)
    expect(healthCheck(listen)).toBe(1)
  })
})

/** Runs the image's HEALTHCHECK against another address; its exit code. */
function healthCheck(listen: string): number | null {
  const { rest = '' } =
    stages.at(-1)?.instructions.find(({ keyword }) => keyword === 'HEALTHCHECK') ?? {}
  const [command = '', ...args] = JSON.parse(rest.replace(/^CMD /, '')) as string[]
  expect(rest).toContain('127.0.0.1:9744')
  return spawnSync(
    command,
    args.map((arg) => arg.replace('127.0.0.1:9744', listen)),
  ).status
}
