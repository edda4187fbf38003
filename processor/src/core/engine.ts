import type { LineBatch } from './batch.ts'
import { countDetections, emitDetections } from './detect/detections.ts'
import { outlineDetections } from './detect/outline.ts'
import type { Emit, EngineApi, EngineStats, FeedContext, FeedCounts } from './engine-api.ts'
import { Health } from './health/health.ts'
import { healthDetection } from './health/text.ts'
import { OsBook } from './fingerprint/index.ts'
import type { RawLabels } from './fingerprint/index.ts'
import type { EngineOptions } from './options.ts'
import type { ParserApi } from './parse/api.ts'
import { createParser, parserOptions } from './parse/index.ts'
import { buildReport, buildSource } from './report-builder.ts'
import type { Report, ReportSource } from './report.ts'
import { F_PSAD_REJECTS, PacketRows, R_FLAGS, R_LINE, R_NANOS, R_SECONDS, ROW } from './row.ts'
import { decodeState, encodeState } from './snapshot.ts'
import { buildStats } from './stats.ts'
import { S_LAST, S_LEVEL, S_MARKS, SOURCE, M_SCAN } from './track/layout.ts'
import { IgnoreRules } from './track/ignore.ts'
import { LineRules } from './track/line-rules.ts'
import { RuleBook } from './track/rule-book.ts'
import type { RuleMatcher } from './track/rule-book.ts'
import { SCALARS, State } from './track/state.ts'
import { Tracker } from './track/tracker.ts'
import { parseAddressText } from './address.ts'

/** Lines of one input among several that are merged by time; see `Engine.lane`. */
export class Lane {
  readonly rows = new PacketRows()
  readonly parser: ParserApi
  batch: LineBatch | undefined
  /** Next line of the batch to parse, next row to feed. */
  line = 0
  row = 0

  constructor(parser: ParserApi) {
    this.parser = parser
  }

  load(batch: LineBatch): void {
    this.batch = batch
    this.line = 0
    this.row = 0
    this.rows.count = 0
  }

  /** Parses on until there is a row to feed; false when the batch is used up. */
  advance(): boolean {
    while (this.row >= this.rows.count) {
      if (this.batch === undefined || this.line >= this.batch.count) return false
      this.row = 0
      this.rows.count = 0
      this.line = this.parser.parse(this.batch, this.line, this.rows)
    }
    return true
  }

  get seconds(): number {
    return this.rows.ints[this.row * ROW + R_SECONDS]!
  }

  get nanos(): number {
    return this.rows.ints[this.row * ROW + R_NANOS]!
  }
}

/** The first and last event time, and what was read; part of the snapshot. */
export interface Totals {
  packets: number
  notAPacket: number
  malformed: number
  ignored: number
  detections: number
  /** Event time of the first and last packet in order of time; NaN = none. */
  firstSeconds: number
  firstNanos: number
  lastSeconds: number
  lastNanos: number
}

const NO_TOTALS: Totals = {
  packets: 0,
  notAPacket: 0,
  malformed: 0,
  ignored: 0,
  detections: 0,
  firstSeconds: Number.NaN,
  firstNanos: 0,
  lastSeconds: Number.NaN,
  lastNanos: 0,
}

/** How long beyond the scan timeout a source is kept, so that late lines find their scan. */
const EXPIRY_GRACE_S = 3600

export class Engine implements EngineApi {
  readonly options: EngineOptions
  readonly state: State
  readonly totals: Totals = { ...NO_TOTALS }
  readonly rules: RuleBook
  readonly prints: OsBook
  readonly #parser: ParserApi
  readonly #tracker: Tracker
  readonly #health: Health | undefined
  readonly #lane: Lane
  #savedTexts = 0
  #fedSinceSave = true
  #expireCursor = 1

