import type { LinkModel } from '@grafana/data'
import { fireEvent, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { MapView } from '../../../src/components/map/MapView'
import { PortsView } from '../../../src/components/ports/PortsView'
import type { ViewActions } from '../../../src/components/view'
import { modelOf } from '../../helpers/activity'
import { attacker } from '../../helpers/attackers'
import { stubCanvas } from '../../helpers/canvas'
import { START } from '../../helpers/models'
import { fakeActions, viewProps } from '../../helpers/view'

beforeEach(() => {
  stubCanvas()
})

const HOUR = 3_600_000
const link = { title: 'Whois', href: '/whois', target: '_blank', origin: {} } as LinkModel
const row = { frame: 0, row: 3 }
const evidence = { query: '{job="firewall"}', from: START, to: START + HOUR }
const model = modelOf([3], [{ time: START + 1, low: 445 }], {
  attackers: [
    attacker({ source: '203.0.113.1', evidence, row, firstSeen: START, lastSeen: START + HOUR }),
  ],
  ports: [{ protocol: 'tcp', port: 445, packets: 1, sources: 1, level: 3, evidence, row }],
})
const linked = (more: Partial<ViewActions> = {}) =>
  fakeActions({ links: (at) => (at === row ? [link] : []), ...more })
const labels = () => screen.getAllByRole('menuitem').map((item) => item.textContent)

describe('what can be done with a source of the map', () => {
  const open = async (actions: ViewActions) => {
    render(<MapView {...viewProps({ actions, model })} />)
    screen.getByRole('application').focus()
    await userEvent.keyboard('{ArrowRight}{ArrowRight}{Enter}')
  }

  test('is asked for in a menu', async () => {
    const actions = linked()
    await open(actions)
    expect(labels()).toEqual(['Filter dashboard', 'Show the lines', 'Whois', 'Zoom to this scan'])
    expect(screen.getByRole('menu').textContent).toMatch(/^203\.0\.113\.1/)
    expect(actions.filter).not.toHaveBeenCalled()
    await userEvent.click(screen.getByRole('menuitem', { name: 'Zoom to this scan' }))
    expect(actions.zoom).toHaveBeenCalledWith(START - HOUR / 20, START + HOUR + HOUR / 20)
    expect(screen.queryByRole('menu')).toBeNull()
  })

  test('can be left alone: Escape closes, and the focus is back where it was', async () => {
    const actions = linked()
    await open(actions)
    await userEvent.keyboard('{Escape}')
    expect(screen.queryByRole('menu')).toBeNull()
    const grid = screen.getByRole('application')
    expect(document.activeElement).toBe(grid)
    await userEvent.keyboard('{ArrowRight}')
    expect(grid.querySelector('[aria-live]')?.textContent).toContain('Destination 192.0.2.1')
    expect(actions.filter).not.toHaveBeenCalled()
  })

  test('is chosen with keys, which do not move the cell', async () => {
    const actions = linked()
    await open(actions)
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}{ArrowDown}{Enter}')
    expect(actions.filter).toHaveBeenCalledWith('source', '203.0.113.1')
  })
})

describe('what can be done with a port', () => {
  test('over a time has the lines and the time of the cell', async () => {
    const actions = linked()
    render(<PortsView {...viewProps({ actions, model })} />)
    const grid = screen.getByRole('application')
    const at = { button: 0, clientX: 205, clientY: 10 }
    fireEvent.pointerDown(grid, at)
    fireEvent.pointerUp(grid, at)
    expect(labels()).toEqual(['Filter dashboard', 'Show the lines', 'Whois', 'Zoom to this time'])
    const explored = vi.mocked(actions.explore).mock.lastCall?.[0]
    expect(explored?.from).toBe(START)
    expect(explored?.to).toBeLessThan(evidence.to)
    await userEvent.click(screen.getByRole('menuitem', { name: 'Zoom to this time' }))
    expect(actions.zoom).toHaveBeenCalledWith(START, explored?.to)
  })

  test.each(['bars', 'treemap'] as const)('of the %s is asked for in a menu', async (ranking) => {
    const ports = { ...viewProps().options.ports, ranking }
    render(<PortsView {...viewProps({ actions: linked(), model, options: { ports } })} />)
    const button = screen.getByRole('button', { name: /^tcp\/445/ })
    button.focus()
    await userEvent.keyboard('{Enter}')
    expect(labels()).toEqual(['Filter dashboard', 'Show the lines', 'Whois'])
    await userEvent.keyboard('{Escape}')
    expect(document.activeElement).toBe(button)
  })

  test('is done at once where it is one thing', async () => {
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {})
    const actions = linked({ canFilter: () => false, explore: () => undefined })
    render(<PortsView {...viewProps({ actions, model })} />)
    const button = screen.getByRole('button', { name: /^tcp\/445/ })
    expect(button.title).toContain('Click: Whois')
    await userEvent.click(button)
    expect(click.mock.contexts[0]).toMatchObject({ target: '_blank', rel: 'noopener noreferrer' })
    expect(click.mock.contexts[0]).toHaveProperty('href', expect.stringContaining('/whois'))
    expect(screen.queryByRole('menu')).toBeNull()
    expect(document.querySelector('a')).toBeNull()
  })
})
