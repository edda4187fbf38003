import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { picket } from '../cli/fake-io.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'picket-import-'))
  folders.push(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

/** A site of its own making: paths are relative, so that the golden files are the same everywhere. */
const SITE = {
  'psad.conf': [
    '# How a small site might look.',
    'EMAIL_ADDRESSES      admin@example.org;',
    'HOME_NET             192.0.2.0/24, 2001:db8::/32;',
    'EXTERNAL_NET         !$HOME_NET;',
    'FW_SEARCH_ALL        N;',
    'FW_MSG_SEARCH        DENY;',
    'FW_MSG_SEARCH        \\bREJECT\\b;',
    ...[7, 20, 200, 2000, 20_000].map((n, i) => `DANGER_LEVEL${i + 1} ${n};`),
    ...[10, 20, 50, 100, 500].map((n, i) => `DL${i + 1}_UNIQUE_HOSTS ${n};`),
    'SCAN_TIMEOUT         7200;   ### two hours',
    'IGNORE_PORTS         tcp/22, udp/6000-7000, 80;',
    'ENABLE_AUTO_IDS      Y;',
    'SIGS_FILE            $CONF_DIR/site.rules;',
    'AUTO_DL_FILE         $CONF_DIR/nothing-here;',
    'CONF_DIR             .;',
    'IPT_SYSLOG_FILE      $CONF_DIR/fw.txt;',
    'OFFICE_NET           192.0.2.128/25;',
    'SCAN_TIMOUT          60;',
    'gzipCmd              /bin/gzip;',
    '',
  ].join('\n'),
  'site.rules': 'alert tcp any any -> $OFFICE_NET 8080 (msg:"office"; sid:9000001;)\n',
  'fw.txt': '',
}

describe('config import', () => {
  test('prints a picket.yaml and accounts for every key', async () => {
    const { stdout, stderr, code } = await picket(['config', 'import', 'psad.conf'], {
      cwd: folderWith(SITE),
    })
    expect(code).toBe(0)
    await expect(stdout).toMatchFileSnapshot('golden/site.yaml')
    await expect(stderr).toMatchFileSnapshot('golden/site-account.txt')
  })

  test('prints what config check takes, and that means the same', async () => {
    const cwd = folderWith(SITE)
    for (const more of [[], ['--all'], ['--profile', 'psad']]) {
      await picket(
        ['config', 'import', 'psad.conf', '--output', 'picket.yaml', '--force', ...more],
        {
          cwd,
        },
      )
      const { stdout, stderr, code } = await picket(['config', 'check'], { cwd })
      expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
      expect(parse(stdout)).toMatchObject({
        homeNet: ['192.0.2.0/24', '2001:db8::/32'],
        detection: {
          profile: more.includes('psad') ? 'psad' : 'picket',
          dangerLevels: [7, 20, 200, 2000, 20_000],
          uniqueHosts: [10, 20, 50, 100, 500],
          scanTimeout: '2h',
          requireText: ['DENY', '\\bREJECT\\b'],
          ignore: { ports: ['tcp/22', 'udp/6000-7000'] },
        },
        signatures: {
          builtin: false,
          files: ['./site.rules'],
          variables: { EXTERNAL_NET: '!$HOME_NET', OFFICE_NET: '192.0.2.128/25' },
        },
        sources: [{ type: 'file', paths: ['./fw.txt'], from: 'end' }],
      })
    }
  })

  test('leaves defaults out unless all is asked for', async () => {
    const cwd = folderWith({ 'psad.conf': 'HOME_NET any;\nSCAN_TIMEOUT 3600;\n' })
    const few = await picket(['config', 'import', 'psad.conf'], { cwd })
    expect(parse(few.stdout)).toBeNull()
    const all = await picket(['config', 'import', 'psad.conf', '--all'], { cwd })
    expect(parse(all.stdout)).toEqual({ homeNet: ['any'], detection: { scanTimeout: '1h' } })
  })

  test('takes override files before the main one', async () => {
    const cwd = folderWith({
      'psad.conf': 'MIN_DANGER_LEVEL 1;\nFW_SEARCH_ALL Y;\nFW_MSG_SEARCH a;\n',
      'site.conf': 'FW_SEARCH_ALL N;\nFW_MSG_SEARCH b;\n',
      'more.conf': 'FW_MSG_SEARCH c;\nMIN_DANGER_LEVEL 2;\n',
    })
    const words = [
      'config',
      'import',
      'psad.conf',
      '--override',
      'site.conf',
      '--override',
      'more.conf',
    ]
    const { stdout, stderr } = await picket(words, { cwd })
    expect(parse(stdout)).toEqual({ detection: { requireText: ['b'], minDangerLevel: 2 } })
    expect(stdout).toContain('# MIN_DANGER_LEVEL, line 2 of more.conf\n')
    expect(stderr).toMatch(
      /^site\.conf:1:1 FW_SEARCH_ALL N: carried over to detection\.requireText/m,
    )
  })

  test('writes files, and never over one that is there without being told to', async () => {
    const cwd = folderWith({ 'psad.conf': 'SCAN_TIMEOUT 60;\n', 'picket.yaml': 'mine' })
    const words = [
      'config',
      'import',
      'psad.conf',
      '--output',
      'picket.yaml',
      '--report',
      'account.txt',
    ]
    const refused = await picket(words, { cwd })
    expect(refused).toEqual({
      stdout: '',
      stderr: 'picket: picket.yaml exists; --force overwrites it\n',
      code: 2,
    })
    expect(readFileSync(join(cwd, 'picket.yaml'), 'utf8')).toBe('mine')
    const written = await picket([...words, '--force'], { cwd })
    expect(written).toEqual({ stdout: '', stderr: '', code: 0 })
    expect(parse(readFileSync(join(cwd, 'picket.yaml'), 'utf8'))).toEqual({
      detection: { scanTimeout: '1m' },
    })
    expect(readFileSync(join(cwd, 'account.txt'), 'utf8')).toContain(
      'SCAN_TIMEOUT 60: carried over',
    )
  })

  test('of a file that is wrong in places carries over the rest', async () => {
    const cwd = folderWith({ 'psad.conf': 'SCAN_TIMEOUT 1h;\nMAX_SCAN_IP_PAIRS 7;\n' })
    const { stdout, stderr, code } = await picket(['config', 'import', 'psad.conf'], { cwd })
    expect(code).toBe(0)
    expect(parse(stdout)).toEqual({ limits: { pairs: 7 } })
    expect(stderr).toMatch(/^psad\.conf:1:1 error: SCAN_TIMEOUT: "1h" is no number of seconds/)
    expect(stderr).toMatch(
      /2 keys: 1 carried over, 0 not carried over, 0 unknown, 1 wrong; 1 errors, 0 warnings\n$/,
    )
  })

  test.each([
    ['nowhere.conf', /nowhere\.conf: cannot be read: no such file/],
    ['.', /it is a directory/],
    ['notes.txt', 'notes.txt: is no psad.conf: expected lines such as HOME_NET any;\n'],
  ])('exits 2 for %s', async (file, message) => {
    const cwd = folderWith({ 'notes.txt': 'Buy milk.\n' })
    const { stdout, stderr, code } = await picket(['config', 'import', file], { cwd })
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 })
    expect(stderr).toMatch(message)
  })
})

