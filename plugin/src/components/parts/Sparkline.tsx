import { memo } from 'react'
import { sparkPath, type Sparks } from '../../data/spark'

interface Props {
  readonly sparks: Sparks
  /** Index of the attacker. */
  readonly attacker: number
  readonly width: number
  readonly height: number
}

/** Packets over the panel's time range, as bars in the colour of the text around them. */
export const Sparkline = memo(function Sparkline({ sparks, attacker, width, height }: Props) {
  return (
    <svg width={width} height={height} aria-hidden focusable="false" style={{ display: 'block' }}>
      <path d={sparkPath(sparks, attacker, width, height)} fill="currentColor" />
      <path d={`M0 ${height - 0.5}h${width}`} stroke="currentColor" strokeOpacity={0.25} />
    </svg>
  )
})
