import { beforeEach, describe, expect, it } from 'vitest'
import { setLanguage } from './i18n'
import { formatPhone } from './phone-format'
import { formatSpan, formatTime, setZone } from './time'

beforeEach(() => {
  setZone('Asia/Shanghai')
  setLanguage('zh')
})

describe('formatTime', () => {
  const now = new Date('2026-03-05T04:00:00Z')
  it.each([
    ['2026-03-05T01:02:03Z', '09:02:03'],
    ['2026-03-04T15:59:59Z', '03/04 23:59'],
    ['2026-03-04T16:00:00Z', '00:00:00'],
    ['2025-12-31T15:00:00Z', '2025-12-31 23:00'],
  ])('%s reads %s', (at, shown) => expect(formatTime(at, 'smart', now)).toBe(shown))

  it('names the month in English', () => {
    setLanguage('en')
    expect(formatTime('2026-03-04T15:59:59Z', 'smart', now)).toBe('04 Mar 23:59')
  })

  it('follows the zone of the tenant', () => {
    setZone('America/New_York')
    expect(formatTime('2026-03-05T01:02:03Z', 'datetime')).toBe('2026-03-04 20:02:03')
  })
})

describe('formatSpan', () => {
  it.each([[0, '00:00'], [59.9, '00:59'], [61, '01:01'], [3600, '1:00:00'], [-3, '00:00']])('%d s reads %s', (s, shown) =>
    expect(formatSpan(s)).toBe(shown),
  )
  it('reads nothing for no length', () => expect(formatSpan(null)).toBe(''))
})

describe('formatPhone', () => {
  it.each([
    ['13812345678', '138 1234 5678'],
    ['+8613812345678', '138 1234 5678'],
    ['02088880000', '020 8888 0000'],
    ['07551234567', '0755 1234 567'],
    ['4008000000', '400 800 0000'],
    ['95588', '95588'],
    ['anonymous', 'anonymous'],
  ])('%s reads %s', (number, shown) => expect(formatPhone(number)).toBe(shown))
})
