import { createHash } from 'node:crypto'
import * as fs from 'node:fs/promises'
import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { builtinRules, PACK_VERSION } from '../../src/core/index.ts'
import { sumFor } from '../../src/signatures/checksum.ts'
import { GENERATIONS, InstalledRules } from '../../src/signatures/installed.ts'
import type { StoreDisk } from '../../src/signatures/installed.ts'
import { rollBackRules, updateRules } from '../../src/signatures/update.ts'
import type { UpdateOptions, UpdateSource } from '../../src/signatures/update.ts'
import { recordingLogger } from '../telemetry/recording-logger.ts'

const sum = (text: string): string => createHash('sha256').update(text).digest('hex')
const rule = (sid: number, message: string): string =>
  `alert tcp any any -> any ${sid % 60_000} (msg:"${message}"; flags:S; sid:${sid};)\n`
const packOf = (number: number, body = rule(9_000_001, 'one')): string =>
  `# Picket signature pack, version ${number}, 2027-01-01\n${body}`

let folder: string
let stateDir: string
let server: Server | undefined
let url: string

async function serve(listener: RequestListener): Promise<void> {
  const started = createServer(listener)
  server = started
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(started.address() as AddressInfo).port}`
}

/** Answers each path with its text, others with 404. */
const files =
  (texts: Readonly<Record<string, string>>): RequestListener =>
  (request, response) => {
    const text = texts[new URL(request.url ?? '', 'http://x').pathname]
    if (text === undefined) response.writeHead(404).end('gone')
    else response.end(text)
  }

const published = (text: string): RequestListener =>
  files({ '/scan.rules': text, '/scan.rules.sha256': `${sum(text)}  scan.rules\n` })

beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'picket-signatures-'))
  stateDir = join(folder, 'state')
})

afterEach(async () => {
  server?.closeAllConnections()
  await new Promise((resolve) => (server === undefined ? resolve(0) : server.close(resolve)))
  server = undefined
  await fs.rm(folder, { recursive: true, force: true })
})

const update = (
  source: UpdateSource,
  options: Partial<UpdateOptions> = {},
): ReturnType<typeof updateRules> => updateRules(source, optionsOf(options))

function optionsOf(options: Partial<UpdateOptions> = {}): UpdateOptions {
  return {
    cwd: folder,
    logger: recordingLogger().logger,
    stateDir,
    strict: false,
    homeNet: ['any'],
    ...options,
  }
}

const present = (name: string): Promise<string> =>
  fs.readFile(join(stateDir, 'signatures', `${name}.rules`), 'utf8')

/** What is in the folder, but for what an update that died may leave. */
async function folderNow(): Promise<string[]> {
  const names = await fs.readdir(join(stateDir, 'signatures')).catch(() => [])
  return names.filter((name) => !name.endsWith('.tmp') && name !== 'lock').sort()
}

describe('an update', () => {
  it('installs what the address and its checksum give, and says what is new', async () => {
    await serve(published(rule(1, 'a') + rule(2, 'b')))
    const first = await update({ from: `${url}/scan.rules` })
    expect(first).toMatchObject({ outcome: 'installed', name: 'scan', rules: 2 })
    expect(first.changes.added.map(({ sid }) => sid)).toEqual([1, 2])
    const next = rule(2, 'b, otherwise') + rule(3, 'c')
    server?.removeAllListeners('request').on('request', published(next))
    const { changes } = await update({ from: `${url}/scan.rules` })
    expect(
      [changes.added, changes.removed, changes.changed].map((list) => list.map(({ sid }) => sid)),
    ).toEqual([[3], [1], [2]])
    expect(await present('scan')).toBe(next)
    expect(await folderNow()).toEqual(['scan.rules', 'scan.rules.1'])
  })

  it('takes the sum from the command line, another file, or the file beside a file', async () => {
    const text = rule(1, 'a')
    await fs.writeFile(join(folder, 'own.rules'), text)
    await fs.writeFile(
      join(folder, 'SUMS'),
      `${sum('x')}  other.rules\n${sum(text)} *dir/own.rules\n`,
    )
    const done = async (source: UpdateSource, name: string): Promise<string> =>
      (await update(source, { name })).outcome
    expect(await done({ from: 'own.rules', sha256: sum(text).toUpperCase() }, 'a')).toBe(
      'installed',
    )
    expect(await done({ from: 'own.rules', checksum: 'SUMS' }, 'b')).toBe('installed')
    await expect(done({ from: 'own.rules' }, 'c')).rejects.toThrow(
      'there is no checksum at own.rules.sha256',
    )
    await fs.writeFile(join(folder, 'own.rules.sha256'), sum(text))
    expect(await done({ from: 'own.rules' }, 'c')).toBe('installed')
    expect(await done({ from: 'own.rules' }, 'c')).toBe('unchanged')
  })

  it('follows a redirect, and takes the checksum from beside the first address', async () => {
    const text = rule(1, 'a')
    await serve((request, response) => {
      if (request.url === '/latest/scan.rules') response.writeHead(302, { location: '/v1/x' }).end()
      else files({ '/v1/x': text, '/latest/scan.rules.sha256': sum(text) })(request, response)
    })
    expect(await update({ from: `${url}/latest/scan.rules` })).toMatchObject({
      outcome: 'installed',
      name: 'scan',
    })
  })

  test.each<[string, RequestListener, string]>([
    [
      'a wrong checksum',
      files({ '/scan.rules': rule(1, 'a'), '/scan.rules.sha256': `${sum('b')}  scan.rules` }),
      'nothing was replaced',
    ],
    [
      'a checksum of another file',
      files({ '/scan.rules': rule(1, 'a'), '/scan.rules.sha256': `${sum('b')}  b.rules` }),
      'has no checksum of scan.rules, only of b.rules',
    ],
    [
      'a checksum file that is none',
      files({ '/scan.rules': rule(1, 'a'), '/scan.rules.sha256': '<html>' }),
      'is no checksum file',
    ],
    ['no checksum', files({ '/scan.rules': rule(1, 'a') }), 'there is no checksum at'],
    ['no file', files({}), 'answered 404'],
    [
      'a page instead of rules',
      published('<!doctype html>\n<p>Sign in</p>\n'),
      'holds no rule that can be used, first of 2 problems: line 1:',
    ],
    ['an empty file', published(''), 'holds no rule that can be used'],
    [
      'an answer that is too large',
      published(rule(1, 'x'.repeat(70_000))),
      'larger than 65536 bytes',
    ],
    [
      'an answer that breaks off',
      (_, response) => {
        response.writeHead(200, { 'content-length': '100000' })
        response.write(rule(1, 'a'))
        setTimeout(() => response.destroy(), 20)
      },
      'GET http',
    ],
    [
      'an answer that never ends',
      (_, response) => void response.write('alert'),
      'no answer within 0.3 s',
    ],
    [
      'redirects in a ring',
      (_, response) => response.writeHead(301, { location: '/scan.rules' }).end(),
      'redirects more than 5 times',
    ],
    [
      'a redirect to a file',
      (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
      'redirects from http to file',
    ],
    [
      'a redirect to nowhere',
      (_, response) => response.writeHead(302).end(),
      'redirects to nowhere',
    ],
  ])('with %s is refused, and what was there stays', async (_, listener, message) => {
    const before = rule(7, 'before')
    await serve(published(before))
    await update({ from: `${url}/scan.rules` })
    server?.removeAllListeners('request').on('request', listener)
    await expect(
      update({ from: `${url}/scan.rules` }, { maxBytes: 65_536, timeoutMs: 300 }),
    ).rejects.toThrow(message)
    expect(await present('scan')).toBe(before)
    expect(await fs.readdir(join(stateDir, 'signatures'))).toEqual(['scan.rules'])
  })

  test.each([
    ['ftp://example.org/a.rules', {}, 'expected http://, https:// or a file'],
    ['a.rules', { sha256: 'abc' }, 'is no SHA-256: expected 64 hex digits'],
    ['a.rules', { name: '../a' }, '"../a" is no name for a rule file'],
    ['a.rules', { name: 'picket' }, 'a.rules is no signature pack'],
    ['pack', { name: 'other' }, 'pack is a signature pack, which is always called picket'],
  ])(
    'of %s with %j is refused',
    async (from, { name, ...source }: { name?: string; sha256?: string }, message) => {
      for (const [file, text] of [
        ['a.rules', rule(1, 'a')],
        ['pack', packOf(99)],
      ] as const) {
        await fs.writeFile(join(folder, file), text)
        await fs.writeFile(join(folder, `${file}.sha256`), sum(text))
      }
      await expect(update({ from, ...source }, { name })).rejects.toThrow(message)
      expect(await folderNow()).toEqual([])
    },
  )

  it('with a bad rule installs the good ones, and none if it shall be strict', async () => {
    await serve(
      published(`${rule(1, 'a')}alert tcp any any -> any 1 (msg:"x"; content:"y"; sid:2;)\n`),
    )
    await expect(update({ from: `${url}/scan.rules` }, { strict: true })).rejects.toThrow(
      'line 2:38 the option "content" looks into the packet',
    )
    const { rules, problems } = await update({ from: `${url}/scan.rules` })
    expect([rules, problems.length]).toEqual([1, 1])
  })

  it('does not show the secrets of an address', async () => {
    await serve(files({}))
    const from = `${url.replace('//', '//me:hush@')}/scan.rules?token=hush`
    const error: unknown = await update({ from }).catch((reason: unknown) => reason)
    expect(String(error)).toContain('/scan.rules answered 404')
    expect(String(error)).not.toContain('hush')
  })
})

describe('the pack', () => {
  const from = async (text: string): Promise<UpdateSource> => {
    await fs.writeFile(join(folder, 'new.rules'), text)
    return { from: 'new.rules', sha256: sum(text) }
  }

  it('is compared with the built-in one, and replaced only by a newer one', async () => {
    const newer = packOf(PACK_VERSION.number + 1)
    expect(await update(await from(packOf(PACK_VERSION.number - 1)))).toMatchObject({
      outcome: 'not-newer',
      before: PACK_VERSION,
    })
    expect(await folderNow()).toEqual([])
    const result = await update(await from(newer))
    expect(result).toMatchObject({ outcome: 'installed', name: 'picket', before: PACK_VERSION })
    expect(result.changes.removed).toHaveLength(builtinRules().length - 1)
    expect(
      await update(await from(packOf(PACK_VERSION.number + 1, rule(9_000_002, 'x')))),
    ).toMatchObject({
      outcome: 'not-newer',
    })
    expect(await present('picket')).toBe(newer)
  })

  it('goes back to the version before, and at last to the built-in one', async () => {
    const one = packOf(100)
    await update(await from(one))
    await update(await from(packOf(101)))
    expect(await rollBackRules(optionsOf())).toMatchObject({
      outcome: 'rolled-back',
      version: { number: 100 },
      before: { number: 101 },
    })
    expect(await present('picket')).toBe(one)
    expect(await rollBackRules(optionsOf())).toMatchObject({ version: PACK_VERSION })
    expect(await folderNow()).toEqual([])
    await expect(rollBackRules(optionsOf())).rejects.toThrow('no version before it')
  })
})

describe('what was replaced', () => {
  it(`is kept ${GENERATIONS} times, and taken back from the newest on`, async () => {
    const store = new InstalledRules(join(stateDir, 'signatures'))
    const text = (n: number): Buffer => Buffer.from(rule(n, `version ${n}`))
    for (let n = 1; n <= 8; n++) await store.replace('scan', text(n))
    expect(await folderNow()).toEqual([
      'scan.rules',
      ...[1, 2, 3, 4, 5].map((n) => `scan.rules.${n}`),
    ])
    for (let n = 7; n >= 3; n--) {
      expect(await store.rollBack('scan')).toBe(true)
      expect(await store.read('scan')).toEqual(text(n))
    }
    expect(await store.rollBack('scan')).toBe(false)
  })
})

describe('a process that dies while it writes', () => {
  /** Calls that change something, counted; from the given one on nothing happens any more. */
  function dyingDisk(dieAt: number): { disk: StoreDisk; steps: () => number } {
    let steps = 0
    const step =
      <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        if (++steps >= dieAt) throw Object.assign(new Error('died'), { code: 'EIO' })
        return call(...args)
      }
    const disk = {
      ...fs,
      mkdir: step(fs.mkdir as (path: string) => Promise<undefined>),
      rename: step(fs.rename),
      rm: step(fs.rm),
      open: step(async (path: string, flags: string) => {
        const file = await fs.open(path, flags)
        return Object.assign(Object.create(file) as typeof file, {
          writeFile: step(async (bytes: Uint8Array) => {
            // Half of it first, so that a torn file is left behind.
            await file.write(bytes.subarray(0, bytes.length >> 1))
            await step(async () => file.write(bytes.subarray(bytes.length >> 1)))()
          }),
          sync: step(() => file.sync()),
          close: () => file.close(),
        })
      }),
    } as unknown as StoreDisk
    return { disk, steps: () => steps }
  }

  const directory = (): string => join(stateDir, 'signatures')
  const versions = ['one', 'two', 'three', 'four'].map((word, i) => Buffer.from(rule(i + 1, word)))

  it('leaves the old version or the new one, whole, wherever it dies; a second try goes through', async () => {
    const whole = dyingDisk(Infinity)
    await new InstalledRules(directory(), whole.disk).replace('scan', versions[0]!)
    await new InstalledRules(directory(), whole.disk).replace('scan', versions[1]!)
    await new InstalledRules(directory(), whole.disk).replace('scan', versions[2]!)
    const before = whole.steps()
    await new InstalledRules(directory(), whole.disk).replace('scan', versions[3]!)
    const steps = whole.steps() - before
    expect(steps).toBeGreaterThan(8)
    const outcomes = new Set<string>()
    for (let dieAt = 1; dieAt <= steps; dieAt++) {
      await fs.rm(directory(), { recursive: true })
      const store = new InstalledRules(directory())
      for (const version of versions.slice(0, 3)) await store.replace('scan', version)
      await expect(
        new InstalledRules(directory(), dyingDisk(dieAt).disk).replace('scan', versions[3]!),
      ).rejects.toThrow('died')
      const left = await store.read('scan')
      outcomes.add(left?.toString() ?? 'nothing')
      expect(left, `died at step ${dieAt}`).toEqual(versions[2])
      expect(await store.names()).toEqual(['scan'])
      await store.replace('scan', versions[3]!)
      expect(await store.read('scan')).toEqual(versions[3])
      await store.rollBack('scan')
      expect(await store.read('scan'), `after step ${dieAt}`).toEqual(versions[2])
      await store.rollBack('scan')
      expect(await store.read('scan'), `after step ${dieAt}`).toEqual(versions[1])
    }
    expect(outcomes.size).toBe(1)
  })
})

describe('a checksum file', () => {
  const hex = 'ab'.repeat(32)
  test.each([
    [`${hex}  a.rules`, 'a.rules'],
    [`${hex} *a.rules\r\n`, 'a.rules'],
    [`${hex.toUpperCase()}  ./out/a.rules\n`, 'a.rules'],
    [`\n${hex}\n`, 'a.rules'],
    [`${'00'.repeat(32)}  b.rules\n${hex}  a.rules`, 'a.rules'],
  ])('%j gives the sum of %s', (text, name) => {
    expect(sumFor(name, text, 'SUMS')).toBe(hex)
  })

  test.each(['', 'deadbeef  a.rules', `${hex}\n${hex}`, `${hex} a.rules`])(
    '%j gives none',
    (text) => {
      expect(() => sumFor('a.rules', text, 'SUMS')).toThrow(
        /^SUMS (?:is no checksum file|has no checksum of)/,
      )
    },
  )
})
