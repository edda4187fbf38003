import { batchOf, createEngine } from '../../../src/core/index.ts'
import type { Engine, EngineOptions } from '../../../src/core/index.ts'
import { header } from '../../helpers/lines.ts'

export interface SynFactsOfLine {
  readonly src?: string
  readonly dst?: string
  readonly port?: number
  readonly at?: number
  readonly length?: number
  readonly ttl?: number
  readonly id?: number
  readonly df?: boolean
  readonly window?: number
  /** Options as fingerprints write them (`M1460,S,T,N,W7`), or hex digits after `0x`; absent: not logged. */
  readonly options?: string
  /** What stands between ID= and PROTO= besides DF: `MF`, `OPT (94040000)`. */
  readonly between?: string
  readonly flags?: string
  /** Sequence number, logged only if given. */
  readonly sequence?: number
}

const hex = (value: number, bytes: number): string => value.toString(16).padStart(bytes * 2, '0')

/** Hex digits of a list of options. */
export function optionsHex(list: string): string {
  if (list.startsWith('0x')) return list.slice(2)
  return list
    .split(',')
    .map((token) => {
      const value = Number(token.slice(1))
      switch (token.charAt(0)) {
        case 'M':
          return `0204${hex(value, 2)}`
        case 'W':
          return `0303${hex(value, 1)}`
        case 'T':
          return `080a${token === 'T0' ? '00000000' : '0009a3b1'}00000000`
        case 'S':
          return '0402'
        case 'E':
          return '00'
        default:
          return '01'
      }
    })
    .join('')
    .toUpperCase()
}

/** A SYN as the kernel logs it. */
export function syn(facts: SynFactsOfLine = {}): string {
  const {
    src = '192.0.2.1',
    dst = '198.51.100.1',
    port = 80,
    ttl = 60,
    id = 4711,
    flags = 'SYN',
  } = facts
  const { length = 60, window = 64_240, options, sequence } = facts
  const isV6 = src.includes(':')
  const between = [facts.df === true ? 'DF' : '', facts.between ?? ''].filter((part) => part !== '')
  const ip = isV6
    ? `LEN=${length} TC=0 HOPLIMIT=${ttl} FLOWLBL=0 `
    : `LEN=${length} TOS=0x00 PREC=0x00 TTL=${ttl} ID=${id} ${between.map((part) => `${part} `).join('')}`
  const numbers = sequence === undefined ? '' : `SEQ=${sequence} ACK=0 `
  const tail = options === undefined ? '' : `OPT (${optionsHex(options)}) `
  return `${header({ at: facts.at ?? 0 })}IN=eth0 OUT= SRC=${src} DST=${dst} ${ip}PROTO=TCP SPT=40000 DPT=${port} ${numbers}WINDOW=${window} RES=0x00 ${flags} URGP=0 ${tail}`
}

export const REFERENCE = 1_800_000_000

/** An engine that has read the lines. */
export function engineOf(lines: readonly string[], options: Partial<EngineOptions>): Engine {
  const engine = createEngine({ retain: true, ...options })
  engine.feed(batchOf(lines, { reference: REFERENCE }), undefined)
  return engine
}
