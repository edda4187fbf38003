/**
 * The live page's script, as the browser gets it. Texts of the data come from attackers: they only ever go through
 * `textContent` and attributes that cannot run anything.
 */
export const LIVE_SCRIPT = `'use strict'
const POLL_MS = 3000
const MAX_ATTACKERS = 100
const MAX_RECENT = 50
const MAX_PORTS = 20
const MAX_TARGETS = 50
const LEVEL_NAMES = ['', 'seen', 'low', 'medium', 'high', 'critical']

const at = (id) => document.getElementById(id)
const number = new Intl.NumberFormat('en')
let report
let from = 1
let recent = []
const recentIds = new Set()

function make(tag, text, className) {
  const element = document.createElement(tag)
  if (text !== undefined) element.textContent = text
  if (className) element.className = className
  return element
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text
}

function badge(level) {
  const element = make('i', String(level), 'badge')
  element.dataset.level = String(level)
  return element
}

function timeOf(iso) {
  const element = make('time', String(iso ?? '').replace('T', ' ').slice(0, 19))
  if (iso) element.dateTime = iso
  return element
}

function fill(cell, content) {
  if (content instanceof Node) cell.replaceChildren(content)
  else setText(cell, content)
}

// Rows are kept and changed in place, so that a selection, the focus and the scroll position survive an update.
function rows(body, items, keyOf, columns) {
  const known = new Map([...body.children].map((row) => [row.dataset.key, row]))
  let place = body.firstElementChild
  for (const item of items) {
    const key = keyOf(item)
    let row = known.get(key)
    known.delete(key)
    if (!row) {
      row = make('tr')
      row.dataset.key = key
      for (const column of columns) row.append(make('td', undefined, column.className))
    }
    const print = JSON.stringify(item)
    if (row.print !== print) {
      columns.forEach((column, i) => fill(row.children[i], column.show(item)))
      row.print = print
    }
    if (row === place) place = place.nextElementSibling
    else body.insertBefore(row, place)
  }
  for (const row of known.values()) row.remove()
}

function portsOf(source) {
  const seen = new Set()
  for (const destination of source.destinations) {
    for (const [protocol, ranges] of Object.entries(destination.ports)) {
      for (const range of ranges) seen.add(protocol + '/' + range)
    }
  }
  const all = [...seen]
  return all.length > 8 ? all.slice(0, 8).join(', ') + ' and ' + number.format(all.length - 8) + ' more' : all.join(', ')
}

function targetsOf(source) {
  const count = source.destinations.length
  return count > MAX_TARGETS ? MAX_TARGETS + '+' : String(count)
}

const attackerColumns = [
  { show: (s) => badge(s.dangerLevel) },
  { show: (s) => s.source, className: 'code' },
  { show: (s) => number.format(s.packets), className: 'number' },
  { show: targetsOf, className: 'number' },
  { show: portsOf, className: 'code' },
  { show: (s) => s.scanTypes.join(', ') },
  { show: (s) => s.reasons.join('; ') },
  { show: (s) => timeOf(s.firstSeen) },
  { show: (s) => timeOf(s.lastSeen) },
]

const recentColumns = [
  { show: (d) => timeOf(d.time) },
  { show: (d) => badge(d.dangerLevel) },
  { show: (d) => d.kind + (d.scan ? ' ' + d.scan : '') },
  { show: (d) => d.source ?? d.prefix ?? d.host ?? '', className: 'code' },
  { show: (d) => [d.message, ...(d.reasons ?? [])].filter(Boolean).join('; ') },
]

const portColumns = [
  { show: (p) => p.protocol + '/' + p.port, className: 'code' },
  { show: (p) => number.format(p.packets), className: 'number' },
]

function showReport() {
  if (!report) return
  const { lines, totals, dangerLevels } = report
  setText(at('lines'), number.format(lines.read))
  setText(at('packets'), number.format(lines.packets))
  setText(at('sources'), number.format(totals.sources))
  setText(at('detections'), number.format(totals.detections))
  for (const button of at('levels').children) {
    const level = Number(button.dataset.level)
    setText(button.querySelector('b'), number.format(dangerLevels[level] ?? 0))
    button.setAttribute('aria-pressed', String(level === from))
  }
  const shown = report.sources
    .filter((source) => source.dangerLevel >= from)
    .sort((a, b) => b.dangerLevel - a.dangerLevel || b.packets - a.packets)
  rows(at('attacker-rows'), shown, (s) => s.source, attackerColumns)
  let total = 0
  for (let level = from; level <= 5; level++) total += dangerLevels[level] ?? 0
  setText(at('attackers-count'), total > shown.length ? shown.length + ' of ' + number.format(total) : '')
  at('attackers-empty').hidden = shown.length > 0
  setText(
    at('attackers-empty'),
    from > 1
      ? 'No attackers at level ' + from + ' or higher.'
      : lines.read === 0
        ? 'No lines read yet.'
        : 'No attackers in ' + number.format(lines.packets) + ' packets.',
  )
  rows(at('port-rows'), report.ports.slice(0, MAX_PORTS), (p) => p.protocol + '/' + p.port, portColumns)
  at('ports-empty').hidden = report.ports.length > 0
}

function showRecent() {
  rows(at('recent-rows'), recent, (d) => d.id, recentColumns)
  at('recent-empty').hidden = recent.length > 0
}

function addDetections(list) {
  const fresh = list.filter((detection) => !recentIds.has(detection.id))
  if (fresh.length === 0) return
  for (const detection of fresh) recentIds.add(detection.id)
  recent = [...fresh.reverse(), ...recent]
  for (const old of recent.splice(MAX_RECENT)) recentIds.delete(old.id)
}

function say(state, text) {
  const status = at('status')
  status.dataset.state = state
  setText(status, text)
}

async function getJson(path) {
  const answer = await fetch(path, { signal: AbortSignal.timeout(10000) })
  if (!answer.ok) throw new Error('answered ' + answer.status)
  return answer.json()
}

async function poll() {
  if (!document.hidden) {
    try {
      report = await getJson(
        '/api/v1/report?top=' + MAX_ATTACKERS + '&danger=' + from + '&destinations=' + (MAX_TARGETS + 1),
      )
      showReport()
      say('live', 'Live')
    } catch {
      const since = report ? '; shown is the state of ' + report.generatedAt.slice(11, 19) + ' UTC' : ''
      say('error', 'Picket cannot be reached, trying again' + since + '.')
    }
  }
  clearTimeout(poll.timer)
  poll.timer = setTimeout(poll, POLL_MS)
}

async function follow() {
  try {
    const { detections, next } = await getJson('/api/v1/detections?limit=' + MAX_RECENT)
    addDetections(detections)
    showRecent()
    const stream = new EventSource('/api/v1/detections?since=' + encodeURIComponent(next))
    let drawing = false
    let waiting = []
    stream.onmessage = (event) => {
      waiting.push(JSON.parse(event.data))
      if (waiting.length > 2 * MAX_RECENT) waiting = waiting.slice(-MAX_RECENT)
      if (drawing) return
      drawing = true
      // One drawing for all that come within a moment.
      setTimeout(() => {
        drawing = false
        addDetections(waiting.splice(0))
        showRecent()
      }, 200)
    }
    stream.onerror = () => {
      // Only a stream that will not reconnect by itself is begun anew.
      if (stream.readyState === EventSource.CLOSED) setTimeout(follow, 5000)
    }
  } catch {
    setTimeout(follow, 5000)
  }
}

// The Grafana panel may be built while this page is open.
async function lookForPanel() {
  try {
    if (!document.hidden && (await getJson('/live.json')).panel) {
      const link = make('a', 'open it')
      link.href = '/'
      at('panel').replaceChildren('The Grafana panel is ready: ', link, '.')
      return
    }
  } catch {
    // Said by the status already.
  }
  setTimeout(lookForPanel, POLL_MS)
}

for (let level = 1; level <= 5; level++) {
  const button = make('button')
  button.type = 'button'
  button.dataset.level = String(level)
  button.setAttribute('aria-pressed', String(level === from))
  const text = make('div')
  text.append(make('b', '–'), make('span', LEVEL_NAMES[level]))
  button.append(badge(level), text)
  button.title = 'Show level ' + level + ' and higher'
  button.addEventListener('click', () => {
    from = from === level ? 1 : level
    showReport()
    void poll()
  })
  at('levels').append(button)
}
document.addEventListener('visibilitychange', () => {
  if (!document.hidden) void poll()
})
void poll()
void follow()
void lookForPanel()
`
