import { annotations } from './annotations.mjs'
import { dashboardLinks } from './links.mjs'

const WIDTH = 24

/** Panels side by side, all of one height; the widths make up the whole grid. */
export const line = (height, ...cells) => ({ height, cells })

/** Lines behind a title, closed until somebody opens it. */
export const details = (id, title, ...lines) => ({ id, title, lines })

/** A dashboard in the classic model, as Grafana's file provisioning reads it. */
export function dashboard({ uid, title, description, variables, refresh = '30s', body }) {
  return {
    annotations,
    description,
    editable: true,
    fiscalYearStartMonth: 0,
    graphTooltip: 1,
    id: null,
    links: dashboardLinks,
    liveNow: false,
    panels: place(body),
    preload: false,
    refresh,
    schemaVersion: 42,
    tags: ['picket', 'firewall', 'security'],
    templating: { list: variables },
    time: { from: 'now-6h', to: 'now' },
    timepicker: {},
    timezone: 'browser',
    title,
    uid,
    version: 1,
    weekStart: '',
  }
}

function place(body) {
  let y = 0
  return body.flatMap((part) => {
    if (part.cells !== undefined) {
      const placed = placeLine(part, y)
      y += part.height
      return placed
    }
    const { id, title, lines } = part
    const row = { id, type: 'row', title, collapsed: true, gridPos: { h: 1, w: WIDTH, x: 0, y } }
    y += 1
    // Panels of a closed row keep the places that they have when it opens.
    let inside = y
    const panels = lines.flatMap((each) => {
      const placed = placeLine(each, inside)
      inside += each.height
      return placed
    })
    return [{ ...row, panels }]
  })
}

function placeLine({ height, cells }, y) {
  let x = 0
  const placed = cells.map(([width, panel]) => {
    const gridPos = { h: height, w: width, x, y }
    x += width
    return { ...panel, gridPos }
  })
  if (x !== WIDTH) throw new Error(`The line of ${cells[0][1].title} is ${x} wide, not ${WIDTH}`)
  return placed
}
