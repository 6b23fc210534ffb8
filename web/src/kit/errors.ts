import { ApiError } from './http'
import { i18n } from './i18n'

/** What happened, in the reader's words, and the stable id to quote. */
export function explain(error: unknown): { text: string; id: string } {
  const { t, te } = i18n.global
  if (!(error instanceof ApiError)) return { text: t('kit.errors.unexpected'), id: error instanceof Error ? error.name : 'unexpected' }
  for (const key of [`kit.errors.${error.id}`, `setup.errors.${error.id}`, `kit.errors.http_${error.status}`]) {
    if (te(key) || te(key, 'zh')) return { text: t(key, { detail: error.detail, ...plain(error.extra) }), id: error.id }
  }
  return { text: error.detail || error.title || t('kit.errors.unexpected'), id: error.id }
}

function plain(extra: Record<string, unknown>): Record<string, string | number> {
  const out: Record<string, string | number> = {}
  for (const [key, value] of Object.entries(extra)) {
    if (typeof value === 'string' || typeof value === 'number') out[key] = value
  }
  return out
}
