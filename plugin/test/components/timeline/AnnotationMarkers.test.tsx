import { createTheme } from '@grafana/data'
import { DEFAULT_ANNOTATION_COLOR } from '@grafana/ui'
import { fireEvent, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import axe from 'axe-core'
import { describe, expect, test } from 'vitest'
import { annotationColor } from '../../../src/components/timeline/annotationColor'
import { AnnotationMarkers } from '../../../src/components/timeline/AnnotationMarkers'
import type { Annotation } from '../../../src/data/annotations'
import { END, START } from '../../helpers/models'

const HOUR = 3_600_000
const mark = (part: Partial<Annotation>) => {
  const time = part.time ?? START + HOUR
  return { time, end: time, title: '', text: '', tags: [], ...part, color: 'rgb(0, 0, 255)' }
}
const show = (marks: ReadonlyArray<ReturnType<typeof mark>>) =>
  render(
    <AnnotationMarkers
      marks={marks}
      from={START}
      to={END}
      timeZone="utc"
      place={{ left: 44, top: 300, width: 600 }}
    />,
  )

describe('markers of annotations', () => {
  test('stand where their times are; a region is as wide as its time, cut where the range is', () => {
    show([
      mark({ text: 'moment' }),
      mark({ text: 'region', time: START - HOUR, end: START + HOUR }),
    ])
    const [moment, region] = screen.getAllByRole('button')
    expect(moment?.style).toMatchObject({ left: '94px', width: '12px' })
    expect(region?.style).toMatchObject({ left: '0px', width: '100px' })
  })

  test('are one stop, and arrow keys show what each says', async () => {
    show([
      mark({ title: 'Deployed', text: 'rules', tags: ['fw', 'prod'] }),
      mark({ text: 'second' }),
      mark({ text: 'third' }),
    ])
    await userEvent.tab()
    expect(screen.getByText('Deployed')).toBeDefined()
    expect(screen.getByText('fw, prod')).toBeDefined()
    await userEvent.keyboard('{ArrowRight}')
    expect(screen.getByText('second')).toBeDefined()
    expect(screen.queryByText('Deployed')).toBeNull()
    await userEvent.keyboard('{End}')
    expect(screen.getByText('third')).toBeDefined()
    await userEvent.keyboard('{Escape}')
    expect(screen.queryByText('third')).toBeNull()
    await userEvent.tab()
    expect(document.activeElement).toBe(document.body)
  })

  test('show on hover and hide after it', () => {
    show([mark({ text: 'noted' })])
    const marker = screen.getByRole('button', { name: 'noted, 2026-01-10 07:00:00' })
    fireEvent.pointerEnter(marker)
    expect(screen.getByText('noted')).toBeDefined()
    fireEvent.pointerLeave(marker)
    expect(screen.queryByText('noted')).toBeNull()
  })

  test('hold text, whatever it is, and not too much of it', () => {
    const text = `<img src=x onerror=alert(1)>\u202e${'x'.repeat(100_000)}`
    const { baseElement } = show([mark({ text })])
    fireEvent.pointerEnter(screen.getByRole('button'))
    expect(baseElement.querySelector('img')).toBeNull()
    expect(baseElement.textContent).toContain('<img src=x')
    expect(baseElement.textContent?.length).toBeLessThan(1_000)
    expect(baseElement.textContent).not.toContain('\u202e')
  })

  test('have no accessibility findings', async () => {
    const { container } = show([mark({}), mark({ text: 'noted', end: END })])
    const { violations } = await axe.run(container)
    expect(violations.map(({ id }) => id)).toEqual([])
  })
})

test.each(['constructor', 'url(http://192.0.2.1/)', '__proto__', 'rgb(1,2,3);x', ''])(
  'a colour that is none is the usual one: %s',
  (name) => {
    const found = annotationColor(createTheme(), name || undefined)
    expect(found).toBe(DEFAULT_ANNOTATION_COLOR)
  },
)

test('colours go by the names of the theme', () => {
  const theme = createTheme()
  expect(annotationColor(theme, 'dark-red')).toBe(theme.visualization.getColorByName('dark-red'))
  expect(annotationColor(theme, 'rgba(1, 2, 3, 0.5)')).toBe('rgba(1, 2, 3, 0.5)')
})
