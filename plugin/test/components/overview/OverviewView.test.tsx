import { render, screen, within } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, test, vi } from 'vitest'
import { OverviewView } from '../../../src/components/overview/OverviewView'
import { EMPTY_MODEL, type Model } from '../../../src/data/model'
import { attackers } from '../../helpers/attackers'
import { viewProps } from '../../helpers/view'

// A chart needs a canvas that jsdom does not have; here only its place matters.
vi.mock('../../../src/components/timeline/TimelineChart', () => ({
  TimelineChart: ({ height }: { height: number }) => <div data-testid="timeline">{height}</div>,
}))

const evidence = { query: '{job="firewall"} |= "DPT=22 "', from: 0, to: 1 }
const model: Model = {
  ...EMPTY_MODEL,
  inputs: ['detections'],
  levels: [7, 0, 0, 1, 0, 1],
  attackers: attackers([
    { source: '203.0.113.1', level: 5, packets: 52_334, evidence },
    { source: '203.0.113.2', level: 3 },
  ]),
  ports: [{ protocol: 'tcp', port: 22, packets: 10, sources: 2, level: 5, evidence }],
  signatures: [{ sid: 1418, message: 'SNMP request', count: 3, sources: 1, level: 3 }],
}
const props = viewProps({ model })
const list = (name: string) => screen.getByRole('region', { name })

describe('the overview', () => {
  test('shows how many there are at levels 1 to 5, most dangerous first', () => {
    render(<OverviewView {...props} />)
    const tiles = within(screen.getByRole('group', { name: /each danger level/ }))
    expect(tiles.getAllByRole('button').map((tile) => tile.textContent)).toEqual([
      expect.stringMatching(/^51critical/),
      expect.stringMatching(/^40high/),
      expect.stringMatching(/^31medium/),
      expect.stringMatching(/^20low/),
      expect.stringMatching(/^10seen/),
    ])
  })

  test('a level leaves only its rows in the lists, and can be taken back', async () => {
    render(<OverviewView {...props} width={1200} />)
    const three = screen.getByRole('button', { name: /danger level 3/ })
    await userEvent.click(three)
    expect(three.getAttribute('aria-pressed')).toBe('true')
    expect(within(list('Top attackers')).queryByText('203.0.113.1')).toBeNull()
    expect(within(list('Top attackers')).getByText('203.0.113.2')).toBeTruthy()
    expect(within(list('Top ports')).getByText('No port was asked for.')).toBeTruthy()
    expect(within(list('Signatures')).getByText('SNMP request')).toBeTruthy()
    await userEvent.click(three)
    expect(within(list('Top attackers')).getByText('203.0.113.1')).toBeTruthy()
  })

  test('rows filter the dashboard and link to their lines', async () => {
    render(<OverviewView {...props} />)
    const attackersList = within(list('Top attackers'))
    await userEvent.click(attackersList.getByRole('button', { name: '203.0.113.1' }))
    expect(props.actions.filter).toHaveBeenCalledWith('source', '203.0.113.1')
    expect(attackersList.getByText('52k').getAttribute('title')).toBe('52,334')
    const ports = within(list('Top ports'))
    await userEvent.click(ports.getByRole('button', { name: 'tcp/22' }))
    expect(props.actions.filter).toHaveBeenCalledWith('port', '22')
    expect(ports.getByText('ssh')).toBeTruthy()
    expect(ports.getByRole('link').getAttribute('href')).toContain('DPT%3D22')
  })

  test('rows open their lines where nothing can be filtered', () => {
    const actions = { ...props.actions, canFilter: () => false }
    render(<OverviewView {...props} actions={actions} />)
    const link = within(list('Top attackers')).getByRole('link', { name: '203.0.113.1' })
    expect(link.getAttribute('href')).toContain('/explore')
    expect(link.getAttribute('rel')).toBe('noopener noreferrer')
  })

  test('leaves out what does not fit', () => {
    const { rerender } = render(<OverviewView {...props} width={1584} height={850} />)
    expect(screen.getByTestId('timeline')).toBeTruthy()
    rerender(<OverviewView {...props} width={384} height={252} />)
    expect(screen.queryByTestId('timeline')).toBeNull()
    expect(screen.queryByRole('region', { name: 'Top ports' })).toBeNull()
    rerender(<OverviewView {...props} width={100} height={60} />)
    expect(screen.getByRole('img', { name: /Danger level 5: critical, 1 sources?/ })).toBeTruthy()
  })

  test('a level chosen in a larger panel filters nothing where it cannot be seen', async () => {
    const { rerender } = render(<OverviewView {...props} />)
    await userEvent.click(screen.getByRole('button', { name: /danger level 3/ }))
    rerender(<OverviewView {...props} width={100} height={60} />)
    rerender(<OverviewView {...props} />)
    expect(screen.getByRole('button', { name: /danger level 3/, pressed: true })).toBeTruthy()
  })

  test('empty parts say so', () => {
    render(<OverviewView {...props} model={EMPTY_MODEL} width={1200} />)
    expect(screen.getByText('Nobody attacked.')).toBeTruthy()
    expect(screen.getByText('No port was asked for.')).toBeTruthy()
    expect(screen.getByText('No signature matched.')).toBeTruthy()
  })
})
