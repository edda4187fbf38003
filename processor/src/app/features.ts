import type { LoadedFiles } from '../config/engine-options.ts'
import type { Config } from '../config/schema.ts'

/** Something that can be switched on and off. */
export interface Feature {
  readonly name: string
  readonly on: boolean
  /** What of it is there: `414 rules`. */
  readonly detail?: string
}

/** What of Picket is on under a configuration, so that nobody has to guess why it does nothing. */
export function featuresOf(config: Config, files: LoadedFiles): Feature[] {
  const counted = (name: string, n: number, what: string): Feature =>
    n === 0 ? { name, on: false } : { name, on: true, detail: `${n} ${what}` }
  const fingerprints = files.fingerprints.reduce(
    (sum, { syn, posf }) => sum + syn.length + posf.length,
    0,
  )
  const has = (type: string): boolean => config.sinks.some((sink) => sink.type === type)
  return [
    counted('signatures', files.signatures.length, 'rules'),
    counted('fingerprints', fingerprints, 'entries'),
    counted('levels by address', files.levels.length, 'entries'),
    { name: 'logging health', on: config.detection.health },
    { name: 'write-back to Loki', on: has('loki') },
    { name: 'Grafana annotations', on: has('grafana') },
    { name: 'remote write', on: has('remote-write') },
    { name: 'push endpoint', on: config.http.push },
    {
      name: 'changes over HTTP',
      on: config.http.token !== undefined || config.http.tokenFile !== undefined,
    },
  ]
}
