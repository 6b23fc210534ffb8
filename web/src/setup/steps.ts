import type { Agent, PhoneLine, Queue } from '@/kit/api-types'

export type StepName = 'numbers' | 'flows' | 'queues' | 'agents' | 'call'
export interface Step {
  name: StepName
  done: boolean
}
export interface Ground {
  numbers: Pick<PhoneLine, 'enabled' | 'flow_id'>[]
  flows: number
  queues: Pick<Queue, 'members'>[]
  agents: Pick<Agent, 'active'>[]
  calls: number
}

/** How far the set-up is: a number that leads somewhere, a flow, a queue with people in it, people, a first call. */
export function steps(ground: Ground): Step[] {
  return [
    { name: 'numbers', done: ground.numbers.some((line) => line.enabled && line.flow_id !== null) },
    { name: 'flows', done: ground.flows > 0 },
    { name: 'queues', done: ground.queues.some((queue) => queue.members.length > 0) },
    { name: 'agents', done: ground.agents.some((agent) => agent.active) },
    { name: 'call', done: ground.calls > 0 },
  ]
}
