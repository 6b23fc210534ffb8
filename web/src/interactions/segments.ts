import type { Id, Moment } from '@/kit/api-types'

export interface Segment {
  id: Id
  kind: 'flow' | 'queue' | 'agent'
  queue_id: Id | null
  agent_id: Id | null
  started_at: Moment
  ring_at: Moment | null
  answered_at: Moment | null
  ended_at: Moment | null
  result: string | null
  hold_s: number
  wrap_up_s: number
}
export interface Bar {
  segment: Segment
  /** Where on the whole, 0…1. */
  left: number
  width: number
  /** The part before the answer, 0…1 of the bar. */
  before: number
  seconds: number
}

/** The segments on one common line of time. `now` stands in for the end of what still goes on. */
export function bars(segments: Segment[], now: number): Bar[] {
  const end = (segment: Segment): number => (segment.ended_at ? Date.parse(segment.ended_at) : now)
  const starts = segments.map((segment) => Date.parse(segment.started_at))
  const first = Math.min(...starts)
  const whole = Math.max(1, Math.max(...segments.map(end)) - first)
  return [...segments]
    .sort((a, b) => Date.parse(a.started_at) - Date.parse(b.started_at))
    .map((segment) => {
      const start = Date.parse(segment.started_at)
      const length = Math.max(0, end(segment) - start)
      const answered = segment.kind === 'agent' && segment.answered_at ? Date.parse(segment.answered_at) - start : null
      return {
        segment,
        left: (start - first) / whole,
        width: length / whole,
        before: answered === null ? (segment.kind === 'agent' ? 1 : 0) : length ? Math.min(1, answered / length) : 0,
        seconds: length / 1000,
      }
    })
}
