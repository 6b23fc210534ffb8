import { describe, expect, it } from 'vitest'
import { bars, type Segment } from './segments'
import { outline, scaled } from './waveform'

describe('waveform', () => {
  it('mirrors the peaks and leaves silence a line', () => {
    expect(outline([0.5, 0])).toBe('M0,0.5L1,0.98L1,1.02L0,1.5Z')
    expect(outline([])).toBe('')
    expect(outline([7])).toBe('M0,0L0,2Z')
  })
  it('scales both channels by the same loudest peak, and noise not at all to the top', () => {
    expect(scaled([[0.25, 0.5], [0.1]])).toEqual([[0.5, 1], [0.2]])
    expect(scaled([[0.01], []])[0]?.[0]).toBeCloseTo(0.2)
  })
})

describe('segments', () => {
  const base: Segment = {
    id: '1', kind: 'flow', queue_id: null, agent_id: null, started_at: '2026-01-01T00:00:00Z', ring_at: null,
    answered_at: null, ended_at: '2026-01-01T00:00:10Z', result: null, hold_s: 0, wrap_up_s: 0,
  }
  it('share one line of time', () => {
    const agent: Segment = { ...base, id: '2', kind: 'agent', started_at: '2026-01-01T00:00:10Z', answered_at: '2026-01-01T00:00:15Z', ended_at: null }
    const [flow, talk] = bars([agent, base], Date.parse('2026-01-01T00:00:20Z'))
    expect(flow).toMatchObject({ left: 0, width: 0.5, before: 0, seconds: 10 })
    expect(talk).toMatchObject({ left: 0.5, width: 0.5, before: 0.5, seconds: 10 })
  })
  it('shows an offer that nobody took as ringing only', () => {
    expect(bars([{ ...base, kind: 'agent' }], 0)[0]?.before).toBe(1)
  })
})
