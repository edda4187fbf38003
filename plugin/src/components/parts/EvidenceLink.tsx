import { t } from '../../i18n'
import { LinkButton } from '@grafana/ui'

interface Props {
  /** Of `ViewActions.explore`; without one there is nothing to show. */
  readonly href: string | undefined
  /** Whose lines: the link's name for those who do not see where it stands. */
  readonly of: string
}

/** Opens Explore with the very lines. */
export function EvidenceLink({ href, of }: Props) {
  if (href === undefined) return null
  return (
    <LinkButton
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      size="sm"
      variant="primary"
      icon="compass"
      aria-label={t('evidence.of', 'Show the lines of {{of}} in Explore', { of })}
    >
      {t('evidence.show', 'Show the lines')}
    </LinkButton>
  )
}
