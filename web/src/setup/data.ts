import { ref, shallowRef, type ShallowRef } from 'vue'
import type { Page } from '@/kit/api-types'
import { useAuth } from '@/kit/auth'
import { api, ApiError } from '@/kit/http'

/** Everything behind a list that is short enough to be held whole (choices of a select). */
export async function loadAll<T>(path: string): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = null
  do {
    const page: Page<T> = await api.get<Page<T>>(path, { limit: 200, cursor })
    items.push(...page.items)
    cursor = page.next
  } while (cursor)
  return items
}

/** Choices for selects and names for ids. What the user may not read stays empty. */
export function useAll<T>(path: string): { items: ShallowRef<T[]>; load: () => Promise<void> } {
  const items = shallowRef<T[]>([])
  async function load(): Promise<void> {
    try {
      items.value = await loadAll<T>(path)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
    }
  }
  void load()
  return { items, load }
}

/** Grows with every change made in set-up, so that the checklist looks again. */
export const changes = ref(0)
export function changed(): void {
  changes.value += 1
}

export function mayWrite(permission: string): boolean {
  return useAuth().can(permission)
}
