import type { PortBand } from '../../data/heatmap'
import { serviceName } from '../../data/services'

/** `445`, `1000–1500`. */
export function portText({ low, high }: Pick<PortBand, 'low' | 'high'>): string {
  return low === high ? String(low) : `${low}–${high}`
}

/** `smb`; empty for ranges and ports without a usual name. */
export function serviceText({ protocol, low, high }: PortBand): string {
  return low === high && protocol !== undefined ? (serviceName(protocol, low) ?? '') : ''
}
