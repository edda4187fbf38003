import { BASE } from './live/boot'
import './uplot-style'
import { createRoot } from 'react-dom/client'
import { importScript } from './live/amd'
import { DetectionFeed } from './live/DetectionFeed'
import { LivePage } from './live/LivePage'
import { ReportPoll } from './live/ReportPoll'
import { loadPlugin } from './load-plugin'

const place = document.getElementById('root')
if (place !== null) void show(place)

async function show(place: HTMLElement): Promise<void> {
  const sources = { feed: new DetectionFeed(), poll: new ReportPoll() }
  sources.feed.start()
  sources.poll.start()
  try {
    const plugin = await loadPlugin(`${BASE}plugin`, importScript)
    createRoot(place).render(<LivePage plugin={plugin} sources={sources} />)
  } catch (error) {
    const text = document.createElement('p')
    text.className = 'wait'
    text.setAttribute('role', 'alert')
    text.append(
      `The panel could not be loaded (${String(error)}). `,
      Object.assign(document.createElement('a'), { href: '/plain', textContent: 'Plain page' }),
    )
    place.replaceChildren(text)
  }
}
