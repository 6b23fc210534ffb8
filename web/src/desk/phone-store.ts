import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { DeviceCredentials } from '@/kit/api-types'
import { useAuth } from '@/kit/auth'
import { api, ApiError } from '@/kit/http'
import { useLive } from '@/kit/live'
import { audioSettings, type DeskDevice } from './audio-choice'
import type { Phone } from './phone'
import { isOrphan, nextPhone, NO_PHONE, type PhoneEvent, type PhoneState } from './phone-state'

const ORPHAN_MS = 3000
const RETRY_MS = 3000

/** The browser's telephone: one per agent and browser, whichever tab came first. */
export const usePhone = defineStore('phone', () => {
  const auth = useAuth()
  const live = useLive()
  const state = shallowRef<PhoneState>(NO_PHONE)
  const wanted = ref(false)
  let phone: Phone | null = null
  let release: (() => void) | null = null
  let retry: ReturnType<typeof setTimeout> | undefined

  function take(event: PhoneEvent): void {
    if (!wanted.value && event.type === 'link') return
    state.value = nextPhone(state.value, event)
    if (event.type === 'link' && event.link === 'refused') again()
  }

  function again(): void {
    clearTimeout(retry)
    retry = setTimeout(() => void register(), RETRY_MS)
  }

  async function register(): Promise<void> {
    if (!wanted.value) return
    // A call that lives must not be cut off by a fresh registration.
    if (state.value.call) return again()
    try {
      const credentials = await api.get<DeviceCredentials>('/agents/me/device')
      const { SipPhone } = await import('./phone')
      if (!wanted.value) return
      phone ??= new SipPhone(take)
      phone.start(credentials)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      take({ type: 'link', link: 'unreachable' })
      again()
    }
  }

  /** Starts the phone when this agent uses the browser; a desk phone needs neither socket nor microphone. */
  async function use(device: DeskDevice): Promise<void> {
    const should = device !== 'phone'
    if (should === wanted.value) return
    if (!should) return stop()
    wanted.value = true
    state.value = { ...NO_PHONE, link: 'connecting' }
    if (!navigator.locks) return register()
    const name = `yingda.phone.${auth.user?.agent?.id}`
    void navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      if (!lock) {
        state.value = { ...NO_PHONE, link: 'elsewhere' }
        void navigator.locks.request(name, hold)
        return
      }
      return hold()
    })
  }

  /** Holds the lock until `stop`. */
  function hold(): Promise<void> {
    if (!wanted.value) return Promise.resolve()
    void register()
    return new Promise((done) => (release = done))
  }

  function stop(): void {
    wanted.value = false
    clearTimeout(retry)
    phone?.stop()
    phone = null
    release?.()
    release = null
    state.value = NO_PHONE
  }

  const call = computed(() => state.value.call)
  const orphaned = computed(() => live.connected && isOrphan(call.value, live.me))
  let grace: ReturnType<typeof setTimeout> | undefined
  watch(orphaned, (now) => {
    clearTimeout(grace)
    // The INVITE may be faster than the live event: only a lasting contradiction counts.
    if (now) grace = setTimeout(() => phone?.end(), ORPHAN_MS)
  })
  watch(audioSettings, (choice) => phone?.sound(choice), { deep: true })

  return {
    state,
    call,
    use,
    stop,
    answer: () => phone?.answer(audioSettings.value) ?? Promise.resolve(),
    end: () => phone?.end(),
    mute: (muted: boolean) => phone?.mute(muted),
  }
})
