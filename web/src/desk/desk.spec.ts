import { describe, expect, it } from 'vitest'
import type { LiveAgent } from '@/kit/api-types'
import { modeOf } from './contact-view'
import { keyTones } from './tones'
import { actOfKey } from './useDeskKeys'

describe('what the bar shows', () => {
  const me = (state: LiveAgent['state']) => ({ state }) as LiveAgent
  it.each([
    ['ready', null, 'idle'],
    ['ready', 'ringing', 'ringing'],
    ['ringing', null, 'ringing'],
    ['ringing', 'answering', 'ringing'],
    ['talking', 'talking', 'talking'],
    ['talking', null, 'talking'],
    ['hold', 'talking', 'held'],
    ['wrap_up', null, 'wrap_up'],
    ['wrap_up', 'talking', 'wrap_up'],
    ['reserved', null, 'idle'],
  ] as const)('%s with a session %s: %s', (state, sip, mode) => expect(modeOf(me(state), sip)).toBe(mode))
  it('rings although the live state is away', () => expect(modeOf(null, 'ringing')).toBe('ringing'))
})

describe('keys of the desk', () => {
  it.each([
    ['Enter', 'ringing', false, 'answer'],
    ['Enter', 'ringing', true, null],
    ['Enter', 'idle', false, null],
    ['Escape', 'ringing', false, 'reject'],
    ['Escape', 'talking', false, null],
    ['F2', 'idle', true, 'ready'],
    ['F4', 'talking', true, 'hangUp'],
    ['F4', 'idle', false, null],
    ['F8', 'held', false, 'hold'],
    ['F9', 'talking', false, 'mute'],
    ['a', 'talking', false, null],
  ] as const)('%s while %s (taken %s): %s', (key, mode, taken, act) => expect(actOfKey(key, mode, taken)).toBe(act))
})

describe('tones of keys', () => {
  it.each([['1', [697, 1209]], ['5', [770, 1336]], ['0', [941, 1336]], ['#', [941, 1477]], ['a', null], ['12', null]] as const)('%s', (key, tones) =>
    expect(keyTones(key)).toEqual(tones),
  )
})