  constructor(options: EngineOptions, matcher?: RuleMatcher) {
    this.options = options
    this.#parser = createParser(parserOptions(options))
    this.#lane = new Lane(this.#parser)
    this.rules = new RuleBook(options.signatures, matcher)
    this.state = new State({
      sources: options.limits.sources,
      seed: options.seed,
      retain: options.retain,
    })
    this.#health = options.health ? new Health(this.state.health) : undefined
    this.prints = new OsBook(this.state, options)
    this.#tracker = new Tracker(
      this.state,
      options,
      this.rules,
      new IgnoreRules(options.ignore, this.#parser.interned),
      new LineRules(options, this.#parser.interned),
      this.prints,
    )
  }

  /** Name of the list that gave a source a level. */
  readonly listOf = (source: number, level: number): string => this.#tracker.listOf(source, level)

  get interned(): ParserApi['interned'] {
    return this.#parser.interned
  }

  feed(batch: LineBatch, emit: Emit | undefined, context?: FeedContext): FeedCounts {
    const lane = this.#lane
    const before = this.#before()
    lane.load(batch)
    while (lane.advance()) {
      const { ints, count } = lane.rows
      for (let i = 0; i < count; i++) this.#packet(ints, i * ROW, batch, emit, context)
      lane.row = count
      context?.onRows?.(lane.rows)
    }
    return this.#after(before, lane)
  }

  /** A lane for one of several inputs that are merged by time: load batches, `advance`, and feed with `feedLane`. */
  lane(): Lane {
    return new Lane(createParser(parserOptions(this.options), this.#parser.interned))
  }

  /** Feeds the lane's rows while their time is at or before the given one, and adds its line counts. */
  feedLane(
    lane: Lane,
    seconds: number,
    nanos: number,
    emit: Emit | undefined,
    context?: FeedContext,
  ): FeedCounts {
    const before = this.#before()
    const batch = lane.batch
    while (batch !== undefined && lane.advance()) {
      const o = lane.row * ROW
      const at = lane.rows.ints[o + R_SECONDS]!
      if (at > seconds || (at === seconds && lane.rows.ints[o + R_NANOS]! > nanos)) break
      this.#packet(lane.rows.ints, o, batch, emit, context)
      lane.row++
    }
    return this.#after(before, lane)
  }

  #before(): { ignored: number; rejected: number; packets: number } {
    this.#fedSinceSave = true
    return {
      ignored: this.#tracker.ignored,
      rejected: this.#tracker.rejected,
      packets: this.totals.packets,
    }
  }

  #after(before: { ignored: number; rejected: number; packets: number }, lane: Lane): FeedCounts {
    const skipped = lane.parser.takeCounts()
    const rejected = this.#tracker.rejected - before.rejected
    const counts: FeedCounts = {
      packets: this.totals.packets - before.packets - rejected,
      notAPacket: skipped.notAPacket,
      malformed: skipped.malformed + rejected,
      ignored: this.#tracker.ignored - before.ignored,
    }
    this.totals.packets -= rejected
    this.totals.notAPacket += counts.notAPacket
    this.totals.malformed += counts.malformed
    this.totals.ignored += counts.ignored
    return counts
  }

  #packet(
    ints: Int32Array,
    o: number,
    batch: LineBatch,
    emit: Emit | undefined,
    context: FeedContext | undefined,
  ): void {
    const totals = this.totals
    totals.packets++
    const seconds = ints[o + R_SECONDS]!
    // Negated, so that the NaN of an empty total is replaced too.
    if (
      !(seconds <= totals.lastSeconds) ||
      (seconds === totals.lastSeconds && ints[o + R_NANOS]! > totals.lastNanos)
    ) {
      totals.lastSeconds = seconds
      totals.lastNanos = ints[o + R_NANOS]!
    }
    if (
      !(seconds >= totals.firstSeconds) ||
      (seconds === totals.firstSeconds && ints[o + R_NANOS]! < totals.firstNanos)
    ) {
      totals.firstSeconds = seconds
      totals.firstNanos = ints[o + R_NANOS]!
    }
    const health = this.#health
    if (health !== undefined && (ints[o + R_FLAGS]! & F_PSAD_REJECTS) === 0)
      if (health.packet(ints, o)) this.#tellOfHealth(health, ints, o, emit, context)
    if (!this.#tracker.packet(ints, o, batch.bytes)) return
    // Below the least level worth telling of; with the usual one notes, of level 0, are told of.
    const { minDangerLevel } = this.options
    if (minDangerLevel > 1 && this.#tracker.crossing.level < minDangerLevel) return
    if (context?.onOutline !== undefined)
      outlineDetections(this.rules, this.#tracker.crossing, ints, o, context.onOutline)
    if (emit === undefined) {
      totals.detections += countDetections(this.#tracker.crossing)
      return
    }
    const stream = batch.labels[batch.stream[ints[o + R_LINE]!]!]
    totals.detections += emitDetections(
      {
        state: this.state,
        options: this.options,
        rules: this.rules,
        prints: this.prints,
        interned: this.#parser.interned,
        listOf: this.listOf,
      },
      this.#tracker.crossing,
      ints,
      o,
      context,
      stream?.['host'],
      emit,
    )
  }

  /** Findings about the logging that this packet proved come before what it did itself. */
  #tellOfHealth(
    health: Health,
    ints: Int32Array,
    o: number,
    emit: Emit | undefined,
    context: FeedContext | undefined,
  ): void {
    const { news } = health.findings
    this.totals.detections += news.length
    if (emit !== undefined) {
      const [seconds, nanos] = [ints[o + R_SECONDS]!, ints[o + R_NANOS]!]
      for (const id of news)
        emit(healthDetection(this.state.health, this.interned, id, seconds, nanos, context))
    }
    if (context?.onOutline !== undefined) {
      const outline = { kind: 'logging-health', sid: -1, rows: ints, at: o } as const
      for (let i = 0; i < news.length; i++)
        context.onOutline({ ...outline, dangerLevel: 0, previousLevel: 0 })
    }
    news.length = 0
  }

  /** Looks at a part of the sources each time, so that one call stays short. */
  expire(seconds: number): void {
    if (this.options.retain || this.options.persistence || this.options.profile === 'psad') return
    const rows = this.state.sources.rows
    const oldest = seconds - this.options.scanTimeoutMs / 1000 - EXPIRY_GRACE_S
    for (let steps = Math.min(rows.used, 65_536); steps > 0; steps--) {
      const id = this.#expireCursor
      this.#expireCursor = id + 1 >= rows.used ? 1 : id + 1
      if (id >= rows.used || rows.isFree(id)) continue
      if (rows.ints[id * SOURCE + S_LAST]! < oldest) {
        this.state.forget(id)
        this.#fedSinceSave = true
      }
    }
  }

  /** True where a source's scan is over at event time `now`. */
  #isOver(source: number, now: number): boolean {
    const { retain, persistence, profile, scanTimeoutMs } = this.options
    if (retain || persistence || profile === 'psad') return false
    const ints = this.state.sources.rows.ints
    const s = source * SOURCE
    return (ints[s + S_MARKS]! & M_SCAN) !== 0 && now - ints[s + S_LAST]! > scanTimeoutMs / 1000
  }

  report(options: { readonly all?: boolean; readonly generatedAt?: string } = {}): Report {
    return buildReport(this, options, (source) => this.#isOver(source, this.totals.lastSeconds))
  }

  source(address: string): ReportSource | undefined {
    const id = this.#find(address)
    return id === 0 ? undefined : buildSource(this, id)
  }

  /** The fingerprint labels of a source as psad prints them. */
  osLabels(address: string): RawLabels | undefined {
    const id = this.#find(address)
    return id === 0 ? undefined : this.prints.raw(id)
  }

  /** The source's id, 0 without one. */
  #find(address: string): number {
    const words = new Int32Array(4)
    if (!parseAddressText(address, words)) return 0
    return this.state.sources.find(words[0]!, words[1]!, words[2]!, words[3]!)
  }

  levelOf(address: string): number {
    const id = this.#find(address)
    return id === 0 ? 0 : this.state.sources.rows.ints[id * SOURCE + S_LEVEL]!
  }

  stats(): EngineStats {
    return buildStats(this, (source) => this.#isOver(source, this.totals.lastSeconds))
  }

  full(): Uint8Array {
    return this.#save(true)
  }

  changes(): Uint8Array | undefined {
    return this.#fedSinceSave ? this.#save(false) : undefined
  }

  #save(full: boolean): Uint8Array {
    const textsFrom = full ? 0 : this.#savedTexts
    const texts = this.#parser.interned.texts(textsFrom)
    const bytes = encodeState(this.state, { textsFrom, texts, scalars: this.#scalars() }, full)
    this.#savedTexts = textsFrom + texts.length
    this.#fedSinceSave = false
    return bytes
  }

  #scalars(): Float64Array {
    const { totals, state } = this
    const values = new Float64Array(SCALARS)
    values.set([
      totals.packets,
      totals.notAPacket,
      totals.malformed,
      totals.ignored,
      totals.detections,
      totals.firstSeconds,
      totals.firstNanos,
      totals.lastSeconds,
      totals.lastNanos,
      state.evicted,
      state.sourcesSeen,
      state.targetsSeen,
      state.hand,
      this.#expireCursor,
      ...state.byLevel,
    ])
    return values
  }

  restore(chunks: readonly Uint8Array[]): void {
    const texts: string[] = []
    let scalars: Float64Array | undefined
    for (const [i, chunk] of chunks.entries()) {
      const extras = decodeState(this.state, chunk)
      if (extras.full !== (i === 0))
        throw new RangeError('the engine state is incomplete: its parts are not in order')
      texts.length = extras.textsFrom
      texts.push(...extras.texts)
      scalars = extras.scalars
    }
    if (scalars === undefined) return
    for (const table of this.state.indexed) table.rebuild()
    this.#health?.forget()
    this.#parser.interned.restore(texts)
    this.#savedTexts = texts.length
    this.#restoreScalars(scalars)
    this.#fedSinceSave = false
  }

  #restoreScalars(values: Float64Array): void {
    const { totals, state } = this
    let i = 0
    const next = (): number => values[i++] ?? 0
    totals.packets = next()
    totals.notAPacket = next()
    totals.malformed = next()
    totals.ignored = next()
    totals.detections = next()
    totals.firstSeconds = next()
    totals.firstNanos = next()
    totals.lastSeconds = next()
    totals.lastNanos = next()
    state.evicted = next()
    state.sourcesSeen = next()
    state.targetsSeen = next()
    state.hand = next()
    this.#expireCursor = next()
    for (let level = 0; level < 6; level++) state.byLevel[level] = next()
  }
}
