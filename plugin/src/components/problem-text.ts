import { t } from '../i18n'
import type { Problem } from '../data/model'

/** What is wrong with the data, in words. The details may hold an attacker's text: for text nodes only. */
export function problemText({ code, where, detail, count }: Problem): string {
  const values = { where, detail, count }
  switch (code) {
    case 'unequal-lengths':
      return t(
        'problem.unequal-lengths',
        '{{where}}: fields of unequal length ({{detail}})',
        values,
      )
    case 'missing-field':
      return t('problem.missing-field', '{{where}}: field missing: {{detail}}', values)
    case 'wrong-type':
      return t('problem.wrong-type', '{{where}}: {{count}} × wrong type: {{detail}}', values)
    case 'bad-event':
      return t('problem.bad-event', '{{where}}: {{count}} × not a detection: {{detail}}', values)
    case 'bad-option':
      return t('problem.bad-option', 'Option {{where}} cannot be used: {{detail}}', values)
    case 'truncated':
      return t('problem.truncated', '{{where}}: cut short: {{detail}}', values)
    case 'not-understood':
      return t(
        'problem.not-understood',
        '{{where}}: {{count}} × not understood: {{detail}}',
        values,
      )
  }
}
