/** What each check means, in the words of a person who can do something about it. */
export const CHECKS = {
  'rate-limited': 'rate limit: the log is a sample',
  'no-tcp-options': 'TCP options are not logged',
  'one-chain': 'only one chain is logged',
  'accepted-traffic': 'accepted traffic is logged',
  'clock-jump': 'a clock is wrong',
  'no-time': 'lines carry no time',
}

/** As Picket reads a prefix: dropped, audited, accepted, in this order; what says nothing of it counts as dropped. */
const WORDS = {
  dropped: 'drop|dropped|deny|denied|block|blocked|reject|rejected|discard|discarded|drp|blk',
  audited: 'audit',
  accepted: 'accept|accepted|allow|allowed|permit|permitted|pass|passed|acc',
}
/** A matcher for the label prefix: prefixes that say one of these of a packet. */
export const saying = (...verdicts) =>
  `(?i)(.*[^a-z])?(${verdicts.map((verdict) => WORDS[verdict]).join('|')})([^a-z].*)?`
