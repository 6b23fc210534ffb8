import { ref } from 'vue'
import type { Moment } from './api-types'
import { language } from './i18n'

const zone = ref('Asia/Shanghai')

/** All times on the screen are in the tenant's zone, wherever the reader sits. */
export function setZone(name: string | undefined): void {
  if (name) zone.value = name
}

export type TimeStyle = 'time' | 'date' | 'datetime' | 'smart'

function dayKey(date: Date): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone: zone.value }).format(date)
}

function formatted(date: Date, options: Intl.DateTimeFormatOptions): string {
  const locale = language.value === 'en' ? 'en-GB' : 'zh-CN'
  return new Intl.DateTimeFormat(locale, { timeZone: zone.value, hourCycle: 'h23', ...options }).format(date)
}

const CLOCK: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', second: '2-digit' }
const SHORT: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit' }

/** `smart`: only the time today, month and day this year, the full date before. */
export function formatTime(at: Moment | null | undefined, style: TimeStyle = 'smart', now = new Date()): string {
  if (!at) return ''
  const date = new Date(at)
  if (style === 'time') return formatted(date, CLOCK)
  if (style === 'date') return dayKey(date)
  if (style === 'datetime') return `${dayKey(date)} ${formatted(date, CLOCK)}`
  if (dayKey(date) === dayKey(now)) return formatted(date, CLOCK)
  if (dayKey(date).slice(0, 4) === dayKey(now).slice(0, 4)) {
    // 03/04 reads as April in one country and as March in the next: the month is a word in English.
    const month = language.value === 'en' ? 'short' : '2-digit'
    return `${formatted(date, { month, day: '2-digit' })} ${formatted(date, SHORT)}`
  }
  return `${dayKey(date)} ${formatted(date, SHORT)}`
}

/** `m:ss` below an hour, `h:mm:ss` above; negative spans read as zero. */
export function formatSpan(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || Number.isNaN(seconds)) return ''
  const whole = Math.max(0, Math.floor(seconds))
  const s = String(whole % 60).padStart(2, '0')
  const m = Math.floor(whole / 60) % 60
  const h = Math.floor(whole / 3600)
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${String(m).padStart(2, '0')}:${s}`
}
