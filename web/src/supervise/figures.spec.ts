import { describe, expect, it } from 'vitest'
import type { AgentState, LiveAgent, LiveQueue } from '@/kit/api-types'
import { agentOrder, answerRate, commonTarget, heads, longestSince, meanWait, percent, serviceLevel, totals } from './figures'

const NONE = { offered: 0, answered: 0, abandoned: 0, short_abandons: 0, within_target: 0, wait_s_sum: 0 }

function queue(change: Partial<LiveQueue>): LiveQueue {
  return { id: 'q', name: 'q', name_en: '', waiting: 0, longest_since: null, service_level_s: 20, today: NONE, ...change }
}
function agent(extension: string, state: AgentState): LiveAgent {
  return {
    id: extension, user_id: extension, username: extension, name: extension, extension, state, reason: null, since: '', until: null,
    contact: null, misses: 0, device: null, queues: [], requested: null,
  }
}

describe('service level', () => {
  it.each([
    [{ ...NONE }, null],
    [{ ...NONE, offered: 2, short_abandons: 2 }, null],
    [{ ...NONE, offered: 10, short_abandons: 2, within_target: 6 }, 0.75],
    [{ ...NONE, offered: 3, within_target: 3 }, 1],
  ])('%o is %s', (today, level) => expect(serviceLevel(today)).toBe(level))
})

it('answers over offered, waits over answered', () => {
  expect(answerRate({ ...NONE, offered: 4, answered: 3 })).toBe(0.75)
  expect(answerRate(NONE)).toBeNull()
  expect(meanWait({ ...NONE, answered: 2, wait_s_sum: 15 })).toBe(7.5)
  expect(meanWait({ ...NONE, offered: 2 })).toBeNull()
})

it.each([[null, '–'], [0, '0%'], [0.5, '50%'], [0.6667, '66.7%'], [1, '100%'], [0.9996, '100%']])('%s reads %s', (share, shown) =>
  expect(percent(share)).toBe(shown),
)

it('adds the queues up', () => {
  const all = totals([queue({ today: { ...NONE, offered: 2, answered: 1 } }), queue({ today: { ...NONE, offered: 3, within_target: 2 } })])
  expect(all).toEqual({ ...NONE, offered: 5, answered: 1, within_target: 2 })
})

it('takes the caller who has waited longest', () => {
  const since = (at: string | null): LiveQueue => queue({ longest_since: at })
  expect(longestSince([since('2026-01-01T08:00:05Z'), since(null), since('2026-01-01T08:00:01Z')])).toBe('2026-01-01T08:00:01Z')
  expect(longestSince([since(null)])).toBeNull()
})

it('names one target only where all queues share it', () => {
  expect(commonTarget([queue({}), queue({})])).toBe(20)
  expect(commonTarget([queue({}), queue({ service_level_s: 30 })])).toBeNull()
})

it('counts every agent who is signed in once', () => {
  const states: AgentState[] = ['offline', 'ready', 'ringing', 'talking', 'hold', 'wrap_up', 'break', 'not_ready']
  const count = heads(states.map((state, n) => agent(String(n), state)))
  expect(count).toEqual({ online: 7, ready: 1, talking: 3, wrap_up: 1, break: 1, not_ready: 1 })
})

it('keeps cards in place: by extension, signed out last', () => {
  const shown = agentOrder([agent('8010', 'talking'), agent('8001', 'offline'), agent('802', 'ready'), agent('8002', 'break')])
  expect(shown.map((one) => one.extension)).toEqual(['802', '8002', '8010', '8001'])
})
