import {
  DashboardCursorSync,
  DataHoverClearEvent,
  DataHoverEvent,
  type BusEvent,
  type EventBus,
} from '@grafana/data'
import { usePanelContext } from '@grafana/ui'
import { useCallback, useEffect, useRef, useState } from 'react'
import { filter, throttleTime, type Observable } from 'rxjs'

/** The dashboard's shared cursor: the time that other panels point at, and a way to tell them ours. */
export function useTimeHover(eventBus: EventBus) {
  const { sync } = usePanelContext()
  const shared = (sync?.() ?? DashboardCursorSync.Off) !== DashboardCursorSync.Off
  const [time, setTime] = useState<number>()
  const own = useRef(new WeakSet<BusEvent>())
  useEffect(() => {
    if (!shared) return
    const mine = own.current
    const pick = <T extends BusEvent>(events: Observable<T>) =>
      events.pipe(
        filter((event) => !mine.has(event)),
        throttleTime(50, undefined, { leading: true, trailing: true }),
      )
    const hover = pick(eventBus.getStream(DataHoverEvent))
    const clear = pick(eventBus.getStream(DataHoverClearEvent))
    const subscription = hover.subscribe((event) => {
      const at: unknown = event.payload.point?.['time']
      setTime(typeof at === 'number' ? at : undefined)
    })
    subscription.add(clear.subscribe(() => setTime(undefined)))
    return () => subscription.unsubscribe()
  }, [eventBus, shared])
  const publish = useCallback(
    (at: number | undefined) => {
      if (!shared) return
      const event =
        at === undefined ? new DataHoverClearEvent() : new DataHoverEvent({ point: { time: at } })
      own.current.add(event)
      eventBus.publish(event)
    },
    [eventBus, shared],
  )
  return { time: shared ? time : undefined, publish }
}
