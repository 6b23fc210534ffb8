import type { Id, QueueMember } from '@/kit/api-types'

function numbered(members: QueueMember[]): QueueMember[] {
  return members.map((member, order) => ({ ...member, order }))
}

export function inOrder(members: QueueMember[]): QueueMember[] {
  return numbered([...members].sort((a, b) => a.order - b.order))
}

/** Moves one member by `by` places; it stays at the ends. */
export function moved(members: QueueMember[], id: Id, by: number): QueueMember[] {
  const from = members.findIndex((member) => member.agent_id === id)
  const to = Math.min(members.length - 1, Math.max(0, from + by))
  const next = members.slice()
  const [member] = from < 0 ? [] : next.splice(from, 1)
  if (member) next.splice(to, 0, member)
  return numbered(next)
}

export function withMember(members: QueueMember[], id: Id): QueueMember[] {
  return members.some((member) => member.agent_id === id) ? members : numbered([...members, { agent_id: id, order: members.length }])
}

export function withoutMember(members: QueueMember[], id: Id): QueueMember[] {
  return numbered(members.filter((member) => member.agent_id !== id))
}