describe('--psad-conf', () => {
  const check = async (
    files: Readonly<Record<string, string>>,
    ...words: string[]
  ): Promise<{ config: unknown; stderr: string; code: number }> => {
    const { stdout, stderr, code } = await picket(
      ['config', 'check', '--psad-conf', 'psad.conf', ...words],
      { cwd: folderWith(files) },
    )
    return { config: parse(stdout), stderr, code }
  }

  test('goes over the configuration file and under options', async () => {
    const files = {
      'psad.conf': 'HOME_NET 192.0.2.0/24;\nSCAN_TIMEOUT 60;\nMIN_DANGER_LEVEL 2;\n',
      'picket.yaml':
        'homeNet: [10.0.0.0/8]\nlimits: { metricsTopN: 7 }\ndetection: { scanTimeout: 5m }\n',
    }
    const { config, stderr, code } = await check(files, '--set', 'detection.minDangerLevel=3')
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
    expect(config).toMatchObject({
      homeNet: ['192.0.2.0/24'],
      limits: { metricsTopN: 7 },
      detection: { scanTimeout: '1m', minDangerLevel: 3, profile: 'picket' },
    })
    const { config: ours } = await check(files, '--home-net', '10.1.0.0/16', '--profile', 'psad')
    expect(ours).toMatchObject({ homeNet: ['10.1.0.0/16'], detection: { profile: 'psad' } })
  })

  test('leaves inputs alone', async () => {
    const { config } = await check({ 'psad.conf': 'IPT_SYSLOG_FILE log;\n', log: '' })
    expect(config).toMatchObject({ sources: [] })
  })

  test('does not run by half of a file: every problem is said', async () => {
    const { stderr, code } = await check({
      'psad.conf':
        'HOME_NET us;\nSCAN_TIMEOUT 60\nMIN_DANGER_LEVEL 9;\nENABLE_IPV6_DETECTION YES;\n',
    })
    expect(code).toBe(2)
    expect(stderr.split('\n').map((line) => line.split(': ').slice(0, 1)[0])).toEqual([
      'psad.conf:2:16 SCAN_TIMEOUT',
      'psad.conf:1:1 HOME_NET',
      'psad.conf:3:1 MIN_DANGER_LEVEL',
      '',
    ])
  })

  test('warns of what does not mean what it seems to', async () => {
    const { stderr, code, config } = await check({
      'psad.conf': 'ENABLE_IPV6_DETECTION YES;\nFANCY 1;\n',
    })
    expect(code).toBe(0)
    expect(config).toMatchObject({ detection: { ipv6: true } })
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^psad\.conf:1:1 warning: ENABLE_IPV6_DETECTION: .*Q45/),
      expect.stringMatching(/^psad\.conf:2:1 warning: FANCY: unknown key/),
    ])
  })

  test('decides what analyze answers, without any other configuration', async () => {
    const line = (port: number): string =>
      `Mar 11 20:35:11 fw kernel: DROP IN=eth0 OUT= SRC=203.0.113.9 DST=192.0.2.1 LEN=44 TOS=0x00 PREC=0x00 TTL=50 ID=1 PROTO=TCP SPT=40000 DPT=${port} WINDOW=1024 RES=0x00 SYN URGP=0\n`
    const cwd = folderWith({
      'psad.conf': [3, 4, 5, 6, 7].map((n, i) => `DANGER_LEVEL${i + 1} ${n};\n`).join(''),
      log: Array.from({ length: 5 }, (_, i) => line(1000 + i)).join(''),
    })
    const levelOf = async (...words: string[]): Promise<unknown> => {
      const { stdout } = await picket(['analyze', '--format', 'json', ...words, 'log'], { cwd })
      return (JSON.parse(stdout) as { attackers: { dangerLevel: number }[] }).attackers[0]
        ?.dangerLevel
    }
    expect(await levelOf('--psad-conf', 'psad.conf')).toBe(3)
    expect(await levelOf()).toBe(1)
  })
})
