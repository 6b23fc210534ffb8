import { computed, onScopeDispose, reactive, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import type { Page } from './api-types'
import { api, type Query } from './http'

export interface ListOptions<F extends Query> {
  path: string
  /** Start values; every key is sent as a query parameter when it is not empty. */
  filters?: F
  limit?: number
  /** Set false to load by hand with `reload()`. */
  immediate?: boolean
}

export interface List<T, F extends Query> {
  items: ShallowRef<T[]>
  filters: F & { q: string }
  /** First load, or a reload after a filter changed. */
  loading: Ref<boolean>
  loadingMore: Ref<boolean>
  error: Ref<unknown>
  loaded: Ref<boolean>
  hasMore: ComputedRef<boolean>
  /** Nothing there and nothing asked for: show the button that makes the first. */
  empty: ComputedRef<boolean>
  /** Nothing fits what was asked for. */
  noMatch: ComputedRef<boolean>
  reload: () => Promise<void>
  more: () => Promise<void>
  clear: () => void
}

const DEBOUNCE_MS = 250

/** A list behind a cursor: search, filters, more, and one honest state for each of loading, empty and error. */
export function useList<T, F extends Query = Query>(options: ListOptions<F>): List<T, F> {
  const items = shallowRef<T[]>([])
  const start = { q: '', ...options.filters } as F & { q: string }
  const filters = reactive({ ...start }) as F & { q: string }
  const next = ref<string | null>(null)
  const loading = ref(false)
  const loadingMore = ref(false)
  const loaded = ref(false)
  const error = ref<unknown>(null)
  const asked = computed(() => Object.entries(filters).some(([k, v]) => v !== start[k] && v !== '' && v !== null && v !== undefined))
  let flight: AbortController | null = null
  let timer: ReturnType<typeof setTimeout> | undefined

  function fetchPage(cursor: string | null): Promise<Page<T>> {
    flight?.abort()
    flight = new AbortController()
    const query: Query = { limit: options.limit ?? 50, cursor, ...filters }
    return api.get<Page<T>>(options.path, query, flight.signal)
  }

  async function reload(): Promise<void> {
    clearTimeout(timer)
    loading.value = true
    error.value = null
    const mine = fetchPage(null)
    const control = flight
    try {
      const page = await mine
      if (control !== flight) return
      items.value = page.items
      next.value = page.next
      loaded.value = true
    } catch (reason) {
      if (control !== flight) return
      error.value = reason
    } finally {
      if (control === flight) loading.value = false
    }
  }

  async function more(): Promise<void> {
    if (!next.value || loading.value || loadingMore.value) return
    loadingMore.value = true
    const mine = fetchPage(next.value)
    const control = flight
    try {
      const page = await mine
      if (control !== flight) return
      items.value = [...items.value, ...page.items]
      next.value = page.next
    } catch (reason) {
      if (control === flight) error.value = reason
    } finally {
      loadingMore.value = false
    }
  }

  function clear(): void {
    Object.assign(filters, start)
  }

  watch(filters, () => {
    clearTimeout(timer)
    timer = setTimeout(() => void reload(), DEBOUNCE_MS)
  })
  onScopeDispose(() => {
    clearTimeout(timer)
    flight?.abort()
    flight = null
  })
  if (options.immediate !== false) void reload()

  return {
    items, filters, loading, loadingMore, error, loaded,
    hasMore: computed(() => next.value !== null),
    empty: computed(() => loaded.value && !loading.value && !error.value && items.value.length === 0 && !asked.value),
    noMatch: computed(() => loaded.value && !loading.value && !error.value && items.value.length === 0 && asked.value),
    reload, more, clear,
  }
}
