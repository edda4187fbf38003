import { cx } from '@emotion/css'
import type { Attacker } from '../../data/model'
import type { Sparks } from '../../data/spark'
import { plainText } from '../../data/text'
import type { AttackerColumn } from '../../types'
import { Count } from '../parts/Count'
import { PortRanges } from '../parts/PortRanges'
import { Sparkline } from '../parts/Sparkline'
import type { TimeTexts } from '../parts/times'
import type { GridStyles } from './grid-styles'

interface Props {
  readonly attacker: Attacker
  /** Level and source are the row's own. */
  readonly column: Exclude<AttackerColumn, 'level' | 'source'>
  readonly sparks: Sparks
  readonly times: TimeTexts
  readonly atLeast: boolean
  readonly styles: GridStyles
}

/** What one column says of an attacker. */
export function AttackerCell({ attacker, column, sparks, times, atLeast, styles }: Props) {
  const text = (value: string, title = value) => (
    <div role="gridcell" className={styles.cell} title={title}>
      <bdi className={styles.text}>{value || '–'}</bdi>
    </div>
  )
  const number = cx(styles.cell, styles.number)
  switch (column) {
    case 'activity':
      return (
        <div role="gridcell" className={cx(styles.cell, styles.quiet)}>
          <Sparkline sparks={sparks} attacker={attacker.index} width={72} height={18} />
        </div>
      )
    case 'packets':
      return (
        <div role="gridcell" className={number}>
          <Count value={attacker.packets} atLeast={atLeast} />
        </div>
      )
    case 'destinations':
      return (
        <div role="gridcell" className={number}>
          <Count value={attacker.destinationCount} atLeast={atLeast} />
        </div>
      )
    case 'ports':
      return (
        <div role="gridcell" className={cx(styles.cell, styles.ports)}>
          <PortRanges ranges={attacker.ports} truncated={attacker.portsTruncated} />
        </div>
      )
    case 'kinds':
      return text(plainText(attacker.kinds.join(', ')))
    case 'signatures': {
      const names = attacker.signatures.map(({ sid, message }) => message || `sid ${sid}`)
      const count = names.length
      if (count === 0) return text('')
      return text(
        plainText(count === 1 ? (names[0] ?? '') : `${count}: ${names.join(', ')}`),
        plainText(names.join('; '), 1000),
      )
    }
    case 'os':
      return text(plainText(attacker.os ?? ''))
    case 'country':
      return text(plainText(attacker.country ?? ''))
    case 'firstSeen':
    case 'lastSeen': {
      const time = attacker[column]
      return (
        <div role="gridcell" className={number} title={times.title(time)}>
          {times.short(time)}
        </div>
      )
    }
    case 'reasons': {
      const reasons = attacker.reasons.join('; ')
      return text(plainText(reasons), plainText(reasons, 1000))
    }
  }
}
