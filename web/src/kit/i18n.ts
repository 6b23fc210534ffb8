import { computed } from 'vue'
import { createI18n } from 'vue-i18n'
import type { Language, Words } from './api-types'

/** What each folder's `messages.ts` exports by default. Keys are read as `<folder>.<key>`. */
export interface FolderMessages {
  zh: Tree
  en: Tree
}
export interface Tree {
  [key: string]: string | Tree
}

const KEY = 'yingda.language'

const folders = import.meta.glob<FolderMessages>('/src/*/messages.ts', { eager: true, import: 'default' })

export function merged(): Record<Language, Tree> {
  const all: Record<Language, Tree> = { zh: {}, en: {} }
  for (const [path, messages] of Object.entries(folders)) {
    const folder = path.split('/').at(-2)
    if (!folder) continue
    all.zh[folder] = messages.zh
    all.en[folder] = messages.en
  }
  return all
}

function kept(): Language {
  return localStorage.getItem(KEY) === 'en' ? 'en' : 'zh'
}

export const i18n = createI18n<false>({
  legacy: false,
  locale: kept(),
  fallbackLocale: 'zh',
  messages: merged() as never,
})

export const language = computed<Language>(() => (i18n.global.locale.value === 'en' ? 'en' : 'zh'))

export function setLanguage(value: Language): void {
  i18n.global.locale.value = value
  localStorage.setItem(KEY, value)
  document.documentElement.lang = value === 'en' ? 'en' : 'zh-CN'
}

/** The text of a server-side pair of words in the language of the screen. */
export function words(pair: Words | null | undefined): string {
  if (!pair) return ''
  return (language.value === 'en' ? pair.en || pair.zh : pair.zh) ?? ''
}

/** The name of a thing that has a Chinese name and perhaps an English one. */
export function named(thing: { name: string; name_en?: string | null } | null | undefined): string {
  if (!thing) return ''
  return language.value === 'en' && thing.name_en ? thing.name_en : thing.name
}

export const t = i18n.global.t
