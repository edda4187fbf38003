import { fireEvent, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import axe from 'axe-core'
import { beforeEach, describe, expect, test } from 'vitest'
import { MapView } from '../../../src/components/map/MapView'
import { EMPTY_MODEL } from '../../../src/data/model'
import { modelOf, type Packet } from '../../helpers/activity'
import { attacker } from '../../helpers/attackers'
import { stubCanvas, type Drawn } from '../../helpers/canvas'
import { fakeModel, START } from '../../helpers/models'
import { fakeActions, viewProps } from '../../helpers/view'

let drawn: Drawn
beforeEach(() => {
  drawn = stubCanvas()
})

const vertical = () => {
  const packets: Packet[] = Array.from({ length: 30 }, (_, i) => ({
    time: START + i,
    low: 100 + i,
  }))
  return {
    ...modelOf([3], packets),
    attackers: [attacker({ ports: [{ protocol: 'tcp', low: 100, high: 129 }] })],
  }
}

describe('the map', () => {
  test('names sources, their levels and the shapes of their scans', () => {
    render(<MapView {...viewProps({ model: vertical() })} />)
    expect(drawn.texts).toEqual(expect.arrayContaining(['3', '203.0.113.1', 'Port scan']))
  })

  test('columns are destinations until ports are chosen; the option is left alone', async () => {
    const actions = fakeActions()
    render(<MapView {...viewProps({ actions })} />)
    expect(
      screen.getByRole('application', { name: 'Packets by source and destination' }),
    ).toBeDefined()
    await userEvent.click(screen.getByLabelText('Ports'))
    expect(screen.getByRole('application', { name: 'Packets by source and port' })).toBeDefined()
    expect(actions.setOptions).not.toHaveBeenCalled()
  })

  test('a scan of ports is a bar along its row', () => {
    const model = vertical()
    render(<MapView {...viewProps({ model, options: { map: { columns: 'port' } } })} />)
    const looks = viewProps().looks
    const height = drawn.boxes.map(([, , , h]) => h)
    expect(Math.max(...height)).toBeGreaterThan(10)
    const own = drawn.boxes.filter(([, , , h, color]) => h > 10 && color !== looks[3]?.color)
    expect(own.length).toBe(30)
  })

  test('keys and a click filter by the source', async () => {
    const actions = fakeActions()
    const model = vertical()
    render(<MapView {...viewProps({ actions, model })} />)
    const grid = screen.getByRole('application')
    grid.focus()
    await userEvent.keyboard('{ArrowRight}{Enter}')
    expect(actions.filter).toHaveBeenCalledWith('source', '203.0.113.1')
    expect(grid.querySelector('[aria-live]')?.textContent).toBe(
      '203.0.113.1, Port scan: many ports of few destinations, Level 3 medium, Destination 192.0.2.1, Packets 30, Click: filter by source 203.0.113.1',
    )
  })

  test('the label of a column of one port filters by it', () => {
    const actions = fakeActions()
    const options = { map: { columns: 'port' as const } }
    render(<MapView {...viewProps({ actions, model: vertical(), options })} />)
    const grid = screen.getByRole('application')
    fireEvent.pointerUp(grid, { button: 0, clientX: 160, clientY: 460 })
    expect(actions.filter).toHaveBeenCalledWith('port', '100')
  })

  test('counts the sources that do not fit', () => {
    render(<MapView {...viewProps({ model: fakeModel(100) })} />)
    expect(screen.getByText(/^\d\d more sources$/)).toBeDefined()
  })

  test.each([
    ['nothing at all', EMPTY_MODEL],
    ['only ports that are none', modelOf([2], [{ time: START + 1, low: -1, destination: -1 }])],
  ])('says calmly that there is nothing: %s', (_, model) => {
    render(<MapView {...viewProps({ model })} />)
    expect(screen.getByText('No scans to map in this time range')).toBeDefined()
  })

  test('what an attacker wrote is text', () => {
    const source = `<img src=x onerror=alert(1)>${'\u202e'.repeat(3)}${'x'.repeat(100_000)}`
    const base = vertical()
    const model = { ...base, attackers: [{ ...base.attackers[0]!, source }] }
    const { container } = render(<MapView {...viewProps({ model })} />)
    expect(container.querySelector('img')).toBeNull()
    expect(Math.max(...drawn.texts.map((text) => text.length))).toBeLessThan(200)
  })
})

test('10,000 sources and no accessibility findings', async () => {
  const { container } = render(<MapView {...viewProps({ model: fakeModel(10_000) })} />)
  const { violations } = await axe.run(container, {
    rules: { 'color-contrast': { enabled: false } },
  })
  expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([])
})
