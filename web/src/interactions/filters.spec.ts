import { beforeEach, describe, expect, it } from 'vitest'
import { setZone } from '@/kit/time'
import { dayStart, fromQuery, span, START, toApi, toQuery, type HistoryFilters } from './filters'

beforeEach(() => setZone('Asia/Shanghai'))

describe('the span of time', () => {
  // 01:30 on the 5th of March in Shanghai, still the 4th in UTC.
  const now = new Date('2026-03-04T17:30:00Z')
  it.each([
    ['today', '2026-03-04T16:00:00.000Z', ''],
    ['yesterday', '2026-03-03T16:00:00.000Z', '2026-03-04T16:00:00.000Z'],
    ['week', '2026-02-26T16:00:00.000Z', ''],
    ['month', '2026-02-03T16:00:00.000Z', ''],
    ['all', '', ''],
  ] as const)('%s', (preset, from, to) => expect(span({ ...START, preset }, now)).toEqual({ from, to }))

  it('has both days of a choice of days', () => {
    const chosen = { preset: 'custom' as const, first: '2026-03-01', last: '2026-03-01' }
    expect(span(chosen, now)).toEqual({ from: '2026-02-28T16:00:00.000Z', to: '2026-03-01T16:00:00.000Z' })
    expect(span({ ...chosen, last: '' }, now).to).toBe('')
  })

  it('knows days of 23 and 25 hours', () => {
    setZone('America/New_York')
    const hours = (a: string, b: string): number => (Date.parse(dayStart(b)) - Date.parse(dayStart(a))) / 3_600_000
    expect(hours('2026-03-08', '2026-03-09')).toBe(23)
    expect(hours('2026-11-01', '2026-11-02')).toBe(25)
    expect(dayStart('2026-11-01')).toBe('2026-11-01T04:00:00.000Z')
  })
})

describe('filters and the address', () => {
  const filled: HistoryFilters = {
    preset: 'custom', first: '2026-03-01', last: '2026-03-02', direction: 'inbound', queue: 'q1', agent: 'a1', outcome: 'answered', business_type: 'b1', q: '138',
  }
  it('come back as they went', () => {
    for (const filters of [START, filled, { ...START, preset: 'today' as const }]) expect(fromQuery(toQuery(filters))).toEqual(filters)
  })
  it('leave out what is at its start, and days that do not count', () => {
    expect(toQuery(START)).toEqual({})
    expect(toQuery({ ...filled, preset: 'today' })).not.toHaveProperty('first')
  })
  it('ignore what they do not know', () => {
    expect(fromQuery({ preset: 'never', q: ['a', 'b'], other: 'x' })).toEqual(START)
  })
  it('ask for digits without spaces', () => {
    expect(toApi({ ...START, q: '138 0013-80' }).q).toBe('138001380')
    expect(toApi({ ...START, preset: 'all' })).not.toHaveProperty('preset')
  })
})
