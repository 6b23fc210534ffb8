import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, ref } from 'vue'
import { syncClock, useElapsed, useRemaining } from './clock'

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00Z') })
  syncClock('2026-01-01T00:00:00Z')
})
afterEach(() => vi.useRealTimers())

describe('timers', () => {
  it('counts up from a moment and down to one', () => {
    const scope = effectScope()
    scope.run(() => {
      const up = useElapsed('2025-12-31T23:59:50Z')
      const down = useRemaining('2026-01-01T00:00:02Z')
      expect([up.value, down.value]).toEqual([10, 2])
      vi.advanceTimersByTime(1000)
      expect([up.value, down.value]).toEqual([11, 1])
      vi.advanceTimersByTime(5000)
      expect([up.value, down.value]).toEqual([16, 0])
    })
    scope.stop()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('goes by the clock of the server', () => {
    syncClock('2026-01-01T00:05:00Z')
    const scope = effectScope()
    scope.run(() => {
      const since = ref<string | null>('2026-01-01T00:04:00Z')
      const up = useElapsed(since)
      expect(up.value).toBe(60)
      since.value = null
      expect(up.value).toBeNull()
    })
    scope.stop()
  })
})
