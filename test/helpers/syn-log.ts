import { readFileSync } from 'node:fs'

/** Seeded, 32 bits of xorshift. */
export function randomOf(seed: number): (below: number) => number {
  let state = Math.imul(seed + 1, 2_654_435_761) >>> 0 || 1
  return (below) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % below
  }
}

interface Syn {
  readonly window: number
  readonly ttl: number
  readonly df: boolean
  readonly length: number
  readonly options: string | undefined
}

const hex = (value: number, bytes: number): string =>
  value
    .toString(16)
    .toUpperCase()
    .padStart(bytes * 2, '0')

/** The first five fields of every entry of a file in the form of pf.os. */
export function formsOf(file: string): string[][] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => /^[\d*%ST]/.test(line))
    .map((line) => line.split(':').slice(0, 5))
}

/** Sources that each knock on six ports, most as an entry of the file says, some a little beside it, some without options. */
export function synLog(forms: readonly string[][], seed: number): string {
  const random = randomOf(seed)
  const lines: string[] = []
  for (let host = 1; host <= 40; host++) {
    const source = `192.0.${seed % 250}.${host}`
    const syn = random(4) === 0 ? plainSyn(random) : formedSyn(forms[random(forms.length)]!, random)
    const step = [1, 999, 1000, 20_011][random(4)]!
    const firstId = random(30_000)
    for (let i = 0; i < 6; i++) {
      const ttl = random(6) === 0 ? syn.ttl - random(3) : syn.ttl
      lines.push(lineOf(source, 1000 + i, { ...syn, ttl }, (firstId + i * step) & 0xffff))
    }
  }
  return `${lines.join('\n')}\n`
}

/** Without logged options: what the posf kind looks at. */
function plainSyn(random: (below: number) => number): Syn {
  const pick = (list: readonly number[]): number => list[random(list.length)]!
  return {
    window: pick([32_120, 5840, 65_535, 16_384, 8760, 8192, 33_360]),
    ttl: pick([64, 64, 60, 46, 45, 44, 128, 110, 255, 240, 65]),
    df: random(2) === 0,
    length: pick([60, 60, 64, 44, 48, 68]),
    options: undefined,
  }
}

function formedSyn(form: readonly string[], random: (below: number) => number): Syn {
  const [window = '', ttl = '', df = '', length = '', list = ''] = form
  const value = (text: string, other: number): number => {
    if (text === '*') return other
    return text.startsWith('%') ? Number(text.slice(1)) * (1 + random(4)) : Number(text)
  }
  let mss = 0
  let options = ''
  for (const token of list.split(/[, ]+/)) {
    const kind = token.charAt(0)
    if (kind === 'N') options += '01'
    else if (kind === 'S') options += '0402'
    else if (kind === 'T')
      options += `080A${token === 'T0' ? '00000000' : hex(1 + random(2 ** 31), 4)}00000000`
    else if (kind === 'W') options += `0303${hex(value(token.slice(1), random(9)), 1)}`
    else if (kind === 'M') {
      mss = value(token.slice(1), [1460, 1400, 536][random(3)]!)
      options += `0204${hex(mss, 2)}`
    }
  }
  // Beside the entry: more options than it lists, one that nobody knows, bytes that are no options.
  options += ['', '', '', '', '0000', '01', '0101', '0402', '060400000101', '0200'][random(10)]!
  const times = Number(window.slice(1))
  return {
    window: Math.min(
      65_535,
      /^[ST]/.test(window)
        ? times * (window.startsWith('S') ? mss : mss + 40)
        : value(window, random(65_536)),
    ),
    ttl: Number(ttl) - [0, 0, 3, 19, 20, -1][random(6)]!,
    df: random(8) === 0 ? df !== '1' : df === '1',
    length: random(8) === 0 ? 44 : value(length, 60),
    options: options === '' ? undefined : options,
  }
}

function lineOf(source: string, port: number, syn: Syn, id: number): string {
  const { window, ttl, df, length, options } = syn
  const tail = options === undefined ? '' : `OPT (${options}) `
  return `Mar 11 20:35:11 fw kernel: [1.000000] DROP IN=eth1 OUT= MAC=02:00:00:00:00:01:02:00:00:00:00:02:08:00 SRC=${source} DST=198.51.100.1 LEN=${length} TOS=0x00 PREC=0x00 TTL=${ttl} ID=${id} ${df ? 'DF ' : ''}PROTO=TCP SPT=40000 DPT=${port} WINDOW=${window} RES=0x00 SYN URGP=0 ${tail}`
}
