import { t } from '../../i18n'
import { Button, Dropdown, Menu, useStyles2 } from '@grafana/ui'
import { useEffect, useState } from 'react'
import { EXPORT_FORMATS, exportFile, type ExportFormat } from '../../data/export'
import type { Attacker } from '../../data/model'
import { copyText, saveFile } from '../parts/files'
import { visuallyHidden } from '../parts/visually-hidden'

const SAID_FOR_MS = 2000

/** Copies or saves the rows that are shown. Block lists are text: nothing here runs them. */
export function ExportMenu({ rows }: { readonly rows: readonly Attacker[] }) {
  const hidden = useStyles2(visuallyHidden)
  const [said, setSaid] = useState<'copied' | 'failed'>()
  useEffect(() => {
    if (said === undefined) return
    const timer = setTimeout(() => setSaid(undefined), SAID_FOR_MS)
    return () => clearTimeout(timer)
  }, [said])

  const copy = (format: ExportFormat) =>
    void copyText(exportFile(rows, format).text).then((done) => setSaid(done ? 'copied' : 'failed'))
  const menu = () => (
    <Menu ariaLabel={t('export.menu', 'Export')}>
      <Menu.Group label={t('export.download', 'Download')}>
        {EXPORT_FORMATS.map((format) => (
          <Menu.Item
            key={format}
            label={formatName(format)}
            ariaLabel={t('export.download-as', 'Download {{format}}', {
              format: formatName(format),
            })}
            onClick={() => saveFile(exportFile(rows, format))}
          />
        ))}
      </Menu.Group>
      <Menu.Group label={t('export.copy', 'Copy')}>
        {EXPORT_FORMATS.map((format) => (
          <Menu.Item
            key={format}
            label={formatName(format)}
            ariaLabel={t('export.copy-as', 'Copy {{format}}', { format: formatName(format) })}
            onClick={() => copy(format)}
          />
        ))}
      </Menu.Group>
    </Menu>
  )
  const message =
    said === 'copied'
      ? t('export.copied', 'Copied')
      : said === 'failed'
        ? t('export.failed', 'The browser did not allow copying')
        : ''
  const name = t('export.rows', 'Export {{count}} attackers', { count: rows.length })
  return (
    <>
      <Dropdown overlay={menu} placement="bottom-end">
        <Button
          size="sm"
          variant={said === 'copied' ? 'success' : said === 'failed' ? 'destructive' : 'secondary'}
          fill={said === undefined ? 'text' : 'solid'}
          icon={
            said === 'copied'
              ? 'check'
              : said === 'failed'
                ? 'exclamation-triangle'
                : 'download-alt'
          }
          aria-label={name}
          tooltip={message || name}
          disabled={rows.length === 0}
        />
      </Dropdown>
      <span role="status" className={hidden}>
        {message}
      </span>
    </>
  )
}

function formatName(format: ExportFormat): string {
  switch (format) {
    case 'csv':
      return 'CSV'
    case 'json':
      return 'JSON'
    case 'addresses':
      return t('export.addresses', 'Block list: addresses')
    case 'ipset':
      return t('export.ipset', 'Block list: ipset restore')
    case 'nftables':
      return t('export.nftables', 'Block list: nftables set')
  }
}
