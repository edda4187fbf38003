import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { pushLines } from '../helpers/traffic.ts'

export interface Shipper {
  /** Lines that the store has taken. */
  readonly pushed: number
  /** Ships what is in the file now and ends. */
  stop(): Promise<void>
}

const EVERY_MS = 200

/**
 * Follows a log file and pushes its lines as Alloy does in the stack: packets only, at the time that the line tells, with the labels job
 * and host.
 */
export function startShipper(file: string, url: string): Shipper {
  let read = 0
  let pushed = 0
  let isStopped = false

  async function ship(): Promise<void> {
    const text = readFileSync(file, 'utf8')
    // A line that is not yet whole is for the next time.
    const end = text.lastIndexOf('\n') + 1
    const lines = text
      .slice(read, end)
      .split('\n')
      .filter((line) => /IN=\S* OUT=/.test(line))
      .map((line) => {
        const [, time = '', host = ''] = /^(\S+) (\S+) kernel: /.exec(line) ?? []
        return {
          ns: BigInt(Date.parse(time)) * 1_000_000n,
          labels: { job: 'firewall', host },
          line,
        }
      })
    await pushLines(url, lines)
    read = end
    pushed += lines.length
  }

  const loop = (async () => {
    while (!isStopped) {
      await ship()
      await sleep(EVERY_MS)
    }
    await ship()
  })()
  return {
    get pushed() {
      return pushed
    },
    async stop() {
      isStopped = true
      await loop
    },
  }
}
