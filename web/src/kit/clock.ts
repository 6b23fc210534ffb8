import { computed, onScopeDispose, ref, type ComputedRef, type MaybeRefOrGetter, toValue } from 'vue'
import type { Moment } from './api-types'

const tick = ref(Date.now())
let offset = 0
let users = 0
let timer: ReturnType<typeof setInterval> | undefined

/** The server's clock is the truth: a wrong PC clock must not show a call of minus three minutes. */
export function syncClock(serverNow: Moment): void {
  const delta = Date.parse(serverNow) - Date.now()
  // Below two seconds the difference is only the way of the message.
  offset = Math.abs(delta) > 2000 ? delta : 0
  tick.value = Date.now() + offset
}

export function serverNow(): number {
  return Date.now() + offset
}

/** Milliseconds of the server's clock, moving once a second; one timer for the whole page. */
export function useNow(): ComputedRef<number> {
  users += 1
  if (users === 1) timer = setInterval(() => (tick.value = serverNow()), 1000)
  tick.value = serverNow()
  onScopeDispose(() => {
    users -= 1
    if (users === 0) clearInterval(timer)
  })
  return computed(() => tick.value)
}

/** Whole seconds since `from`; null while there is no start. */
export function useElapsed(from: MaybeRefOrGetter<Moment | null | undefined>): ComputedRef<number | null> {
  const now = useNow()
  return computed(() => {
    const start = toValue(from)
    return start ? Math.max(0, Math.floor((now.value - Date.parse(start)) / 1000)) : null
  })
}

/** Whole seconds left until `until`, never below zero; null while there is no end. */
export function useRemaining(until: MaybeRefOrGetter<Moment | null | undefined>): ComputedRef<number | null> {
  const now = useNow()
  return computed(() => {
    const end = toValue(until)
    return end ? Math.max(0, Math.ceil((Date.parse(end) - now.value) / 1000)) : null
  })
}
