import { readFileSync } from 'node:fs'

/** @typedef {import('./alert.mjs').Link} Link */

const { homepage } = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
)

/**
 * The runbook of an alert: a link that Grafana makes a button of, once `homepage` in package.json says where the repository can be
 * read; until then where it is in the repository.
 *
 * @param {string} name
 * @param {string | undefined} home
 * @returns {Record<string, string>}
 */
export function runbook(name, home = homepage) {
  const path = `docs/runbooks/${name}.md`
  return home === undefined
    ? { runbook: path }
    : { runbook_url: `${home.replace(/#.*|\/+$/g, '')}/blob/main/${path}` }
}

/**
 * A link as a path of Grafana, without a slash in front.
 *
 * @param {Link} link
 */
export function pathOf({ dashboard, query, logql, hours = 1 }) {
  if (dashboard !== undefined) return `d/${dashboard}${query === undefined ? '' : `?${query}`}`
  const datasource = { type: 'loki', uid: 'picket-loki' }
  const panes = {
    picket: {
      datasource: datasource.uid,
      queries: [{ refId: 'A', datasource, editorMode: 'code', queryType: 'range', expr: logql }],
      range: { from: `now-${hours}h`, to: 'now' },
    },
  }
  return `explore?schemaVersion=1&orgId=1&panes=${encoded(JSON.stringify(panes))}`
}

/**
 * For an address, but for what a template fills in: digits and addresses, which need no encoding.
 *
 * @param {string} text
 */
function encoded(text) {
  return text
    .split(/(\{\{.*?\}\})/)
    .map((part) => (part.startsWith('{{') ? part : encodeURIComponent(part)))
    .join('')
}
