import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Recorded {
  readonly name: string
  readonly request: {
    readonly method: string
    readonly path: string
    readonly query?: Record<string, string>
  }
  readonly response: { readonly status: number; readonly body?: string } | null
}

const folder = join(
  process.env['PICKET_FIXTURES'] ?? join(import.meta.dirname, '../../../../../shared/fixtures'),
  'loki',
)

/** Exchanges recorded from a real Loki; none if the fixtures are not there. */
export function recordings(): readonly Recorded[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Recorded)
}
