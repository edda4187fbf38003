/** Base of every error that Picket throws at a boundary. Callers match on `code`. */
export class PicketError extends Error {
  readonly code: string
  readonly retryable: boolean

  constructor(
    code: string,
    message: string,
    options: { retryable?: boolean; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.retryable = options.retryable ?? false
  }
}

export interface ConfigIssue {
  readonly file?: string
  readonly line?: number
  readonly column?: number
  /** Dotted key path, `sources.0.url`. */
  readonly path: string
  /** What is wrong, with the value and what was expected. */
  readonly message: string
}

/** The configuration cannot be used: every problem at once. Exit code 2. */
export class ConfigError extends PicketError {
  readonly issues: readonly ConfigIssue[]

  constructor(issues: readonly ConfigIssue[], options: { cause?: unknown } = {}) {
    super('PICKET_CONFIG', issues.map(formatIssue).join('\n'), options)
    this.issues = issues
  }
}

export function formatIssue(issue: ConfigIssue): string {
  const where =
    issue.file === undefined
      ? ''
      : issue.line === undefined
        ? `${issue.file}: `
        : `${issue.file}:${issue.line}:${issue.column ?? 1} `
  return `${where}${issue.path === '' ? '' : `${issue.path}: `}${issue.message}`
}

/** Wrong words on the command line. Exit code 2. */
export class UsageError extends PicketError {
  constructor(message: string) {
    super('PICKET_USAGE', message)
  }
}

interface EdgeOptions {
  readonly status?: number | undefined
  readonly retryable: boolean
  readonly cause?: unknown
}

/** An input failed. `retryable`: try again with backoff; else a person must act, and it is said once. */
export class SourceError extends PicketError {
  readonly source: string
  readonly status: number | undefined

  constructor(message: string, options: EdgeOptions & { source: string }) {
    super('PICKET_SOURCE', message, options)
    this.source = options.source
    this.status = options.status
  }
}

/** A sink failed. `retryable: false`: these detections can never be delivered, count them as dropped. */
export class SinkError extends PicketError {
  readonly sink: string
  readonly status: number | undefined

  constructor(message: string, options: EdgeOptions & { sink: string }) {
    super('PICKET_SINK', message, options)
    this.sink = options.sink
    this.status = options.status
  }
}

/** An HTTP exchange that did not succeed. `status` undefined: no answer at all. */
export class HttpError extends PicketError {
  readonly status: number | undefined
  /** The body's first 2,000 characters. */
  readonly body: string

  constructor(message: string, options: EdgeOptions & { body?: string }) {
    super('PICKET_HTTP', message, options)
    this.status = options.status
    this.body = options.body ?? ''
  }
}

/** The state directory cannot be used: damaged beyond repair, of a newer version, or in use. */
export class CheckpointError extends PicketError {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('PICKET_CHECKPOINT', message, options)
  }
}
