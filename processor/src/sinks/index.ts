import { grafanaSink } from './grafana/index.ts'
import { jsonlSink } from './jsonl/index.ts'
import { lokiSink } from './loki/index.ts'
import { remoteWriteSink } from './remote-write/index.ts'
import { stdoutSink } from './stdout/index.ts'

/** Every sink that the configuration can name. */
export const sinkKinds = [lokiSink, grafanaSink, remoteWriteSink, jsonlSink, stdoutSink] as const
