import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import type { AgentState } from './api-types'
import { syncClock } from './clock'
import { i18n, setLanguage } from './i18n'
import StatePill from './StatePill.vue'

const NOW = '2026-01-01T00:10:00Z'
const shown = (props: InstanceType<typeof StatePill>['$props']) => mount(StatePill, { props, global: { plugins: [i18n] } })

enableAutoUnmount(afterEach)
beforeEach(() => {
  vi.useFakeTimers({ now: new Date(NOW) })
  syncClock(NOW)
  setLanguage('zh')
})
afterEach(() => vi.useRealTimers())

describe('StatePill', () => {
  it.each([
    ['ready', '示闲', 'Ready'],
    ['not_ready', '示忙', 'Not ready'],
    ['break', '小休', 'Break'],
    ['wrap_up', '话后', 'Wrap-up'],
  ] as [AgentState, string, string][])('%s is a word in both languages and a shape', async (state, zh, en) => {
    const pill = shown({ state })
    expect(pill.text()).toContain(zh)
    setLanguage('en')
    await nextTick()
    expect(pill.text()).toContain(en)
    expect(pill.find('svg').element.children.length).toBeGreaterThan(0)
  })

  it('counts up while talking and down to the end of the wrap-up', async () => {
    const talking = shown({ state: 'talking', since: '2026-01-01T00:09:00Z', timer: true })
    const wrapUp = shown({ state: 'wrap_up', since: '2026-01-01T00:09:50Z', until: '2026-01-01T00:10:30Z', timer: true })
    expect([talking.text(), wrapUp.text()]).toEqual(['通话01:00', '话后00:30'])
    vi.advanceTimersByTime(5000)
    await nextTick()
    expect([talking.text(), wrapUp.text()]).toEqual(['通话01:05', '话后00:25'])
  })
})
