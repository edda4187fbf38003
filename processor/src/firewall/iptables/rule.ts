import { MOST, protocolCondition, SOME } from '../condition.ts'
import type { Condition } from '../condition.ts'
import type { Limit, Log, Place, Rule, Step } from '../model.ts'
import { packetsPerMinute } from '../rate.ts'
import { tcpFlagBits } from '../tcp-flags.ts'

/** What iptables takes where `--limit` does not say: 3/hour, burst 5 (iptables-extensions(8)). */
const LIMIT_DEFAULT = { perMinute: 3 / 60, burst: 5 }

/** Options that tell nothing about which packets match, and how many words follow. */
const SILENT: Readonly<Record<string, number>> = {
  '--comment': 1,
  '--set': 0, // -m recent: remembers the source and matches
  '--name': 1,
  '--rsource': 0,
  '--rdest': 0,
  '--mask': 1,
  '--limit-burst': 1,
  '--hashlimit-burst': 1,
  '--hashlimit-mode': 1,
  '--hashlimit-name': 1,
  '--hashlimit-srcmask': 1,
  '--hashlimit-dstmask': 1,
  '--hashlimit-htable-size': 1,
  '--hashlimit-htable-max': 1,
  '--hashlimit-htable-expire': 1,
  '--hashlimit-htable-gcinterval': 1,
  '--hashlimit-rate-match': 0,
  '--hashlimit-rate-interval': 1,
  '--dir': 1,
  '--connlimit-mask': 1,
  '--connlimit-saddr': 0,
  '--connlimit-daddr': 0,
  '--limit-iface-in': 0,
  '--limit-iface-out': 0,
  '--return-nomatch': 0,
  '--validmark': 0,
  '--loose': 0,
  '--accept-local': 0,
  '--log-prefix': 1,
  '--log-level': 1,
  '--nflog-prefix': 1,
  '--ulog-prefix': 1,
}

/** Targets that end the packet's way; ACCEPT also stands for a decision made elsewhere (QUEUE). */
const TERMINAL: Readonly<Record<string, 'accept' | 'drop' | 'reject'>> = {
  ACCEPT: 'accept',
  QUEUE: 'accept',
  NFQUEUE: 'accept',
  DROP: 'drop',
  STEAL: 'drop',
  REJECT: 'reject',
  TARPIT: 'drop',
  DELUDE: 'drop',
  CHAOS: 'drop',
}

/** One rule, from the words behind the chain's name. Whatever it does not know takes some packets. */
export function readRule(words: readonly string[], place: Place): Rule {
  const reader = new RuleReader(words)
  return { place, steps: reader.read(), text: words.join(' '), words }
}

class RuleReader {
  readonly #words: readonly string[]
  #at = 0
  readonly #steps: Step[] = []

  constructor(words: readonly string[]) {
    this.#words = words
  }

  read(): readonly Step[] {
    let target: { word: string; goto: boolean } | undefined
    while (this.#at < this.#words.length) {
      let word = this.#next()
      const negated = word === '!'
      if (negated) word = this.#next()
      if (word === '-j' || word === '--jump' || word === '-g' || word === '--goto')
        target = { word: this.#next(), goto: word === '-g' || word === '--goto' }
      else if (word === '-m' || word === '--match') this.#module(this.#next())
      else if (target !== undefined && !isKnownAfterTarget(word)) continue
      else this.#option(word, negated)
    }
    // A limit takes what all other conditions have let through.
    this.#steps.sort((a, b) => Number(a.kind === 'limit') - Number(b.kind === 'limit'))
    if (target !== undefined) this.#target(target.word, target.goto)
    return this.#steps
  }

  #next(): string {
    return this.#words[this.#at++] ?? ''
  }

  /** The value of an option; a `!` in front of it is the old way to negate. */
  #value(negated: boolean): { value: string; negated: boolean } {
    const first = this.#next()
    return first === '!' ? { value: this.#next(), negated: !negated } : { value: first, negated }
  }

