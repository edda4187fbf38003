import { start, stop } from './processes.ts'

export interface RunningDemo {
  /** Loki's API of the embedded store. */
  readonly lokiUrl: string
  readonly picketUrl: string
  /** The text of /metrics. */
  metrics(): Promise<string>
  close(): Promise<void>
}

/** `picket demo`, running until it is closed; its ports are free ones where the usual ones are taken. */
export async function startDemo(args: readonly string[] = []): Promise<RunningDemo> {
  const demo = start(['demo', ...args])
  const [, picketUrl = ''] = await demo.said(/live page\s+(http:\/\/\S+?)\/\n/)
  const [, lokiUrl = ''] = await demo.said(/Loki\s+(http:\/\/\S+)/)
  return {
    lokiUrl,
    picketUrl,
    metrics: async () => (await fetch(`${picketUrl}/metrics`)).text(),
    close: async () => {
      await stop(demo)
    },
  }
}
