import { describe, expect, test } from 'vitest'
import { builtinFingerprints } from '../../../src/core/index.ts'
import { engineOf, syn } from './syn-lines.ts'
import type { SynFactsOfLine } from './syn-lines.ts'

const fingerprints = { tables: [builtinFingerprints()], maxHops: 20 }
const osOf = (facts: SynFactsOfLine): string[] | undefined =>
  engineOf([syn(facts)], { fingerprints }).source(facts.src ?? '192.0.2.1')?.os

const LINUX_NEW = 'Linux 4.20 or newer'
const LINUX_MID = 'Linux 3.11 to 4.19'
const WINDOWS_7 = 'Windows Vista, 7, 8 or Server 2008 to 2012'
const WINDOWS_10 = 'Windows 10, 11 or Server 2016 and newer'
const ANY_LINUX = 'Linux (possible)'
const ANY_WINDOWS = 'Windows (possible)'
const M1460 = 'M1460'
const linux = (window: number, mss = 1460, scale = 7): SynFactsOfLine => ({
  df: true,
  window,
  options: `M${mss},S,T,N,W${scale}`,
})
const windows = (window: number, options: string, length = 52): SynFactsOfLine => ({
  df: true,
  ttl: 115,
  length,
  window,
  options,
})
const bsd = (options: string, window = 65_535, length = 60): SynFactsOfLine => ({
  df: true,
  window,
  options,
  length,
})
const raw = (window: number, ttl: number, over: SynFactsOfLine = {}): SynFactsOfLine => ({
  length: 40,
  window,
  ttl,
  ...over,
})

