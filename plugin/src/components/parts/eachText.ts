import type { PortRun } from '../../data/port-runs'
import { compactNumber, exactNumber } from '../../data/text'
import { t } from '../../i18n'

/** Packets to a port; of a range, to each of its ports. */
export function eachText({ port, high, each }: PortRun, isCompact = false): string {
  const text = isCompact ? compactNumber(each) : exactNumber(each)
  return high > port ? t('ports.each', '{{packets}} each', { packets: text }) : text
}
