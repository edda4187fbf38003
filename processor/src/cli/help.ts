import { version } from '../version.ts'

/** One command as `picket --help` lists it, without loading its code. */
export interface CommandSummary {
  readonly name: string
  readonly summary: string
}

export function helpText(commands: readonly CommandSummary[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length))
  return `Usage: picket COMMAND [OPTIONS]

Picket finds port scans, sweeps and known-bad traffic in firewall log lines: in Grafana Loki, in files,
from journald or pushed to it. It writes what it finds back as detections, annotations and metrics.

Commands:
${commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n')}

Options:
  --log-level LEVEL  error, warn, info or debug (default info)
  --no-color         no colours, also on a terminal; NO_COLOR=1 does the same
  -V, --version      print the version
  -h, --help         print this, or a command's own help behind its name

Examples:
  $ picket demo                        see it work, nothing else needed
  $ picket analyze /var/log/kern.log*  who scanned this host?
  $ picket init --loki http://loki:3100 && picket run
`
}

export function versionText(): string {
  return `picket ${version}\n`
}
