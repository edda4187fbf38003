import { labelSet, type LabelSet } from '../../label-set.ts'
import { StoreError } from '../../store-error.ts'
import type { LineStore } from '../../store.ts'
import type { Stream } from '../../stream.ts'
import type { Grouping, RangeExpr, StageFunction } from '../ast.ts'
import { EntryLabels } from '../entry-labels.ts'
import { neededLabels, Pipeline } from '../pipeline.ts'
import { TICK_ENTRIES, type Ticker } from '../ticker.ts'
import { createAccumulator, type Accumulator } from './accumulator.ts'
import { Grouper } from './group.ts'
import { checkSeriesCount, emptySeries, withoutEmpty, type Grid, type Series } from './series.ts'
import { stepFinder } from './window.ts'

export interface MetricContext {
  readonly store: LineStore
  readonly grid: Grid
  readonly ticker: Ticker
}

interface Target {
  readonly labels: LabelSet
  readonly accumulator: Accumulator
}

/** `grouping`: what an aggregation around it asks for, so that fewer series are kept. */
export async function evaluateRange(
  expression: RangeExpr,
  grouping: Grouping | undefined,
  context: MetricContext,
): Promise<Series[]> {
  const run = new RangeRun(expression, grouping, context)
  return context.store.reading(async () => {
    await run.collect()
    return expression.operation === 'absent_over_time' ? run.absent() : run.series()
  })
}

class RangeRun {
  readonly #expression: RangeExpr
  readonly #context: MetricContext
  readonly #grouper: Grouper
  readonly #labels = new EntryLabels()
  readonly #pipeline: Pipeline
  /** Filters behind `unwrap`. */
  readonly #filters: readonly StageFunction[]
  readonly #targets = new Map<string, Target>()
  readonly #maxSeries: number

  constructor(expression: RangeExpr, outer: Grouping | undefined, context: MetricContext) {
    const { log, unwrap } = expression
    const isAbsent = expression.operation === 'absent_over_time'
    const grouping = isAbsent ? { without: false, labels: [] } : (expression.grouping ?? outer)
    const removed = unwrap === undefined ? [] : [unwrap.label]
    const stages = [...log.stages, ...(unwrap?.filters ?? [])]
    const needed =
      grouping === undefined || grouping.without
        ? undefined
        : neededLabels(stages, [...grouping.labels, ...removed])
    this.#expression = expression
    this.#context = context
    this.#grouper = new Grouper(grouping, removed)
    this.#pipeline = new Pipeline(log.stages, this.#labels, needed)
    this.#filters = (unwrap?.filters ?? []).map((filter) => filter.compile(undefined))
    const { maxInnerSeries, maxCells } = context.store.limits
    this.#maxSeries = Math.min(maxInnerSeries, Math.floor(maxCells / context.grid.steps))
  }

  async collect(): Promise<void> {
    const { log, rangeNs, offsetNs } = this.#expression
    const { store, grid, ticker } = this.#context
    const lastNs = grid.startNs + grid.stepNs * BigInt(grid.steps - 1)
    // Windows are open at their start and closed at their end.
    const [from, to] = [grid.startNs - offsetNs - rangeNs + 1n, lastNs - offsetNs + 1n]
    // Slices of all streams are taken before the first pause: the answer is of one moment.
    const parts = store
      .select(log.matchers)
      .map((stream) => ({ stream, slices: stream.slices(from, to) }))
    const find = stepFinder(grid, rangeNs, offsetNs)
    const steps = { first: 0, last: 0 }
    let seen = 0
    for (const { stream, slices } of parts) {
      let own: Target | undefined
      for (const { block, from: first, to: end } of slices) {
        for (let i = first; i < end; i++) {
          if (++seen % TICK_ENTRIES === 0 && ticker.isDue) await ticker.pause()
          const ns = block.times[i]!
          if (!find(ns, steps)) continue
          const metadata = block.metadata[i]
          const line = this.#pipeline.run(block.lines[i]!, ns, stream.labels, metadata)
          if (line === undefined) continue
          const value = this.#valueOf(line, ns)
          if (value === undefined) continue
          this.#refuseErrors(stream)
          const isOwn = metadata === undefined && !this.#pipeline.touchesLabels
          const target = isOwn ? (own ??= this.#target()) : this.#target()
          target.accumulator.add(steps, value, Number(ns - from))
        }
      }
    }
  }

  async series(): Promise<Series[]> {
    const { grid, ticker } = this.#context
    const all: Series[] = []
    for (const { labels, accumulator } of this.#targets.values()) {
      const series = emptySeries(labels, grid.steps)
      await accumulator.finish(series.values, series.present, ticker)
      if (ticker.isDue) await ticker.pause()
      all.push(series)
    }
    return withoutEmpty(all)
  }

  /** 1 where nothing was seen, under the labels that the selector demands. */
  async absent(): Promise<Series[]> {
    const { steps } = this.#context.grid
    const [counted] = await this.series()
    const labels = this.#expression.log.matchers
      .filter(({ operator }) => operator === '=')
      .map(({ name, value }) => [name, value] as const)
    const unique = labels.filter(
      ([name]) => labels.filter(([other]) => other === name).length === 1,
    )
    const series = emptySeries(labelSet(unique), steps)
    for (let step = 0; step < steps; step++) {
      if (counted?.present[step] === 1) continue
      series.values[step] = 1
      series.present[step] = 1
    }
    return withoutEmpty([series])
  }

  /** Undefined: the entry has nothing to count. */
  #valueOf(line: string, ns: bigint): number | undefined {
    const { operation, unwrap } = this.#expression
    if (unwrap === undefined) {
      return operation === 'bytes_over_time' || operation === 'bytes_rate'
        ? Buffer.byteLength(line)
        : 1
    }
    const text = this.#labels.get(unwrap.label) ?? ''
    if (text === '') return undefined
    const value = unwrap.convert(text)
    if (value === undefined) {
      this.#labels.setError('SampleExtractionErr', `${JSON.stringify(text)} is no number`)
    }
    for (const filter of this.#filters) {
      if (filter(line, this.#labels, ns) === undefined) return undefined
    }
    return value ?? 0
  }

  #refuseErrors(stream: Stream): void {
    const { error } = this.#labels
    if (error === '') return
    const series = JSON.stringify(Object.fromEntries(stream.labels.pairs))
    throw new StoreError(
      400,
      `pipeline error: '${error}' for series: '${series}'.\nUse a label filter to intentionally skip this error. (e.g | __error__!="${error}").\nTo skip all potential errors you can match empty errors.(e.g __error__="")\nThe label filter can also be specified after unwrap. (e.g | unwrap latency | __error__="" )\n`,
    )
  }

  #target(): Target {
    const key = this.#grouper.keyOf(this.#labels)
    const known = this.#targets.get(key)
    if (known !== undefined) return known
    checkSeriesCount(this.#targets.size + 1, this.#maxSeries)
    const { operation, parameter, unwrap, rangeNs } = this.#expression
    const target = {
      labels: this.#grouper.setOf(this.#labels),
      accumulator: createAccumulator({
        operation,
        parameter,
        isUnwrapped: unwrap !== undefined,
        rangeSeconds: Number(rangeNs) / 1e9,
        steps: this.#context.grid.steps,
      }),
    }
    this.#targets.set(key, target)
    return target
  }
}
