import type { Advice, AdviceStep } from './advice.ts'

/** ufw's own log rules are written anew by every `ufw logging`, so Picket's go into the files that are yours. */
export function adviseUfw(): Advice {
  return {
    firewall: 'ufw',
    backup: ['before', 'after', 'before6', 'after6'].map(
      (name) => `cp /etc/ufw/${name}.rules{,.bak}`,
    ),
    steps: [
      {
        why: 'Log blocked packets without a limit, and invalid ones too (low and medium stop at 3 a minute; low leaves out FIN, NULL and XMAS scans):',
        commands: ['ufw logging high'],
      },
      afterRules('ufw', 'after.rules'),
      afterRules('ufw6', 'after6.rules'),
      { why: 'Load it:', commands: ['ufw reload'] },
    ],
  }
}

/** skip-to-policy is ufw's own chain: it does what the default policy says, past ufw's log rule without TCP options. */
function afterRules(ufw: string, file: string): AdviceStep {
  const lines = ['input', 'forward'].flatMap((hook) => [
    `-A ${ufw}-after-${hook} -j LOG --log-prefix "[UFW BLOCK] " --log-tcp-options --log-ip-options --log-tcp-sequence`,
    `-A ${ufw}-after-${hook} -j ${ufw}-skip-to-policy-${hook}`,
  ])
  return {
    why: `ufw logs no TCP options. In /etc/ufw/${file}, in front of the last COMMIT:`,
    commands: [],
    lines,
  }
}

export function adviseFirewalld(): Advice {
  return {
    firewall: 'firewalld',
    backup: ['cp -a /etc/firewalld /etc/firewalld.before', 'nft list ruleset > nftables.before'],
    steps: [
      {
        why: 'Log what is dropped and rejected, IPv4 and IPv6, to the host and through it, invalid packets too (this is kept over a restart):',
        commands: ['firewall-cmd --set-log-denied=all'],
      },
      {
        why: 'Log what is forwarded only where you forward: the default zone must not accept it.',
        commands: ['firewall-cmd --get-log-denied', 'firewall-cmd --list-all-zones'],
      },
      {
        why: 'firewalld logs no TCP options; operating systems are told from the rest of a line, less surely.',
        commands: [],
      },
    ],
  }
}
