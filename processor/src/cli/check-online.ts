import { join, resolve } from 'node:path'
import type { Config } from '../config/schema.ts'
import { systemClock } from '../pipeline/types.ts'
import type { BuildContext } from '../pipeline/types.ts'
import { sinkKinds } from '../sinks/index.ts'
import { sourceKinds } from '../sources/index.ts'
import { silentLogger } from '../telemetry/logger.ts'
import { messageOf } from './errors.ts'
import type { CliIo } from './io.ts'

interface Checkable {
  check(signal: AbortSignal): Promise<void>
  close?(): Promise<void>
}

interface Kind {
  readonly type: string
  create(config: unknown, context: BuildContext): Checkable
}

const TIMEOUT_MS = 15_000

/** Asks every input and sink whether it can be used, a line each on stderr; true if all can. */
export async function checkOnline(config: Config, io: CliIo): Promise<boolean> {
  const jobs = [
    ...config.sources.map((component) => ({
      what: 'input',
      component,
      kinds: sourceKinds,
    })),
    ...config.sinks.map((component) => ({
      what: 'sink',
      component,
      kinds: sinkKinds,
    })),
  ]
  if (jobs.length === 0) io.stderr.write('There is no input and no sink to ask.\n')
  const results = await Promise.all(
    jobs.map(async ({ what, component, kinds }) => {
      const label = `${what} ${component.name} (${component.type})`
      const problem = await checkOne(component, kinds, {
        name: component.name,
        stateDir: join(resolve(io.cwd, config.stateDir), `${what}s`, component.name),
        logger: silentLogger,
        clock: systemClock,
        reference: Math.floor(Date.now() / 1000),
      })
      return {
        line: problem === undefined ? `${label}: ok` : `${label}: ${problem}`,
        isFine: problem === undefined,
      }
    }),
  )
  for (const { line } of results) io.stderr.write(`${line}\n`)
  return results.every(({ isFine }) => isFine)
}

async function checkOne(
  component: { readonly type: string },
  kinds: readonly Kind[],
  context: BuildContext,
): Promise<string | undefined> {
  let built: Checkable | undefined
  try {
    built = kinds.find(({ type }) => type === component.type)?.create(component, context)
    if (built === undefined) return `the type ${component.type} is unknown`
    const signal = AbortSignal.timeout(TIMEOUT_MS)
    await Promise.race([built.check(signal), rejectOn(signal)])
    return undefined
  } catch (error) {
    return messageOf(error)
  } finally {
    await built?.close?.().catch(() => undefined)
  }
}

/** A component that does not look at the signal must not hold everybody up. */
function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener(
      'abort',
      () => reject(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)),
      { once: true },
    )
  })
}
