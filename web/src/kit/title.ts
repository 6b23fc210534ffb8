import { computed, ref, watchEffect } from 'vue'
import { t } from './i18n'

/** The key of the page's name; empty where the product's name says enough. */
const page = ref('')
/** What stands before everything else for a while: a contact that rings. */
const loud = ref('')

const title = computed(() => {
  const brand = t('app.brand')
  return loud.value || (page.value ? `${t(page.value)} · ${brand}` : brand)
})

/** Keeps the document's title true in the language of the screen. */
export function keepTitle(): void {
  watchEffect(() => (document.title = title.value))
}
export function namePage(key: string): void {
  page.value = key
}
export function callOut(text: string): void {
  loud.value = text
}
