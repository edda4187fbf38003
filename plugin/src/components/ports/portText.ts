import type { PortBand } from '../../data/port-bands'
import type { PortRun } from '../../data/port-runs'
import { serviceName } from '../../data/services'

/** `445`, `1000–1500`. */
export function portText({ low, high }: Pick<PortBand, 'low' | 'high'>): string {
  return low === high ? String(low) : `${low}–${high}`
}

/** The same of a run. */
export function numbersOf({ port, high }: Pick<PortRun, 'port' | 'high'>): string {
  return portText({ low: port, high })
}

/** `smb`, `dns udp`, `udp`: the usual name, if there is one, and the protocol unless it is TCP. */
export function serviceText({ protocol, low, high }: Omit<PortBand, 'hit'>): string {
  if (protocol === undefined) return ''
  const name = low === high ? serviceName(protocol, low) : undefined
  return [name, protocol === 'tcp' ? undefined : protocol].filter(Boolean).join(' ')
}
