import { describe, expect, it } from 'vitest'
import type { LiveAgent, LiveContact, LiveEvent, LiveQueue, LiveSnapshot, LiveTrunk } from './api-types'
import { applyEvent, order } from './live-state'

const agent = (id: string, state: LiveAgent['state'] = 'ready'): LiveAgent => ({
  id, user_id: `u-${id}`, username: id, name: id, extension: '8001', state, reason: null, since: '2026-01-01T00:00:00Z',
  until: null, contact: null, misses: 0, device: 'browser', queues: ['q1'], requested: null,
})
const queue = (id: string, waiting = 0): LiveQueue => ({
  id, name: id, name_en: null, waiting, longest_since: null, service_level_s: 20,
  today: { offered: 0, answered: 0, abandoned: 0, short_abandons: 0, within_target: 0, wait_s_sum: 0 },
})
const contact = (id: string, stage: LiveContact['stage'] = 'flow'): LiveContact => ({
  id, channel: 'voice', direction: 'inbound', stage, caller: '13800000000', caller_area: null, caller_carrier: null,
  number: '02088880000', number_label: null, trunk: null, flow: null, node: null, queue: null, agent: null, ringing: [],
  position: null, offered_at: '2026-01-01T00:00:00Z', queued_at: null, answered_at: null, since: '2026-01-01T00:00:00Z',
  muted: false, keys_path: null,
})
const trunk = (id: string, reachable = true): LiveTrunk => ({ id, name: id, reachable })

const old: LiveSnapshot = {
  seq: 7, at: '2026-01-01T00:00:00Z',
  agents: [agent('a1'), agent('a2')], queues: [queue('q1')], contacts: [contact('c1'), contact('c2')], trunks: [trunk('t1')],
}

const cases: [string, LiveEvent, LiveSnapshot][] = [
  ['agent.changed replaces in place', { type: 'agent.changed', seq: 8, value: agent('a1', 'break') }, { ...old, seq: 8, agents: [agent('a1', 'break'), agent('a2')] }],
  ['agent.changed adds a new one', { type: 'agent.changed', seq: 8, value: agent('a3') }, { ...old, seq: 8, agents: [agent('a1'), agent('a2'), agent('a3')] }],
  ['agent.removed', { type: 'agent.removed', seq: 8, value: { id: 'a1' } }, { ...old, seq: 8, agents: [agent('a2')] }],
  ['contact.changed', { type: 'contact.changed', seq: 8, value: contact('c2', 'talking') }, { ...old, seq: 8, contacts: [contact('c1'), contact('c2', 'talking')] }],
  ['contact.ended', { type: 'contact.ended', seq: 8, value: { id: 'c1' } }, { ...old, seq: 8, contacts: [contact('c2')] }],
  ['contact.ended of an unknown one', { type: 'contact.ended', seq: 8, value: { id: 'c9' } }, { ...old, seq: 8 }],
  ['queue.changed', { type: 'queue.changed', seq: 8, value: queue('q1', 3) }, { ...old, seq: 8, queues: [queue('q1', 3)] }],
  ['queue.removed', { type: 'queue.removed', seq: 8, value: { id: 'q1' } }, { ...old, seq: 8, queues: [] }],
  ['trunk.changed', { type: 'trunk.changed', seq: 8, value: trunk('t1', false) }, { ...old, seq: 8, trunks: [trunk('t1', false)] }],
  ['trunk.removed', { type: 'trunk.removed', seq: 8, value: { id: 't1' } }, { ...old, seq: 8, trunks: [] }],
]

describe('old snapshot + event = new snapshot', () => {
  it.each(cases)('%s', (_name, event, expected) => {
    const before = structuredClone(old)
    expect(applyEvent(old, event)).toEqual(expected)
    expect(old).toEqual(before)
  })

  it('leaves untouched lists identical, so that they are not drawn again', () => {
    const next = applyEvent(old, { type: 'agent.changed', seq: 8, value: agent('a1', 'break') })
    expect(next.queues).toBe(old.queues)
    expect(next.contacts).toBe(old.contacts)
    expect(next.agents[1]).toBe(old.agents[1])
  })

  it.each([[7, 'old'], [6, 'old'], [8, 'next'], [9, 'gap']] as const)('seq %i after 7 is %s', (seq, place) => {
    expect(order(7, { type: 'agent.removed', seq, value: { id: 'x' } })).toBe(place)
  })
})
