import { DashboardCursorSync, DataHoverEvent, EventBusSrv } from '@grafana/data'
import { PanelContextProvider } from '@grafana/ui'
import { act, renderHook } from '@testing-library/react'
import type { ReactNode } from 'react'
import { expect, test } from 'vitest'
import { useTimeHover } from '../../../src/components/canvas/useTimeHover'

function hook(sync: DashboardCursorSync) {
  const eventBus = new EventBusSrv()
  const seen: unknown[] = []
  eventBus.subscribe(DataHoverEvent, (event) => seen.push(event.payload.point))
  const wrapper = ({ children }: { children: ReactNode }) => (
    <PanelContextProvider value={{ eventBus, eventsScope: 'test', sync: () => sync }}>
      {children}
    </PanelContextProvider>
  )
  return { ...renderHook(() => useTimeHover(eventBus), { wrapper }), eventBus, seen }
}

test('marks the time of other panels, not its own', () => {
  const { result, eventBus, seen } = hook(DashboardCursorSync.Crosshair)
  act(() => result.current.publish(5))
  expect(seen).toEqual([{ time: 5 }])
  expect(result.current.time).toBeUndefined()
  act(() => eventBus.publish(new DataHoverEvent({ point: { time: 7 } })))
  expect(result.current.time).toBe(7)
})

test('is silent where panels share no cursor', () => {
  const { result, eventBus, seen } = hook(DashboardCursorSync.Off)
  act(() => result.current.publish(5))
  expect(seen).toEqual([])
  act(() => eventBus.publish(new DataHoverEvent({ point: { time: 7 } })))
  expect(result.current.time).toBeUndefined()
})
