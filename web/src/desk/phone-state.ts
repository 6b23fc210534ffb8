import type { Id, LiveAgent } from '@/kit/api-types'

/** `elsewhere`: another tab of this browser holds the phone. `refused`: the switch does not take our credentials. */
export type PhoneLink = 'off' | 'connecting' | 'registered' | 'unreachable' | 'elsewhere' | 'refused'
/** `answering`: the microphone is being opened. `connecting`: the answer is on its way to the switch. */
export interface PhoneCall {
  /** The interaction that the SIP session belongs to (X-Yingda-Contact). */
  contact: Id | null
  stage: 'ringing' | 'answering' | 'connecting' | 'talking'
  muted: boolean
}
export interface PhoneState {
  link: PhoneLink
  call: PhoneCall | null
  /** The microphone could not be opened at the last attempt to answer. */
  microphoneFailed: boolean
  /** The microphone has been asked for a while now: most likely the browser waits for a permission. */
  microphoneSlow: boolean
  /** The agent has answered before the session was here: it is answered as soon as it comes. */
  asked: boolean
}
export type PhoneEvent =
  | { type: 'link'; link: PhoneLink }
  | { type: 'invited'; contact: Id | null }
  | { type: 'asked' }
  | { type: 'forgotten' }
  | { type: 'answering' }
  | { type: 'microphoneSlow' }
  | { type: 'connecting' }
  | { type: 'microphoneFailed' }
  | { type: 'answered' }
  | { type: 'muted'; muted: boolean }
  | { type: 'ended' }

export const NO_PHONE: PhoneState = { link: 'off', call: null, microphoneFailed: false, microphoneSlow: false, asked: false }

/** One stimulus, one next state. A lost link keeps the call: its media does not go through the socket. */
export function nextPhone(state: PhoneState, event: PhoneEvent): PhoneState {
  switch (event.type) {
    case 'link':
      return { ...state, link: event.link, call: event.link === 'off' ? null : state.call }
    case 'invited':
      if (state.call) return state
      return { ...state, microphoneFailed: false, call: { contact: event.contact, stage: 'ringing', muted: false } }
    case 'asked':
      return state.call ? state : { ...state, asked: true }
    case 'forgotten':
      return state.asked ? { ...state, asked: false } : state
    case 'answering':
      if (state.call?.stage !== 'ringing') return state
      return { ...state, asked: false, microphoneFailed: false, microphoneSlow: false, call: { ...state.call, stage: 'answering' } }
    case 'microphoneSlow':
      return state.call?.stage === 'answering' ? { ...state, microphoneSlow: true } : state
    case 'microphoneFailed':
      if (state.call?.stage !== 'answering') return { ...state, microphoneFailed: true }
      return { ...state, microphoneFailed: true, microphoneSlow: false, call: { ...state.call, stage: 'ringing' } }
    case 'connecting':
      return state.call?.stage === 'answering' ? { ...state, microphoneSlow: false, call: { ...state.call, stage: 'connecting' } } : state
    case 'answered':
      return state.call ? { ...state, call: { ...state.call, stage: 'talking' } } : state
    case 'muted':
      return state.call ? { ...state, call: { ...state.call, muted: event.muted } } : state
    case 'ended':
      return { ...state, call: null, asked: false, microphoneSlow: false }
  }
}

const HOLDING = new Set<LiveAgent['state']>(['reserved', 'ringing', 'talking', 'hold'])

/**
 * Does the live state say that this SIP session should not be there any more?
 * A BYE that was sent while the socket was broken never arrives, and the agent would sit in a dead call.
 */
export function isOrphan(call: PhoneCall | null, me: LiveAgent | null): boolean {
  if (!call || !me) return false
  if (!HOLDING.has(me.state)) return true
  return call.contact !== null && me.contact !== null && me.contact !== call.contact
}
