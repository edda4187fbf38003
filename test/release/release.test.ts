import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../helpers/fixtures.ts'
import { namesInTarball, unzip } from './contents.ts'

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string
}
const TARBALL = `picket-processor-${version}.tgz`
const PLUGIN = `picket-attackers-panel-${version}.zip`
const PROVISIONING = `picket-provisioning-${version}.zip`

let folder: string
let release: string
let said: string
/** The release, made once; everything below looks at it. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'picket-release-test-'))
  release = join(folder, 'release')
  said = makeRelease(release)
}, 300_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function makeRelease(to: string): string {
  const made = spawnSync(process.execPath, ['scripts/release.mjs', '--to', to], {
    cwd: root,
    encoding: 'utf8',
  })
  expect(made.status, made.stderr).toBe(0)
  return made.stdout
}

describe('npm run release', () => {
  test('makes a tarball, a plugin, provisioning and their sums, and says where they are and how large', () => {
    expect(readdirSync(release).sort()).toEqual(
      ['SHA256SUMS', PLUGIN, PROVISIONING, TARBALL].sort(),
    )
    for (const name of readdirSync(release)) expect(said).toContain(join(release, name))
    expect(statSync(join(release, TARBALL)).size).toBeLessThan(4_000_000)
    expect(statSync(join(release, PLUGIN)).size).toBeLessThan(1_500_000)
  })

  test('makes the same bytes again, in place of what was there', () => {
    const sums = readFileSync(join(release, 'SHA256SUMS'), 'utf8')
    makeRelease(release)
    expect(readFileSync(join(release, 'SHA256SUMS'), 'utf8')).toBe(sums)
    expect(readdirSync(release)).toHaveLength(4)
  })

  test('sums are those of the files', () => {
    const { stdout, status } = spawnSync('sha256sum', ['-c', 'SHA256SUMS'], {
      cwd: release,
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C' },
    })
    expect(stdout).toBe(`${PLUGIN}: OK\n${TARBALL}: OK\n${PROVISIONING}: OK\n`)
    expect(status).toBe(0)
  })
})

describe('the tarball', () => {
  test('holds what runs, the panel and the manual, and nothing of the checkout', () => {
    const names = namesInTarball(join(release, TARBALL))
    const { version: build } = JSON.parse(
      readFileSync(join(root, 'plugin/dist-live/current.json'), 'utf8'),
    ) as { version: string }
    const panel = filesUnder(join(root, 'plugin/dist-live', build))
    const docs = filesUnder(join(root, 'docs')).filter(
      (name) => name !== 'architecture.md' && !name.startsWith('decisions/'),
    )
    const rules = readdirSync(join(root, 'processor/signatures')).filter(
      (name) => !/\.(mjs|mts)$/.test(name),
    )
    expect(names.filter((name) => !name.startsWith('dist/chunks/'))).toEqual(
      [
        'LICENSE',
        'README.md',
        'bin/picket.js',
        'dist/cli/main.js',
        'dist/core.js',
        'package.json',
        'panel/current.json',
        ...panel.map((name) => `panel/${build}/${name}`),
        ...docs.map((name) => `docs/${name}`),
        ...rules.map((name) => `signatures/${name}`),
      ].sort(),
    )
    const chunks = names.filter((name) => name.startsWith('dist/chunks/'))
    expect(chunks.length).toBeGreaterThan(10)
    expect(chunks.filter((name) => !/^dist\/chunks\/[\w-]+-[A-Z0-9]{8}\.js$/.test(name))).toEqual(
      [],
    )
    expect(names.filter((name) => /\.(map|ts|test\.\w+|stamp)$/.test(name))).toEqual([])
    const notices = readFileSync(join(root, 'plugin/dist-live', build, 'THIRD-PARTY.txt'), 'utf8')
    for (const one of [/^ {2}react 18\S+ \(MIT\)$/m, /^ {2}@grafana\/ui \S+ \(Apache-2.0\)$/m])
      expect(notices).toMatch(one)
    expect(notices).toContain('Permission is hereby granted, free of charge')
    expect(notices).toMatch(/^ {2}@fontsource\/inter \S+ \(OFL-1.1\)$/m)
  })

  describe('installed in an empty folder', () => {
    let installed: string
    beforeAll(() => {
      installed = mkdtempSync(join(folder, 'installed-'))
      const args = ['install', '--prefix', installed, '--prefer-offline', '--no-audit', '--no-fund']
      const npm = process.env['npm_execpath']
      const { status, stderr } = spawnSync(
        npm === undefined ? 'npm' : process.execPath,
        [...(npm === undefined ? [] : [npm]), ...args, join(release, TARBALL)],
        { cwd: installed, encoding: 'utf8' },
      )
      expect(status, stderr).toBe(0)
    }, 120_000)

    /** The command that npm put in place, in a folder where nothing of the checkout is near. */
    const command = (): string => join(installed, 'node_modules/.bin/picket')
    const picket = (...args: string[]) =>
      spawnSync(command(), args, { cwd: installed, encoding: 'utf8' })

    test('says its version and its schema', () => {
      expect(picket('--version').stdout).toBe(`picket ${version}\n`)
      const schema = picket('config', 'schema')
      expect(JSON.parse(schema.stdout)).toEqual(
        JSON.parse(readFileSync(join(root, 'processor/picket.schema.json'), 'utf8')),
      )
    })

    test('runs the demo, whose page is the panel with all its parts', async () => {
      const demo = spawn(command(), ['demo', '--for', '10s', '--format', 'json'], {
        cwd: installed,
        env: { ...process.env, NO_COLOR: '1' },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const ended = once(demo, 'close')
      let stdout = ''
      demo.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
      const url = await liveUrl(demo.stderr)

      const answer = await fetch(`${url}/`)
      const page = await answer.text()
      expect(answer.headers.get('content-security-policy')).toContain("'nonce-")
      const base = /\/panel\/[0-9a-f]{16}\//.exec(page)?.[0] ?? ''
      expect(page).toContain(`${base}host.js`)
      expect(page).toContain(`${base}page.css`)
      for (const name of ['host.js', 'page.css', 'plugin/module.js', 'plugin/plugin.json']) {
        const part = await fetch(`${url}${base}${name}`)
        expect(part.status, name).toBe(200)
        expect((await part.arrayBuffer()).byteLength, name).toBeGreaterThan(100)
      }
      expect(await (await fetch(`${url}/live.json`)).json()).toEqual({ panel: true })

      expect((await ended)[0]).toBe(0)
      const report = JSON.parse(stdout) as { lines: { packets: number }; attackers: unknown[] }
      expect(report.lines.packets).toBeGreaterThan(50)
      expect(report.attackers.length).toBeGreaterThan(0)
    })
  })
})