  #add(condition: Condition): void {
    this.#steps.push({ kind: 'condition', condition })
  }

  #module(name: string): void {
    if (name === 'limit') this.#steps.push({ kind: 'limit', limit: this.#limit() })
    // Modules whose options all are optional or unknown here, and which take some packets by being there.
    if (name === 'rpfilter') this.#add(this.#words.includes('--invert') ? SOME : MOST)
    if (name === 'socket' || name === 'unclean' || name === 'ipvs') this.#add(SOME)
  }

  #limit(): Limit {
    const rate = packetsPerMinute(this.#find('--limit') ?? '')
    return {
      perMinute: rate ?? LIMIT_DEFAULT.perMinute,
      burst: Number(this.#find('--limit-burst') ?? LIMIT_DEFAULT.burst),
      perSource: false,
    }
  }

  #find(option: string): string | undefined {
    const i = this.#words.indexOf(option)
    return i < 0 ? undefined : this.#words[i + 1]
  }

  #option(word: string, isNegated: boolean): void {
    const silent = Object.hasOwn(SILENT, word) ? SILENT[word] : undefined
    if (silent !== undefined) {
      this.#at += silent
      return
    }
    switch (word) {
      case '-p':
      case '--protocol':
      case '--proto': {
        const { value, negated } = this.#value(isNegated)
        this.#add(protocolCondition([value], negated))
        return
      }
      case '-i':
      case '--in-interface': {
        this.#interface('in', isNegated)
        return
      }
      case '-o':
      case '--out-interface': {
        this.#interface('out', isNegated)
        return
      }
      case '-s':
      case '--source':
      case '--src':
      case '-d':
      case '--destination':
      case '--dst': {
        const { value, negated } = this.#value(isNegated)
        // 0.0.0.0/0 and ::/0 are everybody.
        this.#add(some(/\/0(?:\.0\.0\.0)?$/.test(value) ? !negated : negated))
        return
      }
      case '--ctstate':
      case '--state': {
        const { value, negated } = this.#value(isNegated)
        this.#add({ kind: 'state', states: value.toLowerCase().split(','), negated })
        return
      }
      case '--syn': {
        this.#add({ kind: 'flags', mask: 23, set: 2, any: false, negated: isNegated })
        return
      }
      case '--tcp-flags': {
        const mask = tcpFlagBits(this.#next().split(','))
        const set = tcpFlagBits(this.#next().split(','))
        this.#add(
          mask === undefined || set === undefined
            ? some(isNegated)
            : { kind: 'flags', mask, set, any: false, negated: isNegated },
        )
        return
      }
      case '--dst-type':
      case '--src-type': {
        const { value, negated } = this.#value(isNegated)
        const of = word === '--dst-type' ? 'destination' : 'source'
        this.#add({
          kind: 'address-type',
          of,
          types: value.toLowerCase().split(','),
          negated,
        })
        return
      }
      case '--sport':
      case '--source-port':
      case '--dport':
      case '--destination-port': {
        const { value, negated } = this.#value(isNegated)
        this.#add(some(/^[01]?:(?:65535)?$/.test(value) ? !negated : negated))
        return
      }
      case '--pkt-type': {
        const { value, negated } = this.#value(isNegated)
        this.#add(some((value === 'host' || value === 'unicast') !== negated))
        return
      }
      case '--pol': {
        this.#add(some((this.#next() === 'none') !== isNegated))
        return
      }
      case '--connlimit-upto':
        this.#at++
        {
          this.#add(some(!isNegated))
          return
        }
      case '--hashlimit':
      case '--hashlimit-upto': {
        this.#hashlimit(this.#next())
        return
      }
      case '--limit':
        this.#at++
        return
      default:
        if (word.startsWith('-')) {
          while (
            this.#at < this.#words.length &&
            !/^(?:-[a-zA-Z-]|!$)/.test(this.#words[this.#at]!)
          )
            this.#at++
        }
        this.#add(some(isNegated))
    }
  }

  #hashlimit(rate: string): void {
    const packets = packetsPerMinute(rate)
    if (packets === undefined) {
      this.#add(MOST)
      return
    }
    const mode = this.#find('--hashlimit-mode') ?? ''
    const limit = {
      perMinute: packets,
      burst: Number(this.#find('--hashlimit-burst') ?? LIMIT_DEFAULT.burst),
      perSource: mode.includes('srcip'),
    }
    this.#steps.push({ kind: 'limit', limit })
  }

  #interface(direction: 'in' | 'out', isNegated: boolean): void {
    const { value, negated } = this.#value(isNegated)
    this.#add({ kind: 'interface', direction, names: [value.replace(/\+$/, '*')], negated })
  }

  #target(word: string, isGoto: boolean): void {
    const verdict = Object.hasOwn(TERMINAL, word) ? TERMINAL[word] : undefined
    if (verdict !== undefined) this.#steps.push({ kind: 'verdict', verdict })
    else if (word === 'RETURN') this.#steps.push({ kind: 'return' })
    else if (word === 'LOG' || word === 'NFLOG' || word === 'ULOG')
      this.#steps.push({ kind: 'log', log: this.#log(word) })
    else this.#steps.push({ kind: isGoto ? 'goto' : 'jump', chain: word })
  }

  #log(target: 'LOG' | 'NFLOG' | 'ULOG'): Log {
    const has = (option: string): boolean => this.#words.includes(option)
    const isKernel = target === 'LOG'
    return {
      to: isKernel ? 'kernel' : 'netlink',
      prefix: this.#find(isKernel ? '--log-prefix' : `--${target.toLowerCase()}-prefix`) ?? '',
      // The packet's head goes over netlink whole.
      tcpOptions: !isKernel || has('--log-tcp-options'),
      ipOptions: !isKernel || has('--log-ip-options'),
      tcpSequence: !isKernel || has('--log-tcp-sequence'),
    }
  }
}

/** Options behind `-j` belong to the target, but ufw writes matches there too. */
function isKnownAfterTarget(word: string): boolean {
  return /^(?:-[psdio]|--limit|--ctstate|--state)$/.test(word) || Object.hasOwn(SILENT, word)
}

function some(isMost: boolean): Condition {
  return isMost ? MOST : SOME
}
