import type { Attacker } from './model'

/**
 * What a scan looks like on the map:
 * - `vertical`: many ports of one or few destinations, a bar along a row of ports;
 * - `sweep`: one or few ports of many destinations, a bar along a row of destinations;
 * - `block`: many ports of many destinations;
 * - `distributed`: many sources at one port or destination at the same time, a bar down a column.
 */
export type Shape = 'vertical' | 'sweep' | 'block' | 'distributed'

/** From here on ports are many: a scanner's short list of services seldom has ten, a scan of ports has more. */
export const MANY_PORTS = 10
/** From here on destinations are many. */
export const MANY_DESTINATIONS = 8
/** How many times more ports than destinations, or the reverse, make one direction of a scan. */
export const ELONGATED = 4
/** So many sources in one window make a distributed scan … */
export const MANY_SOURCES = 8
/** … if they are this many times what the windows hold on average: always-busy ports are no scan … */
export const BURST = 3
/** … and this is the window's length, ms. */
export const BURST_WINDOW = 5 * 60_000

/** Shape of what one source did; undefined where it is too little for a name. */
export function shapeOf(ports: number, destinations: number): Shape | undefined {
  const manyPorts = ports >= MANY_PORTS
  const manyDestinations = destinations >= MANY_DESTINATIONS
  if (manyPorts && ports >= ELONGATED * destinations) return 'vertical'
  if (manyDestinations && destinations >= ELONGATED * ports) return 'sweep'
  return manyPorts && manyDestinations ? 'block' : undefined
}

export function shapeOfAttacker({ ports, destinationCount }: Attacker): Shape | undefined {
  const known = ports.reduce((sum, { low, high }) => sum + (high - low + 1), 0)
  return shapeOf(known, destinationCount)
}

/** Shape of one column from who hit it in each window of `BURST_WINDOW`. */
export function shapeOfColumn(sourcesByWindow: readonly number[]): Shape | undefined {
  const peak = Math.max(0, ...sourcesByWindow)
  const mean = sourcesByWindow.reduce((sum, n) => sum + n, 0) / Math.max(1, sourcesByWindow.length)
  return peak >= MANY_SOURCES && peak >= BURST * mean ? 'distributed' : undefined
}