describe('the plugin', () => {
  test('is one folder with the module in it, and passes the check of plugins', () => {
    const to = mkdtempSync(join(folder, 'plugin-'))
    const names = unzip(readFileSync(join(release, PLUGIN)), to)
    expect(names.filter((name) => !name.startsWith('picket-attackers-panel/'))).toEqual([])
    expect(names).toEqual(
      expect.arrayContaining(
        [
          'module.js',
          'plugin.json',
          'README.md',
          'CHANGELOG.md',
          'LICENSE',
          'THIRD-PARTY.txt',
          'img/logo.svg',
        ].map((name) => `picket-attackers-panel/${name}`),
      ),
    )
    const meta = JSON.parse(
      readFileSync(join(to, 'picket-attackers-panel/plugin.json'), 'utf8'),
    ) as { id: string; info: { version: string } }
    expect(meta).toMatchObject({ id: 'picket-attackers-panel', info: { version } })
    const check = spawnSync(
      process.execPath,
      ['plugin/scripts/check-plugin.mjs', join(to, 'picket-attackers-panel')],
      { cwd: root, encoding: 'utf8' },
    )
    expect(check.stdout).toMatch(/^0 errors/m)
    expect(check.status).toBe(0)
  })
})

function filesUnder(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(path, name)).isFile(),
  )
}

function liveUrl(stream: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const url = /live page\s+(http:\/\/\S+?)\/?\n/.exec(text)?.[1]
      if (url !== undefined) resolve(url)
    })
    stream.once('end', () => reject(new Error(`no address of the live page in:\n${text}`)))
  })
}

describe('the provisioning', () => {
  test('holds what Grafana, Prometheus, Loki and hosts are given, and not what that is written from', () => {
    const to = mkdtempSync(join(folder, 'provisioning-'))
    const base = `picket-provisioning-${version}`
    const names = unzip(readFileSync(join(release, PROVISIONING)), to)
    const expected = filesUnder(join(root, 'provisioning')).filter(
      (name) => !name.startsWith('source/'),
    )
    expect(names.sort()).toEqual(expected.map((name) => `${base}/${name}`).sort())
    expect(names).toContain(`${base}/dashboards/picket-overview.json`)
  })
})
