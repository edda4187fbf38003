import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { canonical } from '../helpers/address.ts'
import { picket } from '../helpers/cli.ts'
import { withoutFixtures } from '../helpers/fixtures.ts'
import { PSAD_OPTIONS, PsadFolder } from '../helpers/psad.ts'
import { hasTool } from '../helpers/tools.ts'
import { captures } from './corpus.ts'
import { generatedLog } from './generate.ts'

/** psad's CSV of a log, its blanks behind commas gone and addresses in the form that Picket prints. */
function psadCsv(log: string, fields: readonly string[]): string[] {
  const folder = new PsadFolder()
  try {
    const input = folder.write('input.log', log)
    const { stdout } = spawnSync(
      'psad',
      ['--CSV', '-m', input, '-c', folder.conf({}), '--CSV-fields', fields.join(' ')],
      PSAD_OPTIONS,
    )
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.split(', ').map(canonical).join(','))
  } finally {
    folder.remove()
  }
}

function picketCsv(log: string, fields: readonly string[]): string[] {
  const { stdout, stderr, status } = picket(
    ['parse', '--profile', 'psad', '--format', 'csv', '--fields', fields.join(','), '-'],
    { input: log },
  )
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
  return stdout.trimEnd().split('\n')
}

const DEFAULT = 'src dst sp dp proto flags ip_len intf chain log_prefix'.split(' ')
const MORE = 'src dst proto itype icode win udp_len'.split(' ')

describe.skipIf(!hasTool('psad'))('picket parse --format csv prints what psad --CSV prints', () => {
  test.skipIf(withoutFixtures !== undefined).each(captures('psad-scans'))(
    'of psad’s own capture $name',
    ({ log }) => {
      expect(picketCsv(log, DEFAULT)).toEqual(psadCsv(log, DEFAULT))
    },
  )

  test.each([11, 12, 13])('of generated log %i, other fields as well', (seed) => {
    const log = generatedLog(seed, 500)
    // psad does not read the length of numbered protocols over IPv6.
    const known = (line: string): string => line.replace(/^(\S*:\S*?,-1,-1,\d+,-1,)80,/, '$1-1,')
    expect(picketCsv(log, DEFAULT).map(known)).toEqual(psadCsv(log, DEFAULT))
    expect(picketCsv(log, MORE)).toEqual(psadCsv(log, MORE))
  })
})
