import { ref } from 'vue'
import type { Id } from '@/kit/api-types'
import { api, ApiError } from '@/kit/http'
import { notify } from '@/kit/notify'
import { useDesk } from './desk-store'
import { usePhone } from './phone-store'

/** How long the switch may take to hang up before the phone does it by itself. */
const PATIENCE_MS = 1500

const busy = ref<string | null>(null)

/** What the buttons of the soft phone do. The switch decides; the browser helps itself when the switch cannot be asked. */
export function useActs() {
  const desk = useDesk()
  const phone = usePhone()

  async function act(name: string, run: (id: Id) => Promise<unknown>, otherwise?: () => void): Promise<void> {
    const id = desk.currentId
    if (!id || busy.value === name) return
    busy.value = name
    const impatient = otherwise && setTimeout(otherwise, PATIENCE_MS)
    try {
      await run(id)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      otherwise?.()
      if (!otherwise || error.status >= 400) notify.failed(error)
    } finally {
      clearTimeout(impatient)
      busy.value = null
    }
  }

  const command = (verb: string, body?: unknown) => (id: Id) => api.post(`/calls/${id}/${verb}`, body)

  return {
    busy,
    answer: () => phone.answer(),
    reject(): Promise<void> {
      phone.forget()
      return act('reject', command('reject'), () => phone.end())
    },
    hangUp: () => act('hangup', command('hangup'), () => phone.end()),
    hold: () => act('hold', desk.mode === 'held' ? command('resume') : command('hold')),
    dtmf: (digits: string) => act('dtmf', command('dtmf', { digits })),
    mute(muted: boolean): Promise<void> {
      if (!phone.call) return act('mute', command('mute', { muted }))
      phone.mute(muted)
      return Promise.resolve()
    },
    wrapUp: (action: 'finish' | 'extend') => act('wrap-up', () => api.post('/agents/me/wrap-up', { action })),
  }
}
