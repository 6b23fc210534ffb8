import { watch } from 'vue'
import type { AgentState } from '@/kit/api-types'
import { useLive } from '@/kit/live'

const KEY = 'yingda.renewed'
const AGAIN_MS = 30_000
const ENGAGED = new Set<AgentState>(['reserved', 'ringing', 'talking', 'hold'])

/**
 * After an upgrade the pieces that an open page still knows by name are gone: it takes the new application.
 * Once in a while only, so that a server without the pieces does not make it reload for ever; and never in a
 * call, whose sound would be lost: then as soon as the call is over.
 */
export function renewAfterUpgrade(): void {
  window.addEventListener('vite:preloadError', (event) => {
    const last = Number(sessionStorage.getItem(KEY) ?? 0)
    if (Date.now() - last < AGAIN_MS) return
    sessionStorage.setItem(KEY, String(Date.now()))
    event.preventDefault()
    const live = useLive()
    watch(
      () => live.me !== null && ENGAGED.has(live.me.state),
      (engaged) => {
        if (!engaged) location.reload()
      },
      { immediate: true },
    )
  })
}
