import { shallowRef, type ShallowRef } from 'vue'
import type { Page } from '@/kit/api-types'
import { api, ApiError } from '@/kit/http'

/** The choices of a filter; none where the user may not read them (the filter is then left out). */
export function useChoices<T>(path: string | null): ShallowRef<T[]> {
  const items = shallowRef<T[]>([])
  async function load(): Promise<void> {
    if (!path) return
    try {
      items.value = (await api.get<Page<T>>(path, { limit: 200 })).items
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
    }
  }
  void load()
  return items
}
