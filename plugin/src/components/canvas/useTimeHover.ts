import {
  DashboardCursorSync,
  DataHoverClearEvent,
  DataHoverEvent,
  type BusEvent,
  type EventBus,
} from '@grafana/data'
import { usePanelContext } from '@grafana/ui'
import { useCallback, useEffect, useRef, useState } from 'react'
import { throttleTime } from 'rxjs'

/** The dashboard's shared cursor: the time that other panels point at, and a way to tell them ours. */
export function useTimeHover(eventBus: EventBus) {
  const { sync } = usePanelContext()
  const shared = (sync?.() ?? DashboardCursorSync.Off) !== DashboardCursorSync.Off
  const [time, setTime] = useState<number>()
  const own = useRef<BusEvent | null>(null)
  useEffect(() => {
    if (!shared) return
    const last = { leading: true, trailing: true }
    const hover = eventBus.getStream(DataHoverEvent).pipe(throttleTime(50, undefined, last))
    const clear = eventBus.getStream(DataHoverClearEvent).pipe(throttleTime(50, undefined, last))
    const subscription = hover.subscribe((event) => {
      const at: unknown = event.payload.point?.['time']
      setTime(event === own.current || typeof at !== 'number' ? undefined : at)
    })
    subscription.add(clear.subscribe(() => setTime(undefined)))
    return () => subscription.unsubscribe()
  }, [eventBus, shared])
  const publish = useCallback(
    (at: number | undefined) => {
      if (!shared) return
      const event =
        at === undefined ? new DataHoverClearEvent() : new DataHoverEvent({ point: { time: at } })
      own.current = event
      eventBus.publish(event)
    },
    [eventBus, shared],
  )
  return { time: shared ? time : undefined, publish }
}
