import type { LiveEvent, LiveSnapshot } from './api-types'

function upsert<T extends { id: string }>(list: T[], value: T): T[] {
  const at = list.findIndex((item) => item.id === value.id)
  if (at < 0) return [...list, value]
  const next = list.slice()
  next[at] = value
  return next
}

function without<T extends { id: string }>(list: T[], id: string): T[] {
  const next = list.filter((item) => item.id !== id)
  return next.length === list.length ? list : next
}

/** The pure heart of every live page: old snapshot + event = new snapshot. Untouched parts keep their identity. */
export function applyEvent(old: LiveSnapshot, event: LiveEvent): LiveSnapshot {
  const base = { ...old, seq: event.seq }
  switch (event.type) {
    case 'agent.changed':
      return { ...base, agents: upsert(old.agents, event.value) }
    case 'agent.removed':
      return { ...base, agents: without(old.agents, event.value.id) }
    case 'contact.changed':
      return { ...base, contacts: upsert(old.contacts, event.value) }
    case 'contact.ended':
      return { ...base, contacts: without(old.contacts, event.value.id) }
    case 'queue.changed':
      return { ...base, queues: upsert(old.queues, event.value) }
    case 'queue.removed':
      return { ...base, queues: without(old.queues, event.value.id) }
    case 'trunk.changed':
      return { ...base, trunks: upsert(old.trunks, event.value) }
    case 'trunk.removed':
      return { ...base, trunks: without(old.trunks, event.value.id) }
  }
}

/** What an event means for a snapshot at `seq`: the next one, one we have already, or a hole before it. */
export function order(seq: number, event: LiveEvent): 'next' | 'old' | 'gap' {
  if (event.seq <= seq) return 'old'
  return event.seq === seq + 1 ? 'next' : 'gap'
}
