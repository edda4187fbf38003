import { setTimeout } from 'node:timers/promises'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { start, stop } from '../helpers/processes.ts'
import type { Running } from '../helpers/processes.ts'

/** The moments that `PICKET_TEST_CRASH` can name. */
export const WINDOWS = [
  'batch-fed',
  'outbox-append',
  'checkpoint-write',
  'checkpoint-before-fsync',
  'snapshot-write',
  'snapshot-before-rename',
  'snapshot-after-rename',
  'sink-accepted',
] as const
export type Window = (typeof WINDOWS)[number]

export interface Setup {
  /** For the configuration, the state and the file that detections are written to. */
  readonly folder: string
  readonly loki: string
  /** Value of the label that tells one run's lines and detections from another's. */
  readonly run: string
  readonly round: string
  readonly start: bigint
}

export const detectionsFile = ({ folder, run }: Setup): string => join(folder, `${run}.jsonl`)

/** Writes the configuration of a run, which reads `limit` lines a page; returns its path. */
export function configure(setup: Setup, limit: number): string {
  const path = join(setup.folder, `${setup.run}.yaml`)
  writeFileSync(
    path,
    `stateDir: ${join(setup.folder, `state-${setup.run}`)}
http: { listen: 127.0.0.1:0 }
sources:
  - type: loki
    name: fw
    url: ${setup.loki}
    query: '{job="firewall", round="${setup.round}"}'
    start: ${new Date(Number(setup.start / 1_000_000n)).toISOString()}
    settle: 0s
    poll: 100ms
    limit: ${limit}
    tail: false
sinks:
  - { type: loki, name: loki, url: ${setup.loki}, labels: { run: ${setup.run}, round: ${setup.round} } }
  - { type: jsonl, name: file, path: ${detectionsFile(setup)} }
`,
  )
  return path
}

const ENV = { PICKET_TEST_SNAPSHOT_BYTES: '8192' }

/** What a life ended by. */
export type Death = Window | 'from outside'

/** Starts a processor that is to die: at the n-th time of a window, else at the latest `afterMs` after it has started. */
export async function liveAndDie(
  config: string,
  death: { readonly window: Window | undefined; readonly count: number; readonly afterMs: number },
): Promise<Death> {
  const { window, count, afterMs } = death
  const running = start(['run', '--config', config], {
    ...ENV,
    ...(window === undefined ? {} : { PICKET_TEST_CRASH: `${window}:${count}` }),
  })
  const begun = running.said(/Picket started/).then(
    () => true,
    () => false,
  )
  const wasKilled = begun.then(async (hasBegun) => {
    if (!hasBegun) return false
    const isOver = await Promise.race([
      setTimeout(afterMs, false, { ref: false }),
      running.ended.then(() => true),
    ])
    return isOver ? false : running.child.kill('SIGKILL')
  })
  const how = await running.ended
  if (how !== 'SIGKILL')
    throw new Error(`the processor was to be killed, but ended with ${how}:\n${running.stderr()}`)
  return (await wasKilled) || window === undefined ? 'from outside' : window
}

/** Runs until `lines` lines are read and everything is delivered; returns the report without its time. */
export async function liveToTheEnd(config: string, lines: number): Promise<unknown> {
  const running = start(['run', '--config', config], ENV)
  try {
    const report = await finalReport(running, lines)
    const how = await stop(running)
    if (how !== 0) throw new Error(`SIGTERM ended the processor with ${how}:\n${running.stderr()}`)
    return report
  } finally {
    running.child.kill('SIGKILL')
  }
}

async function finalReport(running: Running, lines: number): Promise<unknown> {
  const url = await urlOf(running)
  for (;;) {
    const report = (await getJson(`${url}/api/v1/report?all=true`)) as Report
    const { components } = (await getJson(`${url}/api/v1/status`)) as Status
    if (report.lines.read > lines)
      throw new Error(`${report.lines.read} lines were read of ${lines}`)
    const isDelivered = components.every(({ queue }) => queue === undefined || queue === 0)
    if (report.lines.read === lines && isDelivered) return { ...report, generatedAt: undefined }
    await setTimeout(50)
  }
}

interface Report {
  readonly generatedAt: string
  readonly lines: { readonly read: number }
}

interface Status {
  readonly components: readonly { readonly queue?: number }[]
}

export async function urlOf(running: Running): Promise<string> {
  const [line] = await running.said(/^.*Picket started.*$/m)
  const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(line) ?? []
  if (url === undefined) throw new Error(`no address in ${line}`)
  return url
}

async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
  return response.json()
}
