import { Command, InvalidArgumentError } from 'commander'
import type { Report } from '../../core/report.ts'
import { PicketError } from '../../errors.ts'
import { csvPieces } from '../../report/csv.ts'
import { jsonPieces } from '../../report/json.ts'
import { narrowReport } from '../../report/narrow.ts'
import { componentsText } from '../../report/components.ts'
import { textPieces } from '../../report/text.ts'
import { messageOf } from '../errors.ts'
import type { CliIo } from '../io.ts'
import {
  addNarrowingOptions,
  addReportOptions,
  examples,
  globalOptions,
  mayColor,
} from '../options.ts'
import type { Format, NarrowingOptions } from '../options.ts'
import { Output } from '../output.ts'

interface StatusOptions extends NarrowingOptions {
  readonly url: string
  readonly format: Format
  readonly top?: number
}

const TIMEOUT_MS = 30_000

/** `picket status`: asks a running processor over HTTP. */
export function statusCommand(io: CliIo): Command {
  const command = new Command('status')
    .summary('print the report of a running processor and the state of its components')
    .description(
      'Prints what a running processor knows of the scans alive, and the state of each of its components.',
    )
    .option('--url <url>', 'address of the processor', baseUrl, 'http://127.0.0.1:9744')
  addReportOptions(addNarrowingOptions(command))
  examples(
    command,
    'picket status',
    'picket status --danger 3 --summary',
    'picket status --ip 203.0.113.7 --format json',
    'picket status --url http://firewall:9744 --top 10',
  )
  return command.action(async (options: StatusOptions) => {
    const [report, status] = await Promise.all([
      ask<Report>(options.url, '/api/v1/report', isReport),
      ask<object>(options.url, '/api/v1/status', isObject),
    ])
    const narrowed = narrowReport(report, {
      source: options.ip,
      dangerLevel: options.danger,
      top: options.top,
    })
    const shown = options.summary === true ? { ...narrowed, sources: [] } : narrowed
    const output = new Output(io.stdout)
    switch (options.format) {
      case 'json':
        return output.writeAll(jsonPieces({ ...shown, status } as Report))
      case 'csv':
        return output.writeAll(csvPieces(narrowed))
      case 'text': {
        const color = mayColor(io.stdout, io, globalOptions(command))
        output.write(componentsText(status, color))
        return output.writeAll(
          textPieces(shown, { color, top: options.top, summary: options.summary === true }),
        )
      }
    }
  })
}

async function ask<T>(
  base: string,
  path: string,
  isExpected: (body: unknown) => body is T,
): Promise<T> {
  const url = `${base}${path}`
  let response: Response
  try {
    response = await fetch(url, {
      headers: { accept: 'application/json' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
  } catch (error) {
    throw new PicketError(
      'PICKET_STATUS',
      `no processor answers at ${base} (${causeOf(error)}); is \`picket run\` running there?`,
      { cause: error },
    )
  }
  if (!response.ok)
    throw new PicketError(
      'PICKET_STATUS',
      `${url} answered ${response.status} ${response.statusText}`.trim(),
    )
  const body: unknown = await response.json().catch(() => undefined)
  if (!isExpected(body))
    throw new PicketError('PICKET_STATUS', `${url} does not answer as a Picket processor does`)
  return body
}

/** `fetch failed` says nothing; its cause does. Several addresses that failed are several causes. */
function causeOf(error: unknown): string {
  let cause: unknown = error
  while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause
  if (cause instanceof AggregateError) cause = cause.errors[0]
  const { code } = cause as NodeJS.ErrnoException
  if (code === 'ECONNREFUSED') return 'connection refused'
  if (code === 'ENOTFOUND') return 'unknown host'
  if (cause instanceof Error && cause.name === 'TimeoutError')
    return `no answer within ${TIMEOUT_MS / 1000} s`
  return messageOf(cause)
}

function isObject(body: unknown): body is object {
  return typeof body === 'object' && body !== null
}

function isReport(body: unknown): body is Report {
  return (
    isObject(body) &&
    'version' in body &&
    body.version === 1 &&
    'sources' in body &&
    Array.isArray(body.sources)
  )
}

function baseUrl(value: string): string {
  if (!/^https?:\/\/[^/]/.test(value) || !URL.canParse(value))
    throw new InvalidArgumentError('Expected an address as in http://127.0.0.1:9744.')
  return value.replace(/\/+$/, '')
}
