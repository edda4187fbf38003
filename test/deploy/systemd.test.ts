import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { picket } from '../helpers/cli.ts'
import { root } from '../helpers/fixtures.ts'
import { hasTool } from '../helpers/tools.ts'

// Not run by any test: the service itself, since systemd does not run where tests do.

const unitPath = join(root, 'provisioning/systemd/picket.service')
const unit = readFileSync(unitPath, 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'picket-unit-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const valuesOf = (key: string): string[] =>
  [...unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value)

function analyze(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', args, {
    encoding: 'utf8',
    env: { ...process.env, SYSTEMD_PAGER: '', LC_ALL: 'C.UTF-8' },
  })
  return { status, output: stdout + stderr }
}

describe.runIf(hasTool('systemd-analyze'))('systemd', () => {
  test('rates what the service may do below 3 of 10', () => {
    const { status, output } = analyze('security', '--offline=true', '--threshold=30', unitPath)
    const [, exposure] = /Overall exposure level for picket\.service: ([\d.]+)/.exec(output) ?? []
    expect(Number(exposure)).toBeLessThan(3)
    expect(status).toBe(0)
  })

  test('understands every line of the unit', () => {
    // The program is not installed here.
    const path = join(folder, 'picket.service')
    writeFileSync(path, unit.replaceAll('/usr/local/bin/picket', '/bin/true'))
    const { status, output } = analyze('verify', path)
    const ours = output.split('\n').filter((line) => line.includes('picket'))
    expect({ status, ours }).toEqual({ status: 0, ours: [] })
  })

  test('would say so of a line that it does not understand', () => {
    const path = join(folder, 'picket-broken.service')
    writeFileSync(
      path,
      unit
        .replaceAll('/usr/local/bin/picket', '/bin/true')
        .replace('PrivateTmp=yes', 'PrivatTmp=yes'),
    )
    expect(analyze('verify', path).output).toMatch(/Unknown key.*'PrivatTmp'/)
  })
})

describe('the unit', () => {
  test('starts what picket knows: run with a configuration, reload, and no restart when that is wrong', () => {
    const [start = ''] = valuesOf('ExecStart')
    const [program, ...args] = start.split(' ')
    expect(program).toBe('/usr/local/bin/picket')
    expect(picket([...args, '--help']).status).toBe(0)
    expect(valuesOf('ExecReload')).toEqual(['/bin/kill -HUP $MAINPID'])
    expect(valuesOf('RestartPreventExitStatus')).toEqual(['2'])
    expect(picket(['run', '--config', join(folder, 'missing.yaml')]).status).toBe(2)
  })

  test('goes with the configuration beside it: state, credentials and the journal', () => {
    const config = readFileSync(join(root, 'provisioning/picket/systemd.yaml'), 'utf8')
    const { status, stderr } = picket([
      'config',
      'check',
      '--config',
      'provisioning/picket/systemd.yaml',
    ])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(config).toContain(`stateDir: /var/lib/${valuesOf('StateDirectory')[0] ?? ''}\n`)
    const [id = ''] = valuesOf('LoadCredential')[0]?.split(':') ?? []
    expect(config).toContain(`tokenFile: /run/credentials/picket.service/${id}_grafana-token`)
    expect(valuesOf('SupplementaryGroups')[0]).toMatch(/^systemd-journal\b/)
  })

  test('leaves memory that is written and executed to Node, which does not start without', () => {
    expect(valuesOf('MemoryDenyWriteExecute')).toEqual(['no'])
  })
})
