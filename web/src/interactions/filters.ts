import type { Moment } from '@/kit/api-types'
import { formatTime } from '@/kit/time'

export type Preset = 'today' | 'yesterday' | 'week' | 'month' | 'all' | 'custom'
export const PRESETS: Preset[] = ['today', 'yesterday', 'week', 'month', 'all', 'custom']

/** What is asked for, as it stands in the address of the page: empty members are left out. */
export interface HistoryFilters {
  preset: Preset
  /** First and last day (inclusive) of `custom`, as YYYY-MM-DD in the tenant's zone. */
  first: string
  last: string
  direction: string
  queue: string
  agent: string
  outcome: string
  business_type: string
  q: string
}
export const START: HistoryFilters = {
  preset: 'week', first: '', last: '', direction: '', queue: '', agent: '', outcome: '', business_type: '', q: '',
}

const DAY_MS = 86_400_000
const DATE = /^\d{4}-\d{2}-\d{2}$/

/** How far the tenant's clock is ahead of UTC at a moment, in ms. */
function ahead(at: number): number {
  const local = formatTime(new Date(at).toISOString(), 'datetime').replace(' ', 'T')
  return Date.parse(`${local}Z`) - Math.floor(at / 1000) * 1000
}

/** The first moment of a day of the tenant; days may have 23 or 25 hours. */
export function dayStart(date: string): Moment {
  const utc = Date.parse(`${date}T00:00:00Z`)
  const guess = utc - ahead(utc)
  return new Date(utc - ahead(guess)).toISOString()
}

function plusDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

/** From (inclusive) and to (exclusive) of a choice of time; empty where it is open. */
export function span(filters: Pick<HistoryFilters, 'preset' | 'first' | 'last'>, now = new Date()): { from: string; to: string } {
  const today = formatTime(now.toISOString(), 'date')
  switch (filters.preset) {
    case 'today':
      return { from: dayStart(today), to: '' }
    case 'yesterday':
      return { from: dayStart(plusDays(today, -1)), to: dayStart(today) }
    case 'week':
      return { from: dayStart(plusDays(today, -6)), to: '' }
    case 'month':
      return { from: dayStart(plusDays(today, -29)), to: '' }
    case 'custom':
      return {
        from: DATE.test(filters.first) ? dayStart(filters.first) : '',
        to: DATE.test(filters.last) ? dayStart(plusDays(filters.last, 1)) : '',
      }
    case 'all':
      return { from: '', to: '' }
  }
}

export type ApiFilters = Record<'from' | 'to' | 'direction' | 'queue' | 'agent' | 'outcome' | 'business_type' | 'q', string>

/** What the list asks the server for. */
export function toApi(filters: HistoryFilters, now = new Date()): ApiFilters {
  const { direction, queue, agent, outcome, business_type, q } = filters
  return { ...span(filters, now), direction, queue, agent, outcome, business_type, q: q.replace(/[\s-]/g, '') }
}

/** The address of the page: only what differs from the start. */
export function toQuery(filters: HistoryFilters): Record<string, string> {
  const query: Record<string, string> = {}
  for (const key of Object.keys(START) as (keyof HistoryFilters)[]) {
    if (filters.preset !== 'custom' && (key === 'first' || key === 'last')) continue
    if (filters[key] !== START[key]) query[key] = filters[key]
  }
  return query
}

/** Back from the address; what is not understood is the start value. */
export function fromQuery(query: Record<string, unknown>): HistoryFilters {
  const filters = { ...START }
  for (const key of Object.keys(START) as (keyof HistoryFilters)[]) {
    const value = query[key]
    if (typeof value !== 'string' || !value) continue
    if (key === 'preset') {
      if ((PRESETS as string[]).includes(value)) filters.preset = value as Preset
    } else {
      filters[key] = value
    }
  }
  return filters
}
