import { parseNetwork } from '../address-set.ts'
import type { RuleProblem } from '../signature/signature.ts'

/** `add NAME `, as `ipset save` writes before each member. */
const ADD = /^\s*add\s+\S+\s+/
/** First address, last address and length of the prefix, as in DShield's list of /24s. */
const RANGE = /^\s*(\d+\.\d+\.\d+\.\d+)\s+\d+\.\d+\.\d+\.\d+\s+(\d{1,2})(?=\s|$)/

/**
 * Addresses and CIDRs of a reputation list: the first word of each line, as in the lists of Spamhaus, DShield, FireHOL or an
 * ipset (`add NAME ADDRESS`). `#` and `;` begin comments. What is no address is left out and told of.
 */
export function parseAddressList(
  text: string,
  file: string,
): { readonly networks: string[]; readonly problems: RuleProblem[] } {
  const networks: string[] = []
  const problems: RuleProblem[] = []
  text.split(/\r?\n/).forEach((whole, i) => {
    const content = whole.replace(/[#;].*$/, '')
    const added = ADD.exec(content)?.[0].length ?? 0
    const found = /[^\s,]+/.exec(content.slice(added))
    if (found === null || found[0] === 'create') return
    const word = found[0]
    const say = (message: string): void => {
      problems.push({
        file,
        line: i + 1,
        column: added + found.index + 1,
        severity: 'error',
        message,
      })
    }
    if (added > 0 && /\snomatch\b/.test(content)) {
      say(`${JSON.stringify(word)} is an exception (nomatch): lists hold only what is in them`)
      return
    }
    try {
      const range = RANGE.exec(content)
      const network = range === null ? word : `${range[1]!}/${range[2]!}`
      parseNetwork(network)
      networks.push(network)
    } catch {
      say(
        `${JSON.stringify(word)} is no address: expected an address or a CIDR such as 192.0.2.0/24`,
      )
    }
  })
  return { networks, problems }
}
