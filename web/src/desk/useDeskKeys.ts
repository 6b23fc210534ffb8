import { onBeforeUnmount, onMounted } from 'vue'
import { notify } from '@/kit/notify'
import { useLive } from '@/kit/live'
import { useActs } from './acts'
import type { DeskMode } from './contact-view'
import { useDesk } from './desk-store'
import { usePhone } from './phone-store'

export type DeskAct = 'answer' | 'reject' | 'hangUp' | 'hold' | 'mute' | 'ready'

/** Which act a key stands for. While someone types or stands on a button, Enter and Esc belong to that. */
export function actOfKey(key: string, mode: DeskMode, taken: boolean): DeskAct | null {
  const inCall = mode === 'talking' || mode === 'held'
  if (mode === 'ringing' && !taken) {
    if (key === 'Enter') return 'answer'
    if (key === 'Escape') return 'reject'
  }
  if (key === 'F2') return 'ready'
  if (inCall && key === 'F4') return 'hangUp'
  if (inCall && key === 'F8') return 'hold'
  if (inCall && key === 'F9') return 'mute'
  return null
}

const TYPING = 'input, textarea, select, [contenteditable], [role="menuitem"], [role="option"]'
/** Enter presses what has the focus; Esc closes what is open. A button at rest has no use for Esc. */
const TAKEN: Record<string, string> = {
  Enter: `${TYPING}, button, a`,
  Escape: `${TYPING}, [role="dialog"], [aria-expanded="true"]`,
}

export function useDeskKeys(): void {
  const desk = useDesk()
  const live = useLive()
  const phone = usePhone()
  const acts = useActs()

  async function toggleReady(): Promise<void> {
    try {
      await desk.choose(live.me?.state === 'ready' ? 'not_ready' : 'ready')
    } catch (error) {
      notify.failed(error)
    }
  }

  const run: Record<DeskAct, () => unknown> = {
    answer: acts.answer,
    reject: acts.reject,
    hangUp: acts.hangUp,
    hold: acts.hold,
    mute: () => acts.mute(!(phone.call?.muted ?? desk.currentLive?.muted)),
    ready: toggleReady,
  }

  function onKey(event: KeyboardEvent): void {
    if (event.repeat || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return
    const target = event.target instanceof Element ? event.target : null
    const act = actOfKey(event.key, desk.mode, Boolean(target?.closest(TAKEN[event.key] ?? TYPING)))
    if (!act) return
    event.preventDefault()
    void run[act]()
  }

  onMounted(() => window.addEventListener('keydown', onKey))
  onBeforeUnmount(() => window.removeEventListener('keydown', onKey))
}
