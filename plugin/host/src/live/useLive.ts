import { useMemo, useSyncExternalStore } from 'react'
import type { FeedState, DetectionFeed } from './DetectionFeed'
import { detectionFrame, metricFrames } from './frames'
import { rangeOf, type Chosen } from './ranges'
import type { ReportPoll, ReportState } from './ReportPoll'

export interface LiveSources {
  readonly feed: DetectionFeed
  readonly poll: ReportPoll
}

/** What Picket knows now, as the frames that a dashboard's queries would bring. */
export function useLive({ feed, poll }: LiveSources, chosen: Chosen) {
  const heard: FeedState = useSyncExternalStore(feed.subscribe, feed.state)
  const asked: ReportState = useSyncExternalStore(poll.subscribe, poll.state)
  const { report } = asked
  // The page's clock is the report's: without news nothing moves.
  const now = report === undefined ? Date.now() : Date.parse(report.generatedAt)
  const { from, to } = rangeOf(chosen, heard.detections, now)
  const events = useMemo(
    () => detectionFrame(heard.detections, from, to),
    [heard.detections, from, to],
  )
  // The gauges say how things are now, which is no answer about a part of the past.
  const isNow = typeof chosen === 'string'
  const gauges = useMemo(
    () => (report === undefined || !isNow ? [] : metricFrames(report)),
    [report, isNow],
  )
  const series = useMemo(() => [events, ...gauges], [events, gauges])
  return { ...heard, ...asked, from, to, series }
}
