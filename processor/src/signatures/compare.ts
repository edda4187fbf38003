import type { Signature } from '../core/signature/signature.ts'

/** What is different in a new version of a rule file, by sid. */
export interface RuleChanges {
  readonly added: readonly Signature[]
  readonly removed: readonly Signature[]
  /** As they are now. */
  readonly changed: readonly Signature[]
}

export function compareRules(
  before: readonly Signature[],
  after: readonly Signature[],
): RuleChanges {
  const old = new Map(before.map((rule) => [rule.sid, rule]))
  const now = new Set(after.map(({ sid }) => sid))
  const bySid = (a: Signature, b: Signature): number => a.sid - b.sid
  return {
    added: after.filter(({ sid }) => !old.has(sid)).sort(bySid),
    removed: before.filter(({ sid }) => !now.has(sid)).sort(bySid),
    changed: after
      .filter((rule) => {
        const was = old.get(rule.sid)
        return was !== undefined && plain(was) !== plain(rule)
      })
      .sort(bySid),
  }
}

function plain({ text }: Signature): string {
  return text.replace(/\s+/g, ' ').trim()
}
