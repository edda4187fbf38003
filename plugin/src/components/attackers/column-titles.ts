import { t } from '../../i18n'
import type { AttackerColumn } from '../../types'

export function columnTitle(column: AttackerColumn): string {
  switch (column) {
    case 'level':
      return t('attackers.column.level', 'Level')
    case 'source':
      return t('attackers.column.source', 'Source')
    case 'activity':
      return t('attackers.column.activity', 'Activity')
    case 'packets':
      return t('attackers.column.packets', 'Packets')
    case 'destinations':
      return t('attackers.column.destinations', 'Destinations')
    case 'ports':
      return t('attackers.column.ports', 'Ports')
    case 'kinds':
      return t('attackers.column.kinds', 'Kinds')
    case 'signatures':
      return t('attackers.column.signatures', 'Signatures')
    case 'os':
      return t('attackers.column.os', 'System')
    case 'country':
      return t('attackers.column.country', 'Country')
    case 'firstSeen':
      return t('attackers.column.first-seen', 'First seen')
    case 'lastSeen':
      return t('attackers.column.last-seen', 'Last seen')
    case 'reasons':
      return t('attackers.column.reasons', 'Reasons')
  }
}

/** Columns of numbers and times, which stand at the right. */
export const isNumeric = (column: AttackerColumn) =>
  column === 'packets' ||
  column === 'destinations' ||
  column === 'firstSeen' ||
  column === 'lastSeen'
