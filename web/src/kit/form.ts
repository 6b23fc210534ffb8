import type { Ref } from 'vue'
import { ref } from 'vue'
import { ApiError } from './http'
import { i18n } from './i18n'

export type FieldKind = 'text' | 'number' | 'select' | 'multi' | 'switch' | 'password' | 'textarea' | 'tags'
export type Draft = Record<string, unknown>

/** One field of a form: what it is called, how it is filled, and what it accepts. */
export interface Field {
  name: string
  label: string
  kind?: FieldKind
  help?: string
  placeholder?: string
  options?: { value: string; label: string; disabled?: boolean }[]
  required?: boolean
  clearable?: boolean
  min?: number
  max?: number
  step?: number
  /** Checked before sending; `patternText` says what to do about it. */
  pattern?: RegExp
  patternText?: string
  unit?: string
  disabled?: boolean
  /** Left out, and not checked, where the rest of the draft makes it pointless. */
  when?: (draft: Draft) => boolean
}
export type FieldErrors = Record<string, string>

const WORDED: [RegExp, string][] = [
  [/should have at least (\d+) characters?/, 'atLeastChars'],
  [/should have at most (\d+) characters?/, 'atMostChars'],
  [/greater than or equal to ([\d.]+)/, 'atLeast'],
  [/less than or equal to ([\d.]+)/, 'atMost'],
  [/should match pattern/, 'pattern'],
  [/valid (integer|number)/, 'number'],
  [/Field required/, 'required'],
]

function worded(message: string): string {
  const { t } = i18n.global
  for (const [pattern, key] of WORDED) {
    const match = pattern.exec(message)
    if (match) return t(`setup.invalid.${key}`, { n: match[1] ?? '' })
  }
  return message.replace(/^Value error, /, '')
}

/** The fields that a problem document complains about, in the reader's words. `byId`: refusals that concern one field. */
export function fieldErrors(error: unknown, byId: Record<string, string> = {}): FieldErrors {
  if (!(error instanceof ApiError)) return {}
  const field = byId[error.id]
  const key = `setup.errors.${error.id}`
  if (field) return { [field]: i18n.global.te(key, 'zh') ? i18n.global.t(key) : error.detail }
  const listed = Array.isArray(error.extra.errors) ? (error.extra.errors as { field?: unknown; message?: unknown }[]) : []
  const found: FieldErrors = {}
  for (const { field: path, message } of listed) {
    const name = String(path ?? '').split('.')[0]
    if (name && !found[name]) found[name] = worded(String(message ?? ''))
  }
  return found
}

/** A refusal in our own words where we have some for its id. */
export function reworded(error: unknown): unknown {
  const key = error instanceof ApiError ? `setup.errors.${error.id}` : ''
  if (!(error instanceof ApiError) || !i18n.global.te(key, 'zh')) return error
  return new ApiError(-1, error.id, '', i18n.global.t(key), error.extra)
}

function blank(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
}

/** What can be said before the server is asked. */
export function checkDraft(fields: Field[], draft: Draft): FieldErrors {
  const { t } = i18n.global
  const found: FieldErrors = {}
  for (const field of fields) {
    if (field.when && !field.when(draft)) continue
    const value = draft[field.name]
    if (blank(value)) {
      if (field.required) found[field.name] = t('setup.invalid.required')
    } else if (field.pattern && typeof value === 'string' && !field.pattern.test(value)) {
      found[field.name] = field.patternText ?? t('setup.invalid.pattern')
    }
  }
  return found
}

/** One run of an act: busy while it goes on, its error kept for showing. Resolves to whether it went well. */
export function useAct(): { busy: Ref<boolean>; error: Ref<unknown>; run: (act: () => Promise<unknown>) => Promise<boolean> } {
  const busy = ref(false)
  const error = ref<unknown>(null)
  async function run(act: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    error.value = null
    try {
      await act()
      return true
    } catch (reason) {
      error.value = reason
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, error, run }
}
