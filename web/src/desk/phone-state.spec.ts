import { describe, expect, it } from 'vitest'
import type { LiveAgent } from '@/kit/api-types'
import { isOrphan, nextPhone, NO_PHONE, type PhoneCall, type PhoneEvent, type PhoneState } from './phone-state'

const after = (...events: PhoneEvent[]): PhoneState => events.reduce(nextPhone, NO_PHONE)
const invited: PhoneEvent = { type: 'invited', contact: 'c1' }

describe('the phone, stimulus by stimulus', () => {
  const cases: [string, PhoneEvent[], PhoneCall | null][] = [
    ['rings', [invited], { contact: 'c1', stage: 'ringing', muted: false }],
    ['opens the microphone', [invited, { type: 'answering' }], { contact: 'c1', stage: 'answering', muted: false }],
    ['connects', [invited, { type: 'answering' }, { type: 'connecting' }], { contact: 'c1', stage: 'connecting', muted: false }],
    ['talks', [invited, { type: 'answering' }, { type: 'answered' }], { contact: 'c1', stage: 'talking', muted: false }],
    ['keeps ringing without a microphone', [invited, { type: 'answering' }, { type: 'microphoneFailed' }], { contact: 'c1', stage: 'ringing', muted: false }],
    ['does not answer twice', [invited, { type: 'answering' }, { type: 'answered' }, { type: 'answering' }], { contact: 'c1', stage: 'talking', muted: false }],
    ['keeps the first of two calls', [invited, { type: 'invited', contact: 'c2' }], { contact: 'c1', stage: 'ringing', muted: false }],
    ['mutes', [invited, { type: 'answered' }, { type: 'muted', muted: true }], { contact: 'c1', stage: 'talking', muted: true }],
    ['forgets the mute with the call', [invited, { type: 'muted', muted: true }, { type: 'ended' }, invited], { contact: 'c1', stage: 'ringing', muted: false }],
    ['ends', [invited, { type: 'ended' }], null],
    ['has nothing to mute', [{ type: 'muted', muted: true }], null],
    ['keeps the call while the socket is away', [invited, { type: 'answered' }, { type: 'link', link: 'unreachable' }], { contact: 'c1', stage: 'talking', muted: false }],
    ['drops the call when it is switched off', [invited, { type: 'link', link: 'off' }], null],
  ]
  it.each(cases)('%s', (_name, events, call) => expect(after(...events).call).toEqual(call))

  it.each<[string, PhoneEvent[], boolean]>([
    ['is remembered before the session is here', [{ type: 'asked' }], true],
    ['outlives the arrival of the session', [{ type: 'asked' }, invited], true],
    ['is carried out once', [{ type: 'asked' }, invited, { type: 'answering' }], false],
    ['is not remembered beside a session', [invited, { type: 'asked' }], false],
    ['goes with the offer', [{ type: 'asked' }, { type: 'forgotten' }], false],
    ['goes with the session', [{ type: 'asked' }, invited, { type: 'ended' }], false],
  ])('a wish to answer %s', (_name, events, asked) => expect(after(...events).asked).toBe(asked))

  it('says that the microphone is awaited only while it is', () => {
    const slow: PhoneEvent[] = [invited, { type: 'answering' }, { type: 'microphoneSlow' }]
    expect(after(...slow).microphoneSlow).toBe(true)
    expect(after(...slow, { type: 'connecting' }).microphoneSlow).toBe(false)
    expect(after(...slow, { type: 'microphoneFailed' }).microphoneSlow).toBe(false)
    expect(after({ type: 'microphoneSlow' }).microphoneSlow).toBe(false)
  })

  it('says that the microphone failed until the next try', () => {
    expect(after(invited, { type: 'answering' }, { type: 'microphoneFailed' }).microphoneFailed).toBe(true)
    expect(after(invited, { type: 'answering' }, { type: 'microphoneFailed' }, { type: 'answering' }).microphoneFailed).toBe(false)
  })
})

describe('a session that the live state does not know', () => {
  const call: PhoneCall = { contact: 'c1', stage: 'talking', muted: false }
  const me = (state: LiveAgent['state'], contact: string | null) => ({ state, contact }) as LiveAgent
  it.each([
    ['talking about it', call, me('talking', 'c1'), false],
    ['held', call, me('hold', 'c1'), false],
    ['ringing, contact not named yet', call, me('ringing', null), false],
    ['wrapping up', call, me('wrap_up', 'c1'), true],
    ['ready', call, me('ready', null), true],
    ['talking about another', call, me('talking', 'c2'), true],
    ['without a header', { ...call, contact: null }, me('talking', 'c2'), false],
    ['no session', null, me('ready', null), false],
    ['live state unknown', call, null, false],
  ] as const)('%s', (_name, session, agent, orphan) => expect(isOrphan(session, agent)).toBe(orphan))
})
