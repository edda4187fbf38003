import { fireEvent, render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import axe from 'axe-core'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { PortsView } from '../../../src/components/ports/PortsView'
import { EMPTY_MODEL } from '../../../src/data/model'
import { DEFAULT_OPTIONS } from '../../../src/options'
import { modelOf } from '../../helpers/activity'
import { stubCanvas, type Drawn } from '../../helpers/canvas'
import { fakeModel, START } from '../../helpers/models'
import { fakeActions, viewProps } from '../../helpers/view'

let drawn: Drawn
beforeEach(() => {
  drawn = stubCanvas()
})

const grid = () => screen.getByRole('application', { name: 'Packets by port and time' })

describe('the heatmap', () => {
  test('names the ports, their services and the level of those who asked', () => {
    const model = modelOf([4], [{ time: START + 1, low: 445 }])
    render(<PortsView {...viewProps({ model })} />)
    expect(drawn.texts).toEqual(expect.arrayContaining(['445', 'smb', '4']))
  })

  test('says calmly that there is nothing', () => {
    render(<PortsView {...viewProps({ model: EMPTY_MODEL })} />)
    expect(screen.getByText('No ports asked for in this time range')).toBeDefined()
  })

  test('a stored protocol without packets leaves a text, not a grid', () => {
    const model = modelOf([4], [{ time: START + 1, low: 445 }])
    const ports = { ...DEFAULT_OPTIONS.ports, protocol: 'udp' as const }
    render(<PortsView {...viewProps({ model, options: { ports } })} />)
    expect(screen.queryByRole('application')).toBeNull()
  })

  test('a drag across it zooms into the time', () => {
    const actions = fakeActions()
    render(<PortsView {...viewProps({ actions })} />)
    fireEvent.pointerDown(grid(), { button: 0, clientX: 300, clientY: 40 })
    fireEvent.pointerMove(grid(), { clientX: 400, clientY: 40 })
    fireEvent.pointerUp(grid(), { button: 0, clientX: 400, clientY: 40 })
    expect(actions.zoom).toHaveBeenCalledOnce()
    const [from, to] = vi.mocked(actions.zoom).mock.calls[0] ?? [0, 0]
    expect(from).toBeGreaterThan(START)
    expect(to).toBeGreaterThan(from)
    expect(actions.filter).not.toHaveBeenCalled()
  })

  test('a click on the label of a row filters by its port', () => {
    const actions = fakeActions()
    const model = modelOf([4], [{ time: START + 1, low: 445 }])
    render(<PortsView {...viewProps({ actions, model })} />)
    fireEvent.pointerDown(grid(), { button: 0, clientX: 90, clientY: 10 })
    fireEvent.pointerUp(grid(), { button: 0, clientX: 90, clientY: 10 })
    expect(actions.filter).toHaveBeenCalledWith('port', '445')
  })

  test('the keyboard walks over the cells, says what they hold, and acts', async () => {
    const actions = fakeActions()
    const model = modelOf(
      [4, 2],
      [
        { time: START + 1, low: 22 },
        { time: START + 2, low: 445, source: 1, packets: 3 },
      ],
    )
    render(<PortsView {...viewProps({ actions, model })} />)
    grid().focus()
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{Home}')
    const live = grid().querySelector('[aria-live]')
    expect(live?.textContent).toBe(
      'tcp/445 smb, Whole time range, Packets 3, Sources 1, Highest level 2 low, Click: filter by port 445',
    )
    await userEvent.keyboard('{Enter}')
    expect(actions.filter).toHaveBeenCalledWith('port', '445')
    await userEvent.keyboard('{Escape}')
    expect(live?.textContent).toBe('')
  })

  test('a range is no port to filter by: its busiest source is', async () => {
    const actions = fakeActions()
    const model = modelOf([4], [{ time: START + 1, low: 1, high: 40_000, packets: 50 }])
    render(<PortsView {...viewProps({ actions, model })} />)
    fireEvent.pointerDown(grid(), { button: 0, clientX: 90, clientY: 10 })
    fireEvent.pointerUp(grid(), { button: 0, clientX: 90, clientY: 10 })
    expect(actions.filter).toHaveBeenCalledWith('source', '203.0.113.1')
  })

  test('where nothing filters, a click follows a link to the lines', () => {
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {})
    const actions = fakeActions({ canFilter: () => false, explore: () => '/explore?x' })
    const model = modelOf([4], [{ time: START + 1, low: 445 }])
    render(<PortsView {...viewProps({ actions, model })} />)
    fireEvent.pointerDown(grid(), { button: 0, clientX: 90, clientY: 10 })
    fireEvent.pointerUp(grid(), { button: 0, clientX: 90, clientY: 10 })
    expect(click.mock.contexts[0]).toHaveProperty('href', expect.stringContaining('/explore?x'))
    expect(document.querySelector('a')).toBeNull()
  })

  test('all ports have one axis with marks', async () => {
    render(<PortsView {...viewProps()} />)
    drawn.texts.length = 0
    await userEvent.click(screen.getByLabelText('All ports'))
    expect(drawn.texts).toEqual(expect.arrayContaining(['80', '1024', '65535']))
  })

  test('nothing is drawn again while the pointer moves', () => {
    render(<PortsView {...viewProps()} />)
    const before = drawn.boxes.length
    fireEvent.pointerMove(grid(), { clientX: 300, clientY: 40 })
    fireEvent.pointerMove(grid(), { clientX: 350, clientY: 80 })
    expect(drawn.boxes.length).toBe(before)
  })
})

describe('the ranking', () => {
  test.each(['bars', 'treemap'] as const)(
    '%s are buttons with all in their names',
    async (kind) => {
      const actions = fakeActions()
      const ports = { ...DEFAULT_OPTIONS.ports, ranking: kind }
      render(<PortsView {...viewProps({ actions, options: { ports } })} />)
      const first = within(screen.getByRole('list')).getAllByRole('button')[0]
      expect(first?.getAttribute('aria-label')).toMatch(/^tcp\/\d+ .*, \d+ packets, level \d \w+$/)
      await userEvent.click(first as HTMLElement)
      expect(actions.filter).toHaveBeenCalledWith('port', expect.stringMatching(/^\d+$/))
    },
  )

  test('gives way where there is no room', () => {
    render(<PortsView {...viewProps({ width: 300, height: 200 })} />)
    expect(screen.queryByRole('list')).toBeNull()
  })
})

test('10,000 sources and no accessibility findings', async () => {
  const { container } = render(<PortsView {...viewProps({ model: fakeModel(10_000) })} />)
  const { violations } = await axe.run(container, {
    rules: { 'color-contrast': { enabled: false } },
  })
  expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([])
})