describe('with options, the built-in table says of', () => {
  test.each<[string, SynFactsOfLine, string[]]>([
    ['Linux 6', linux(64_240), [LINUX_NEW, ANY_LINUX]],
    ['Linux 6 through PPPoE', linux(65_340, 1452), [LINUX_NEW, ANY_LINUX]],
    ['Linux 6 in a tunnel', linux(65_320, 1420), [LINUX_NEW, ANY_LINUX]],
    ['Linux 6 with jumbo frames', linux(62_727, 8961), [LINUX_NEW, ANY_LINUX]],
    ['Linux 6 with large buffers', linux(64_240, 1460, 10), [`${LINUX_NEW} (likely)`, ANY_LINUX]],
    ['Linux 4.4', linux(29_200), [LINUX_MID, ANY_LINUX]],
    ['Linux 3.10', linux(14_600), ['Linux 2.6.39 to 3.10', ANY_LINUX]],
    ['Linux 2.6.18', linux(5840, 1460, 6), ['Linux 2.6', ANY_LINUX]],
    ['Linux 2.4', linux(5840, 1460, 0), ['Linux 2.4 or early 2.6', ANY_LINUX]],
    ['Linux 2.2', linux(32_120, 1460, 0), ['Linux 2.2', ANY_LINUX]],
    ['an unknown Linux', linux(1234), [ANY_LINUX]],
    [
      'Linux without timestamps',
      { ...bsd('M1460,N,N,S,N,W7', 64_240, 52) },
      ['Linux without timestamps (likely)'],
    ],
    ['Android', linux(65_535, 1460, 9), ['Android (likely)', ANY_LINUX]],
    ['Windows 11', windows(64_240, 'M1460,N,W8,N,N,S'), [WINDOWS_10, ANY_WINDOWS]],
    ['Windows 10 in a tunnel', windows(65_340, 'M1452,N,W8,N,N,S'), [WINDOWS_10, ANY_WINDOWS]],
    ['Server 2016', windows(65_535, 'M1460,N,W8,N,N,S'), [`${WINDOWS_10} (likely)`, ANY_WINDOWS]],
    ['Windows 7', windows(8192, 'M1460,N,W8,N,N,S'), [WINDOWS_7, ANY_WINDOWS]],
    [
      'Windows 7, third try',
      windows(8192, 'M1460,N,N,S', 48),
      [`${WINDOWS_7} (likely)`, ANY_WINDOWS],
    ],
    [
      'Windows XP',
      windows(65_535, 'M1460,N,N,S', 48),
      ['Windows XP or 2003 (likely)', ANY_WINDOWS],
    ],
    [
      'Windows XP SP2',
      windows(64_240, 'M1460,N,N,S', 48),
      ['Windows XP or 2003 (likely)', ANY_WINDOWS],
    ],
    [
      'Windows 2000',
      windows(16_384, 'M1460,N,N,S', 48),
      ['Windows 2000 or 2003 (likely)', ANY_WINDOWS],
    ],
    ['macOS', bsd('M1460,N,W6,N,N,T,S,E,E', 65_535, 64), ['macOS or iOS']],
    ['macOS with a timestamp of 0', bsd('M1460,N,W6,N,N,T0,S,E,E', 65_535, 64), ['macOS or iOS']],
    [
      'macOS 10.13',
      bsd('M1460,N,W5,N,N,T,S,E,E', 65_535, 64),
      ['macOS 10.11 to 10.15, or iOS 9 to 13 (likely)'],
    ],
    [
      'Mac OS X 10.6',
      bsd('M1460,N,W3,N,N,T,S,E,E', 65_535, 64),
      ['Mac OS X 10.5 to 10.10 (likely)'],
    ],
    ['FreeBSD 13', bsd('M1460,N,W6,S,T'), ['FreeBSD 9 or newer']],
    ['FreeBSD 8', bsd('M1460,N,W3,S,T'), ['FreeBSD 7 or newer (likely)']],
    ['OpenBSD 7', bsd('M1460,N,N,S,N,W6,N,N,T', 16_384, 64), ['OpenBSD 5 or newer']],
    ['OpenBSD 4.9', bsd('M1460,N,N,S,N,W3,N,N,T', 16_384, 64), ['OpenBSD 4.9 or 5']],
    ['OpenBSD 4', bsd('M1460,N,N,S,N,W0,N,N,T', 16_384, 64), ['OpenBSD 3.0 to 4.8']],
    ['NetBSD', bsd('M1460,N,W3,S,T', 32_768), ['NetBSD (possible)']],
    ['Solaris 10', bsd('M1460,N,W0,N,N,S', 49_640, 52), ['Solaris 10']],
    ['Solaris 9', bsd('M1460,N,N,S', 49_640, 48), ['Solaris 8 or 9 (likely)']],
    ['Solaris 8', bsd('N,N,S,M1460', 24_820, 48), ['Solaris 8 or 9 (likely)']],
    ['Solaris 7', { ...bsd(M1460, 8760, 44), ttl: 250 }, ['Solaris 2.6 or 7 (likely)']],
    [
      'a Cisco router',
      raw(4128, 250, { length: 44, options: 'M536' }),
      ['Cisco IOS (likely)', 'unicornscan (possible)'],
    ],
    ['nmap', raw(1024, 55, { length: 44, options: M1460 }), ['Nmap SYN scan']],
    ['nmap from afar', raw(1024, 24, { length: 44, options: M1460 }), ['Nmap SYN scan']],
    ['an older nmap', raw(3072, 45, { length: 44, options: M1460 }), ['Nmap SYN scan']],
    [
      'nmap -O, first probe',
      raw(1, 50, { length: 60, options: 'W10,N,M1460,T,S' }),
      ['Nmap OS detection'],
    ],
    [
      'nmap -O, second probe',
      raw(63, 50, { length: 60, options: 'M1400,W0,S,T,E' }),
      ['Nmap OS detection'],
    ],
    [
      'nmap -O, third probe',
      raw(4, 50, { length: 60, options: 'T,N,N,W5,N,M640' }),
      ['Nmap OS detection'],
    ],
    [
      'nmap -O, fourth probe',
      raw(4, 50, { length: 56, options: 'S,T,W10,E' }),
      ['Nmap OS detection'],
    ],
    [
      'nmap -O, fifth probe',
      raw(16, 50, { length: 60, options: 'M536,S,T,W10,E' }),
      ['Nmap OS detection'],
    ],
    [
      'nmap -O, sixth probe',
      raw(512, 50, { length: 56, options: 'M265,S,T' }),
      ['Nmap OS detection'],
    ],
    [
      'nmap -O, ECN probe',
      raw(3, 50, { length: 52, options: 'W10,N,M1460,S,N,N', flags: 'CWR ECE SYN' }),
      ['Nmap OS detection'],
    ],
    ['masscan with an MSS', raw(1024, 240, { length: 44, options: M1460 }), ['masscan']],
    ['ZMap with an MSS', raw(65_535, 240, { length: 44, options: M1460 }), ['ZMap (likely)']],
    [
      'ZMap with an MSS and its ID',
      raw(65_535, 240, { length: 44, options: M1460, id: 54_321 }),
      ['ZMap'],
    ],
    [
      'ZMap as Linux',
      raw(65_535, 240, { length: 60, options: 'M1460,S,T,N,W7' }),
      ['ZMap (likely)'],
    ],
    [
      'ZMap as Windows',
      raw(65_535, 240, { length: 52, options: 'M1460,N,W8,N,N,S' }),
      ['ZMap (likely)'],
    ],
    [
      'ZMap as BSD',
      raw(65_535, 240, { length: 64, options: 'M1460,N,W6,N,N,T,S,E,E' }),
      ['ZMap (likely)'],
    ],
  ])('%s', (_, facts, expected) => {
    expect(osOf(facts)).toEqual(expected)
  })
})

