// Programs that some tests compare Picket with. Nothing else needs them.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

export const TOOLS = [
  { command: 'psad', package: 'psad', for: 'the comparison with psad' },
  { command: 'prometheus', package: 'prometheus', for: 'remote write and metrics' },
  { command: 'chromium', package: 'chromium', for: 'the live page' },
  { command: 'systemd-analyze', package: 'systemd', for: 'the service of systemd' },
  { command: 'nft', package: 'nftables', for: 'the rules to log with' },
  { command: 'iptables-restore', package: 'iptables', for: 'the rules to log with' },
  { command: 'rsyslogd', package: 'rsyslog', for: 'shipping lines with rsyslog' },
]

export const missingTools = () =>
  TOOLS.filter(({ command }) => spawnSync('sh', ['-c', `command -v ${command}`]).status !== 0)

export const isDebian = () => {
  try {
    return /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'))
  } catch {
    return false
  }
}
