import type { Shape } from '../../data/shapes'
import { ICON, shapeParts } from './shapeParts'

export function ShapeIcon({ shape }: { readonly shape: Shape }) {
  return (
    <svg width={ICON} height={ICON} viewBox={`0 0 ${ICON} ${ICON}`} aria-hidden fill="currentColor">
      {shapeParts(shape).map(([x, y, width, height]) => (
        <rect key={`${x} ${y}`} x={x} y={y} width={width} height={height} />
      ))}
    </svg>
  )
}
