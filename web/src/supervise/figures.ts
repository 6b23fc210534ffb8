import type { AgentState, LiveAgent, LiveQueue, Moment } from '@/kit/api-types'

type Today = LiveQueue['today']

/** Answered within the target ÷ (offered − short abandons); null where nothing was offered that counts. */
export function serviceLevel(today: Today): number | null {
  const counted = today.offered - today.short_abandons
  return counted > 0 ? today.within_target / counted : null
}

/** Answered ÷ offered. */
export function answerRate(today: Today): number | null {
  return today.offered > 0 ? today.answered / today.offered : null
}

/** Mean wait of the answered, in seconds. */
export function meanWait(today: Today): number | null {
  return today.answered > 0 ? today.wait_s_sum / today.answered : null
}

export function totals(queues: LiveQueue[]): Today {
  const sum: Today = { offered: 0, answered: 0, abandoned: 0, short_abandons: 0, within_target: 0, wait_s_sum: 0 }
  for (const { today } of queues) for (const key of Object.keys(sum) as (keyof Today)[]) sum[key] += today[key]
  return sum
}

export function waiting(queues: LiveQueue[]): number {
  return queues.reduce((sum, queue) => sum + queue.waiting, 0)
}

export function longestSince(queues: LiveQueue[]): Moment | null {
  const all = queues.map((queue) => queue.longest_since).filter((since) => since !== null)
  return all.sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null
}

/** The one target of all queues, or null where they differ. */
export function commonTarget(queues: LiveQueue[]): number | null {
  const targets = new Set(queues.map((queue) => queue.service_level_s))
  return targets.size === 1 ? ([...targets][0] ?? null) : null
}

export interface Heads {
  online: number
  ready: number
  talking: number
  wrap_up: number
  break: number
  not_ready: number
}
const GROUP: Record<AgentState, keyof Heads | null> = {
  offline: null,
  ready: 'ready',
  not_ready: 'not_ready',
  break: 'break',
  reserved: 'talking',
  ringing: 'talking',
  talking: 'talking',
  hold: 'talking',
  wrap_up: 'wrap_up',
}

/** Agents by what they do; those with a contact offered or held are counted as talking. */
export function heads(agents: LiveAgent[]): Heads {
  const count: Heads = { online: 0, ready: 0, talking: 0, wrap_up: 0, break: 0, not_ready: 0 }
  for (const agent of agents) {
    const group = GROUP[agent.state]
    if (!group) continue
    count.online += 1
    count[group] += 1
  }
  return count
}

export function percent(share: number | null): string {
  if (share === null) return '–'
  const value = Math.round(share * 1000) / 10
  return `${Number.isInteger(value) ? value : value.toFixed(1)}%`
}

/** By extension, those signed in first: a card does not jump when its agent's state changes. */
export function agentOrder(agents: LiveAgent[]): LiveAgent[] {
  const away = (agent: LiveAgent): number => (agent.state === 'offline' ? 1 : 0)
  return [...agents].sort((a, b) => away(a) - away(b) || a.extension.localeCompare(b.extension, 'en', { numeric: true }))
}
