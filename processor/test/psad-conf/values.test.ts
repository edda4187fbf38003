import { describe, expect, test } from 'vitest'
import {
  networksOf,
  numberOf,
  portsOf,
  protocolNames,
  protocolsOf,
  switchOf,
  variablesIn,
} from '../../src/psad-conf/values.ts'

/** The value and what was said on the way. */
function noting<T>(convert: (note: (message: string) => void) => T): { value: T; notes: string[] } {
  const notes: string[] = []
  return { value: convert((message) => notes.push(message)), notes }
}

test.each([
  ['Y', true, 0],
  ['y', true, 1],
  ['YES', true, 1],
  ['yes', true, 1],
  ['N', false, 0],
  ['n', false, 0],
  ['NO', false, 0],
])('the switch %s is %s', (text, isOn, told) => {
  const { value, notes } = noting((note) => switchOf(text, note))
  expect(value).toBe(isOn)
  expect(notes).toHaveLength(told)
  if (told > 0) expect(notes[0]).toContain('Q45')
})

test.each(['', 'true', '1', 'YN'])('%j is no switch', (text) => {
  expect(() => switchOf(text, () => undefined)).toThrow(/^".*" is no switch: expected Y or N$/)
})

test.each(['', '-1', '1.5', 'five', '11', '1e1'])('%j is no number up to 10', (text) => {
  expect(() => numberOf(text, 0, 10, 'danger level')).toThrow(
    /expected a whole number from 0 to 10/,
  )
})

test.each([
  ['any', ['any']],
  ['NOT_USED', ['any']],
  ['192.168.0.0/16, 10.1.2.3', ['192.168.0.0/16', '10.1.2.3']],
  ['192.168.0.0/255.255.0.0', ['192.168.0.0/16']],
  ['10.0.0.0/0.0.0.0', ['10.0.0.0/0']],
  ['10.0.0.1/255.255.255.255', ['10.0.0.1/32']],
  ['[10.0.0.0/8, 172.16.0.0/12]', ['10.0.0.0/8', '172.16.0.0/12']],
  ['2001:db8::/32 fe80::1', ['2001:db8::/32', 'fe80::1']],
])('the networks %s', (text, networks) => {
  expect(networksOf(text)).toEqual(networks)
})

test.each([
  '',
  'CHANGE_THIS',
  '10.0.0.0/33',
  '10.0.0.0/255.0.255.0',
  '10.0.0',
  '!10.0.0.0/8',
  'fe80::%eth0',
  '::/129',
])('%j is no network', (text) => {
  expect(() => networksOf(text)).toThrow(/expected/)
})

describe('ports', () => {
  test('are carried over', () => {
    expect(noting((note) => portsOf('tcp/22, UDP/53,tcp/61000-61356', note))).toEqual({
      value: ['tcp/22', 'UDP/53', 'tcp/61000-61356'],
      notes: [],
    })
  })

  test.each(['NONE', 'none', ''])('are none for %j', (text) => {
    expect(noting((note) => portsOf(text, note))).toEqual({ value: [], notes: [] })
  })

  test.each(['22', 'udplite/7', 'tcp/22-22', 'tcp/30-20', 'tcp', 'tcp/a'])(
    'that psad drops in silence are told of: %s',
    (text) => {
      const { value, notes } = noting((note) => portsOf(`${text}, tcp/1`, note))
      expect(value).toEqual(['tcp/1'])
      expect(notes).toEqual([expect.stringContaining(`"${text}" is left out, as in psad`)])
    },
  )

  test('beyond 65535 are an error', () => {
    expect(() => portsOf('tcp/70000', () => undefined)).toThrow('"tcp/70000" is no port')
  })
})

test('protocols are known by name, by number and by the name that a table has', () => {
  const names = protocolNames(
    '# text\nfoo 200 FOO # something\nigmp 2 IGMP # group\nbad\nbig 999 BIG\n',
  )
  expect([...names]).toEqual([
    ['foo', 200],
    ['igmp', 2],
  ])
  const { value, notes } = noting((note) =>
    protocolsOf('igmp, 47, foo, IGMP, 58, b@d, big', names, note),
  )
  expect(value).toEqual(['igmp', '47', '200', 'IGMP', '58'])
  expect(notes).toEqual([
    expect.stringMatching(/^"IGMP" covers .*Q19/),
    expect.stringMatching(/^58 covers icmp6 .*Q19/),
    expect.stringMatching(/^"b@d" is no protocol: .* left out, as in psad$/),
    expect.stringMatching(/^"big" is no protocol: /),
  ])
})

test('the variables of a rule file are those of its addresses and ports', () => {
  const rules = [
    'alert tcp $EXTERNAL_NET any -> $MY_HOSTS $MY_PORTS (msg:"costs $5 $X"; sid:1;)',
    '# alert tcp $OLD any -> any any (sid:2;)',
    '',
  ].join('\n')
  expect([...variablesIn(rules)]).toEqual(['EXTERNAL_NET', 'MY_HOSTS', 'MY_PORTS'])
})
