import { defineStore } from 'pinia'
import { computed, effectScope, markRaw, ref, shallowRef, watch } from 'vue'
import type {
  AgentState, ContactForm, DeviceCredentials, Id, Interaction, InteractionDetail, LiveAgent, Page,
} from '@/kit/api-types'
import { useAuth } from '@/kit/auth'
import { loadBreakReasons } from '@/kit/break-reasons'
import { api, ApiError } from '@/kit/http'
import { named } from '@/kit/i18n'
import { useLive } from '@/kit/live'
import { audioSettings, type DeskDevice } from './audio-choice'
import { fromHistory, fromLive, modeOf, type ContactView } from './contact-view'
import { Drafts } from './drafts'
import { usePhone } from './phone-store'

/** The contact form behind the API. A contact that is only just beginning has no record yet: nothing to load. */
const formPort = {
  async load(id: Id): Promise<ContactForm | null> {
    // Nobody has filed what nobody has answered yet, and its record may not be written.
    const call = usePhone().call
    if (useLive().contactById.get(id)?.answered_at === null || (call?.contact === id && call.stage !== 'talking')) return null
    try {
      return (await api.get<InteractionDetail>(`/interactions/${id}`)).form
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return null
      throw error
    }
  },
  save: (id: Id, form: ContactForm) => api.put<void>(`/interactions/${id}/form`, form),
}

/** What one agent holds, sees and may do now. */
export const useDesk = defineStore('desk', () => {
  const auth = useAuth()
  const live = useLive()
  const phone = usePhone()
  const device = computed(() => audioSettings.value.device)
  const recent = shallowRef<Interaction[]>([])
  const recentError = ref<unknown>(null)
  const selected = ref<Id | null>(null)
  const seen = shallowRef(new Map<Id, ContactView>())
  const drafts = markRaw(effectScope(true).run(() => new Drafts(formPort, () => auth.user?.id ?? '')) as Drafts)

  const mode = computed(() => modeOf(live.me, phone.call?.stage ?? null))
  const currentId = computed<Id | null>(() => {
    if (mode.value === 'idle') return null
    return live.me?.contact ?? live.myContact?.id ?? phone.call?.contact ?? null
  })
  const currentLive = computed(() => (currentId.value ? (live.contactById.get(currentId.value) ?? null) : null))
  /** Looked at: what was clicked, else what I hold. */
  const shownId = computed(() => selected.value ?? currentId.value)
  const shown = computed(() => (shownId.value ? viewOf(shownId.value) : null))
  const current = computed(() => (currentId.value ? viewOf(currentId.value) : null))

  /** I am in a call of this browser, but its sound went with the page that had it. */
  const soundLost = computed(() => {
    if (phone.call || !live.connected || (mode.value !== 'talking' && mode.value !== 'held')) return false
    return phone.state.link !== 'elsewhere' && phone.lastCall.contact !== null && phone.lastCall.contact === currentId.value
  })

  /** Where the timer starts: a call counts from its answer, whatever holds lay between. */
  const timerSince = computed(() => (mode.value === 'talking' ? current.value?.answeredAt : null) ?? live.me?.since ?? null)

  function viewOf(id: Id): ContactView | null {
    const now = live.contactById.get(id)
    if (now) return fromLive(now, named(live.queueById.get(now.queue ?? '')) || null)
    const past = recent.value.find((item) => item.id === id)
    const before = seen.value.get(id)
    // History does not name the keys that were pressed: what was seen while it lived is kept.
    if (past) return { ...fromHistory(past), keys: before?.keys ?? '' }
    return before ?? null
  }

  watch(currentLive, (contact) => {
    if (!contact) return
    const view = viewOf(contact.id)
    if (view) seen.value = new Map(seen.value).set(contact.id, view)
  })
  // The pop: a new contact takes the desk, wherever the agent was reading.
  watch(currentId, (id, before) => {
    if (id && id !== before) selected.value = null
    if (!id && before) selected.value = before
  })
  watch(() => live.me?.state, (state, before) => {
    if (before === 'wrap_up' || (state === 'wrap_up' && before)) void loadRecent()
  })

  async function loadRecent(): Promise<void> {
    const agent = auth.user?.agent?.id
    if (!agent) return
    try {
      recent.value = (await api.get<Page<Interaction>>('/interactions', { agent, limit: 30 })).items
      recentError.value = null
    } catch (error) {
      recentError.value = error
    }
  }

  // What was kept while the server was away goes to it as soon as it is back.
  watch(() => live.connected, (connected) => connected && drafts.again())

  /** Opens the desk. A fresh sign-in begins as not ready; a reload leaves the state as it was. */
  async function open(): Promise<void> {
    const [me, own] = await Promise.all([
      api.get<LiveAgent>('/agents/me'),
      api.get<DeviceCredentials>('/agents/me/device'),
      loadBreakReasons(),
    ])
    audioSettings.value.device = own.device === 'phone' ? 'phone' : 'browser'
    drafts.resume()
    if (auth.fresh && me.state === 'offline') await choose('not_ready')
    auth.fresh = false
    phone.use(device.value)
  }

  function close(): void {
    phone.stop()
    drafts.close()
    selected.value = null
    seen.value = new Map()
    recent.value = []
  }

  function choose(state: AgentState, reason?: string): Promise<void> {
    return api.put('/agents/me/state', reason === undefined ? { state } : { state, reason })
  }

  /** Both sides have to know: routing where calls ring, this browser whether it registers at all. */
  async function useDevice(choice: DeskDevice): Promise<void> {
    await api.patch('/agents/me/device', { device: choice === 'phone' ? 'phone' : 'auto' })
    audioSettings.value.device = choice
    phone.use(choice)
  }

  return {
    device, recent, recentError, selected, drafts, mode, currentId, currentLive, current, shownId, shown, timerSince, soundLost,
    loadRecent, open, close, choose, useDevice,
  }
})
