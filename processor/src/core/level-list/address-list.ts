import { AddressSet } from '../address-set.ts'
import type { RuleProblem } from '../signature/signature.ts'

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
    const content = whole.replace(/[#;].*$/, '').replace(/^\s*add\s+\S+\s+/, '')
    const word = /[^\s,]+/.exec(content)?.[0]
    if (word === undefined || /^create$/.test(word)) return
    try {
      // A list that holds everything is a mistake.
      if (/^any$/i.test(word)) throw new RangeError('any')
      AddressSet.parse([word])
      networks.push(word)
    } catch {
      problems.push({
        file,
        line: i + 1,
        column: whole.indexOf(word) + 1,
        severity: 'error',
        message: `${JSON.stringify(word)} is no address: expected an address or a CIDR such as 192.0.2.0/24`,
      })
    }
  })
  return { networks, problems }
}
