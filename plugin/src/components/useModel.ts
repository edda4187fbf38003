import type { PanelData, TimeRange } from '@grafana/data'
import { useEffect, useMemo, useRef, useState } from 'react'
import type { Detector, Findings } from '../engine/detector'
import { EMPTY_MODEL, type Model, type Problem } from '../data/model'
import type { Part } from '../data/part'
import { modelSteps, readingSteps, type LinesToJudge, type Reading } from '../data/prepare'
import type { Steps } from '../data/steps'
import type { Options } from '../types'
import { useSteps } from './useSteps'

export interface ModelState {
  readonly model: Model
  /** `working`: raw lines are being judged, and the model is the last one or that of the first lines. */
  readonly state: 'ready' | 'working'
  /** 0 to 1, while working. */
  readonly progress?: number
}

/** What the detection core said of raw lines. */
interface Judged {
  /** Which lines: of those before, what was found stays in sight. */
  readonly lines: LinesToJudge
  readonly part: Part | undefined
  readonly isWhole: boolean
  readonly progress: number
  readonly problems: readonly Problem[]
}

/** Progress is shown so often at most. */
const PROGRESS_MS = 200

/** Rows that are read, or attackers that are joined, at once: beyond it the page gets its turns. */
const MOST_AT_ONCE = 1000

/**
 * The model of the panel's data. Raw lines are judged in the background, and much of anything is read in turns with the
 * page; the last model stays until there is a newer.
 */
export function useModel(data: PanelData, options: Options, timeRange: TimeRange): ModelState {
  const { series, request } = data
  const { input, minLevel, detection, evidence } = options
  const from = timeRange.from.valueOf()
  const to = timeRange.to.valueOf()
  const targets = request?.targets
  // Grafana makes new objects of options that are the same.
  const detectionKey = JSON.stringify(detection)
  const evidenceKey = JSON.stringify(evidence)
  // The range and the queries are those of the data: both change with it, and before it arrives mean nothing here.
  const toRead = useMemo(
    () => ({
      make: () =>
        readingSteps({
          frames: series,
          targets,
          options: { input, minLevel, detection, evidence },
          timeRange: { from, to },
        }),
      isLong: rowsOf(series) > MOST_AT_ONCE,
    }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- see above
    [series, input, detectionKey],
  )
  const reading = useSteps(toRead)
  const read = reading.value
  const lines = read?.lines
  const judged = useJudged(lines)
  const part = lines === undefined ? undefined : judged?.part
  const problems = judged?.lines === lines ? judged?.problems : undefined
  const toJoin = useMemo(
    () => ({
      make: () =>
        read === undefined
          ? nothingYet()
          : modelSteps(
              read,
              part,
              { options: { input, minLevel, detection, evidence }, timeRange: { from, to } },
              problems,
            ),
      isLong: attackersOf(read, part) > MOST_AT_ONCE,
    }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the range matters to evidence only
    [read, part, minLevel, evidenceKey, problems],
  )
  const joining = useSteps(toJoin)
  const model = joining.value ?? EMPTY_MODEL
  const isRead = reading.isCurrent && joining.isCurrent
  if (isRead && (lines === undefined || (judged?.lines === lines && judged.isWhole)))
    return { model, state: 'ready' }
  const isJudging = reading.isCurrent && judged?.lines === lines && judged?.part !== undefined
  return { model, state: 'working', progress: isJudging ? judged.progress : 0 }
}

function rowsOf(series: PanelData['series']): number {
  return series.reduce((sum, { length }) => sum + length, 0)
}

function attackersOf(read: Reading | undefined, part: Part | undefined): number {
  const parts = read?.parts ?? []
  return parts.reduce((sum, { attackers }) => sum + attackers.length, part?.attackers.length ?? 0)
}

function* nothingYet(): Steps<Model> {
  return EMPTY_MODEL
}

function useJudged(lines: LinesToJudge | undefined): Judged | undefined {
  const [judged, setJudged] = useState<Judged>()
  const detector = useRef<Promise<Detector> | undefined>(undefined)
  useEffect(() => {
    if (lines === undefined) return undefined
    const abort = new AbortController()
    detector.current ??= import('../engine/detector').then((engine) => new engine.Detector())
    void judge(lines, detector.current, abort.signal, setJudged)
    return () => {
      abort.abort()
    }
  }, [lines])
  useEffect(
    () => () => {
      void detector.current?.then((it) => {
        it.close()
      })
      detector.current = undefined
    },
    [],
  )
  return judged
}

async function judge(
  lines: LinesToJudge,
  loading: Promise<Detector>,
  signal: AbortSignal,
  set: (update: (before: Judged | undefined) => Judged) => void,
): Promise<void> {
  const show = ({ part }: Findings, isWhole: boolean): void => {
    set((before) => ({
      lines,
      part,
      isWhole,
      progress: isWhole ? 1 : before?.lines === lines ? before.progress : 0,
      problems: [],
    }))
  }
  let shownAt = performance.now()
  try {
    const detector = await loading
    const { rows, ...start } = lines
    const findings = await detector.detect(
      { rows, start: { ...start, detections: false } },
      signal,
      {
        onPartial: (partial) => {
          show(partial, false)
        },
        onProgress: (progress) => {
          const now = performance.now()
          if (now - shownAt < PROGRESS_MS) return
          shownAt = now
          set((before) =>
            before?.lines === lines
              ? { ...before, progress }
              : { lines, part: before?.part, isWhole: false, progress, problems: [] },
          )
        },
      },
    )
    show(findings, true)
  } catch (error) {
    if (signal.aborted) return
    const detail = error instanceof Error ? error.message : String(error)
    set(() => ({
      lines,
      part: undefined,
      isWhole: true,
      progress: 1,
      problems: [{ code: 'not-understood', where: 'detection', detail, count: lines.rows.count }],
    }))
  }
}