describe('without options it says of', () => {
  const bot = 'Mirai-like bot (possible)'
  test.each<[string, SynFactsOfLine, string[]]>([
    ['Linux 6', { df: true, window: 64_240 }, [`${LINUX_NEW} (likely)`]],
    ['Linux 4.4', { df: true, window: 29_200 }, [`${LINUX_MID} (likely)`]],
    ['Windows 11', { df: true, ttl: 115, length: 52, window: 64_240 }, [`${WINDOWS_10} (likely)`]],
    ['Windows 7', { df: true, ttl: 115, length: 52, window: 8192 }, [`${WINDOWS_7} (likely)`]],
    [
      'FreeBSD or Android',
      { df: true, window: 65_535 },
      ['FreeBSD 9 or newer (likely)', 'Android (possible)', 'FreeBSD 7 or newer (possible)'],
    ],
    ['nmap', { ttl: 50, length: 44, window: 1024 }, ['Nmap SYN scan (likely)']],
    ['masscan, which has none', raw(1024, 240), ['masscan']],
    [
      'masscan by its ID',
      // 198.51.100.1 ^ 80 ^ 1, low half
      raw(29_200, 240, { sequence: 1, id: (0x6401 ^ 80 ^ 1) & 0xffff }),
      ['masscan'],
    ],
    ['ZMap by its ID', raw(65_535, 240, { id: 54_321 }), ['ZMap']],
    ['ZMap 4', raw(65_535, 240), ['ZMap (likely)']],
    ['hping', raw(512, 64), ['hping', bot]],
    ['Scapy', raw(8192, 64), ['Scapy (likely)', bot]],
    ['an old nmap', raw(2048, 50), ['Nmap SYN scan, 4 or older (likely)', bot]],
    ['Mirai by its sequence number', raw(777, 50, { sequence: 0xc633_6401 }), ['Mirai', bot]],
    ['something raw', raw(777, 50), [bot]],
    ['nothing known', { df: true, window: 777 }, []],
    ['Linux 6 with IP options', { df: true, window: 64_240, between: 'OPT (94040000)' }, []],
  ])('%s', (_, facts, expected) => {
    expect(osOf(facts)).toEqual(expected)
  })
})

describe('it says nothing of', () => {
  const facts = linux(64_240)
  test.each<[string, SynFactsOfLine]>([
    ['a TTL above the one sent', { ...facts, ttl: 65 }],
    ['a TTL from too far', { ...facts, ttl: 44 }],
    ['another length', { ...facts, length: 64 }],
    ['fragments allowed', { ...facts, df: false }],
    ['one option too few', { ...facts, options: 'M1460,S,T,N' }],
    ['one option too many', { ...facts, options: 'M1460,S,T,N,W7,N' }],
    ['options cut short', { ...facts, options: '0x020405B40402080A0009A3B1' }],
    ['an option of length 0', { ...facts, options: '0x020405B40400' }],
    ['an odd number of digits', { ...facts, options: '0x020405B4040' }],
    ['an MSS of three bytes', { ...facts, options: '0x02050005B4' }],
    ['SYN with FIN', { ...facts, flags: 'SYN FIN' }],
  ])('%s', (_, line) => {
    expect(osOf(line)).toEqual([])
  })
})

test('hops up to maxHops are allowed', () => {
  const far = { ...linux(64_240), ttl: 34 }
  const read = (maxHops: number): string[] | undefined =>
    engineOf([syn(far)], { fingerprints: { ...fingerprints, maxHops } }).source('192.0.2.1')?.os
  expect(read(30)).toEqual([])
  expect(read(31)).toEqual([LINUX_NEW, ANY_LINUX])
})

test('IPv6 is longer by twenty bytes and has no DF', () => {
  const src = '2001:db8::1'
  expect(osOf({ ...linux(64_800, 1440), src, length: 80 })).toEqual([LINUX_NEW, ANY_LINUX])
  expect(osOf({ src, length: 80, window: 64_800 })).toEqual([`${LINUX_NEW} (likely)`])
  expect(osOf({ ...linux(64_800, 1440), src, length: 60 })).toEqual([])
})

test('the psad profile does not use it', () => {
  const engine = engineOf([syn(linux(64_240))], { fingerprints, profile: 'psad' })
  expect(engine.source('192.0.2.1')?.os).toEqual([])
})

test('every fingerprint of it fits the SYN that it describes', () => {
  const unfit = builtinFingerprints().syn.filter(
    ({ windowSize, ttl, df, length, options, label, traits }) => {
      if (traits !== 0) return false
      const mss = options.find(({ kind }) => kind === 'M')?.value
      const sent = mss?.form === 'equal' ? mss.value : 1200
      const window =
        windowSize.form === 'mss'
          ? windowSize.value * sent
          : windowSize.form === 'full'
            ? 65_535 - (65_535 % sent)
            : windowSize.value
      const list = options.map(({ kind, value }) =>
        kind === 'M' ? `M${sent}` : kind === 'W' ? `W${value.value}` : kind,
      )
      const line = { window, ttl, df: df === 1, length: length.value }
      const os = osOf({ ...line, ...(list.length > 0 && { options: list.join(',') }) })
      return os?.some((text) => text.startsWith(label.text)) !== true
    },
  )
  expect(unfit).toEqual([])
})
