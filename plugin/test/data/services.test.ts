import { describe, expect, test } from 'vitest'
import { serviceName } from '../../src/data/services'

describe('names of ports', () => {
  test.each([
    ['tcp', 22, 'ssh'],
    ['tcp', 445, 'smb'],
    ['tcp', 1433, 'ms-sql'],
    ['tcp', 3389, 'rdp'],
    ['tcp', 5985, 'winrm'],
    ['tcp', 6443, 'kube-api'],
    ['udp', 53, 'dns'],
    ['udp', 161, 'snmp'],
    ['TCP', 23, 'telnet'],
    ['udplite', 5060, 'sip'],
  ])('%s/%i is %s', (protocol, port, name) => {
    expect(serviceName(protocol, port)).toBe(name)
  })

  test('a name of one protocol is not given to the other', () => {
    expect(serviceName('udp', 22)).toBeUndefined()
    expect(serviceName('tcp', 161)).toBeUndefined()
  })

  test('what has no ports or no usual name has none', () => {
    expect(serviceName('icmp', 8)).toBeUndefined()
    expect(serviceName('tcp', 40_123)).toBeUndefined()
    expect(serviceName('tcp', -1)).toBeUndefined()
    expect(serviceName('', 22)).toBeUndefined()
  })

  test('names are short enough for the label of a row', () => {
    const names = Array.from({ length: 65_536 }, (_, port) => [
      serviceName('tcp', port) ?? '',
      serviceName('udp', port) ?? '',
    ]).flat()
    expect(names.filter((name) => name !== '').length).toBeGreaterThan(300)
    for (const name of names) expect(name).toMatch(/^[a-z0-9-]{0,18}$/)
  })
})
