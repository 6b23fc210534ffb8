import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { DeviceCredentials, Id } from '@/kit/api-types'
import { useAuth } from '@/kit/auth'
import { api, ApiError } from '@/kit/http'
import { useLive } from '@/kit/live'
import { audioSettings, type DeskDevice } from './audio-choice'
import { useLocalStorage } from './local'
import type { Phone } from './phone'
import { takePhone, type PhoneLock } from './phone-lock'
import { isOrphan, nextPhone, NO_PHONE, type PhoneEvent, type PhoneState } from './phone-state'

const ORPHAN_MS = 3000
const RETRY_MS = 3000
/** The call whose sound is in this browser; it outlives a reload, which the sound does not. */
const lastCall = useLocalStorage<{ contact: Id | null }>('yingda.call', { contact: null })

/** The browser's telephone: one per agent and browser, whichever tab came first. */
export const usePhone = defineStore('phone', () => {
  const auth = useAuth()
  const live = useLive()
  const state = shallowRef<PhoneState>(NO_PHONE)
  const wanted = ref(false)
  let phone: Phone | null = null
  let lock: PhoneLock | null = null
  let retry: ReturnType<typeof setTimeout> | undefined

  function take(event: PhoneEvent): void {
    if (!wanted.value && event.type === 'link') return
    state.value = nextPhone(state.value, event)
    if (event.type === 'link' && event.link === 'refused') again()
    if (event.type === 'invited' && state.value.asked) answer()
    if (event.type === 'answered') lastCall.value.contact = state.value.call?.contact ?? null
    if (event.type === 'ended') lastCall.value.contact = null
  }

  /** Answers now, or as soon as the session is here; where another tab has the phone, that one answers. */
  function answer(): void {
    if (state.value.call?.stage === 'ringing') return void phone?.answer(audioSettings.value)
    take({ type: 'asked' })
    if (state.value.link === 'elsewhere') lock?.askToAnswer()
  }

  function forget(): void {
    take({ type: 'forgotten' })
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
      take({ type: 'link', link: 'unreachable' })
      again()
      if (!(error instanceof ApiError)) throw error
    }
  }

  /** Starts the phone when this agent uses the browser; a desk phone needs neither socket nor microphone. */
  function use(device: DeskDevice): void {
    const should = device !== 'phone'
    if (should === wanted.value) return
    if (!should) return stop()
    wanted.value = true
    state.value = { ...NO_PHONE, link: 'connecting' }
    lock = takePhone({
      name: `yingda.phone.${auth.user?.agent?.id}`,
      onHeld: () => {
        state.value = { ...state.value, link: 'connecting' }
        void register()
      },
      onElsewhere: () => (state.value = { ...NO_PHONE, link: 'elsewhere' }),
      onAsked: answer,
    })
  }

  function stop(): void {
    wanted.value = false
    clearTimeout(retry)
    phone?.stop()
    phone = null
    lock?.release()
    lock = null
    state.value = NO_PHONE
  }

  // A wish to answer belongs to the offer that it was made for: the next one is asked anew.
  watch([() => live.me?.state, () => live.me?.since], forget)

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
    lastCall,
    answer,
    forget,
    end: () => phone?.end(),
    mute: (muted: boolean) => phone?.mute(muted),
  }
})
