import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, test, vi } from 'vitest'
import { AttackersView } from '../../../src/components/attackers/AttackersView'
import { EMPTY_MODEL, type Attacker, type Model } from '../../../src/data/model'
import { attackers } from '../../helpers/attackers'
import { fakeModel } from '../../helpers/models'
import { viewProps } from '../../helpers/view'

const rowOf = (address: string) => screen.getByText(address).closest<HTMLElement>('[role=row]')!
const addresses = () =>
  screen
    .getAllByRole('row')
    .slice(1)
    .map((row) => within(row).queryAllByRole('gridcell')[1]?.textContent)
const modelOf = (parts: readonly Partial<Attacker>[]): Model => ({
  ...EMPTY_MODEL,
  inputs: ['detections'],
  attackers: attackers(parts),
})
const some = modelOf([
  { source: '203.0.113.1', level: 5, packets: 10, reasons: ['reached level 5'] },
  { source: '203.0.113.2', level: 3, packets: 99, lastSeen: Date.UTC(2026, 0, 10, 9) },
  { source: '198.51.100.3', level: 3, packets: 50 },
])
const props = viewProps({ model: some })

describe('the attackers view', () => {
  test('draws what is seen, and says how many there are', () => {
    const model = fakeModel(10_000)
    const { container } = render(<AttackersView {...viewProps({ model })} />)
    const grid = screen.getByRole('treegrid')
    expect(grid.getAttribute('aria-rowcount')).toBe('10001')
    expect(screen.getAllByRole('row').length).toBeLessThan(40)
    expect(container.querySelectorAll('*').length).toBeLessThan(1500)
    expect(screen.getByText('10,000 of 10,000')).toBeTruthy()
  })

  test('begins with the most dangerous and sorts by any column, both ways', async () => {
    render(<AttackersView {...props} />)
    expect(addresses()).toEqual(['203.0.113.1', '203.0.113.2', '198.51.100.3'])
    const header = screen.getByRole('columnheader', { name: 'Packets' })
    expect(header.getAttribute('aria-sort')).toBe('none')
    await userEvent.click(within(header).getByRole('button'))
    expect(header.getAttribute('aria-sort')).toBe('descending')
    expect(addresses()).toEqual(['203.0.113.2', '198.51.100.3', '203.0.113.1'])
    await userEvent.click(within(header).getByRole('button'))
    expect(header.getAttribute('aria-sort')).toBe('ascending')
    expect(addresses()).toEqual(['203.0.113.1', '198.51.100.3', '203.0.113.2'])
  })

  test('finds a network, and has a way back when nothing is found', async () => {
    render(<AttackersView {...props} />)
    const search = screen.getByRole('textbox')
    await userEvent.type(search, '203.0.113.0/24')
    expect(await screen.findByText('2 of 3')).toBeTruthy()
    await userEvent.type(search, ' nothing')
    await userEvent.click(await screen.findByRole('button', { name: 'Clear filters' }))
    expect(await screen.findByText('3 of 3')).toBeTruthy()
  })

  test('several levels can be chosen at once', async () => {
    render(<AttackersView {...viewProps({ model: { ...some, levels: [0, 0, 0, 2, 0, 1] } })} />)
    const five = screen.getByRole('button', { name: /1.*level 5/ })
    await userEvent.click(five)
    expect(five.getAttribute('aria-pressed')).toBe('true')
    expect(addresses()).toEqual(['203.0.113.1'])
    await userEvent.click(screen.getByRole('button', { name: /2.*level 3/ }))
    expect(addresses()).toHaveLength(3)
  })

  test('can be used with keys alone', async () => {
    render(<AttackersView {...props} />)
    rowOf('203.0.113.1').focus()
    await userEvent.keyboard('{ArrowDown}')
    expect(document.activeElement).toBe(rowOf('203.0.113.2'))
    await userEvent.keyboard('{End}{Home}{PageDown}')
    expect(document.activeElement).toBe(rowOf('198.51.100.3'))
    await userEvent.keyboard('{Home}{ArrowRight}')
    expect(rowOf('203.0.113.1').getAttribute('aria-expanded')).toBe('true')
    expect(screen.getByText('reached level 5', { selector: 'li *' })).toBeTruthy()
    expect(rowOf('203.0.113.2').getAttribute('aria-rowindex')).toBe('4')
    await userEvent.keyboard('{Escape}{Enter}{ArrowLeft}')
    expect(rowOf('203.0.113.1').getAttribute('aria-expanded')).toBe('false')
    expect(document.activeElement).toBe(rowOf('203.0.113.1'))
  })

  test('one row takes part in tabbing', async () => {
    render(<AttackersView {...props} />)
    const tabbable = () =>
      screen
        .getAllByRole('row')
        .filter((row) => row.tabIndex === 0)
        .map((row) => within(row).getAllByRole('gridcell')[1]?.textContent)
    expect(tabbable()).toEqual(['203.0.113.1'])
    rowOf('203.0.113.1').focus()
    await userEvent.keyboard('{ArrowDown}')
    expect(tabbable()).toEqual(['203.0.113.2'])
  })

  test('new data keeps the focus and what is open, by address', async () => {
    const { rerender } = render(<AttackersView {...props} />)
    rowOf('198.51.100.3').focus()
    await userEvent.keyboard('{Enter}')
    const next = modelOf([
      { source: '192.0.2.99', level: 5, packets: 500 },
      { source: '198.51.100.3', level: 4, packets: 900 },
      { source: '203.0.113.1', level: 2 },
    ])
    rerender(<AttackersView {...props} model={next} />)
    expect(document.activeElement).toBe(rowOf('198.51.100.3'))
    expect(rowOf('198.51.100.3').getAttribute('aria-expanded')).toBe('true')
    expect(screen.getAllByRole('row', { expanded: true })).toHaveLength(1)
  })

  test('the focus goes to the place of a row that new data does not have', () => {
    const { rerender } = render(<AttackersView {...props} />)
    rowOf('203.0.113.2').focus()
    const next = modelOf([{ source: '203.0.113.1', level: 5 }, { source: '198.51.100.3' }])
    rerender(<AttackersView {...props} model={next} />)
    expect(document.activeElement).toBe(rowOf('198.51.100.3'))
  })

  test('an open row leads to its lines, the dashboard filter and the time of the scan', async () => {
    const [from, to] = [Date.UTC(2026, 0, 10, 8), Date.UTC(2026, 0, 10, 9)]
    const evidence = { query: '{job="firewall"} |= "SRC=203.0.113.1 "', from, to }
    const model = modelOf([{ evidence, firstSeen: from, lastSeen: to }])
    const actions = {
      ...props.actions,
      links: () => [
        { href: 'https://example.net/?q=1', title: 'Whois', target: '_blank' as const, origin: {} },
      ],
    }
    render(<AttackersView {...props} model={model} actions={actions} />)
    await userEvent.click(screen.getByRole('button', { name: 'Show details' }))
    const lines = screen.getByRole('link', { name: /Show the lines/ })
    expect(lines.getAttribute('href')).toContain(encodeURIComponent(evidence.query))
    expect(lines.getAttribute('rel')).toBe('noopener noreferrer')
    expect(screen.getByRole('link', { name: 'Whois' }).getAttribute('rel')).toContain('noopener')
    await userEvent.click(screen.getByRole('button', { name: 'Filter dashboard' }))
    expect(actions.filter).toHaveBeenCalledWith('source', '203.0.113.1')
    await userEvent.click(screen.getByRole('button', { name: 'Zoom to this scan' }))
    const [start = 0, end = 0] = vi.mocked(actions.zoom).mock.lastCall ?? []
    expect(start).toBeLessThan(from)
    expect(end).toBeGreaterThan(to)
  })

  test('a click on an address filters and opens nothing', async () => {
    const actions = { ...props.actions, filter: vi.fn() }
    render(<AttackersView {...props} actions={actions} />)
    await userEvent.click(screen.getByRole('button', { name: '203.0.113.2' }))
    expect(actions.filter).toHaveBeenCalledWith('source', '203.0.113.2')
    expect(screen.queryAllByRole('row', { expanded: true })).toHaveLength(0)
  })

  test('addresses are plain text where nothing can be filtered', () => {
    const actions = { ...props.actions, canFilter: () => false }
    render(<AttackersView {...props} actions={actions} />)
    expect(screen.queryByRole('button', { name: '203.0.113.2' })).toBeNull()
  })

  test('destinations are bounded, and how many more there are is said', async () => {
    const destinations = Array.from({ length: 30 }, (_, i) => ({
      address: `192.0.2.${i}`,
      packets: i,
      ports: [],
      signatures: [],
    }))
    render(<AttackersView {...props} model={modelOf([{ destinations, destinationCount: 500 }])} />)
    await userEvent.click(screen.getByRole('button', { name: 'Show details' }))
    expect(within(screen.getByRole('table')).getAllByRole('row')).toHaveLength(11)
    expect(screen.getByText('192.0.2.29')).toBeTruthy()
    expect(screen.getByText('and 490 more')).toBeTruthy()
  })

  test('times that nobody knows are a dash, and counts of a cut query are minimum', () => {
    const model = {
      ...modelOf([{ packets: 1234 }, { source: '203.0.113.2', lastSeen: 1 }]),
      limit: 5000,
    }
    render(<AttackersView {...props} model={model} />)
    expect(within(rowOf('203.0.113.1')).getByText('–', { selector: '[title="–"]' })).toBeTruthy()
    expect(screen.getByText('≥1,234')).toBeTruthy()
  })

  test('has no toolbar where there is no room, and then filters nothing', async () => {
    const { rerender } = render(<AttackersView {...props} />)
    await userEvent.type(screen.getByRole('textbox'), '203.0.113.1')
    rerender(<AttackersView {...props} width={184} height={102} />)
    expect(screen.queryByRole('textbox')).toBeNull()
    expect(addresses()).toHaveLength(3)
    expect(screen.getAllByRole('columnheader')).toHaveLength(2)
  })

  test('says that there is nobody', () => {
    render(<AttackersView {...props} model={EMPTY_MODEL} />)
    expect(screen.getByText('No attackers in this time range.')).toBeTruthy()
  })

  test('what attackers write stays text', async () => {
    const evil = '<img src=x onerror=alert(1)>'
    const model = modelOf([
      {
        source: evil,
        os: `${evil}\u202e`,
        reasons: ['z'.repeat(1e6)],
        packets: NaN,
        kinds: [evil],
      },
    ])
    const { container } = render(<AttackersView {...props} model={model} width={1600} />)
    await userEvent.click(screen.getByRole('button', { name: 'Show details' }))
    expect(container.querySelector('img')).toBeNull()
    expect(container.textContent).not.toContain('\u202e')
    expect(container.innerHTML.length).toBeLessThan(60_000)
  })
})
