import { ref, watch, type Ref } from 'vue'

function read<T extends object>(key: string, start: T): T {
  const kept = localStorage.getItem(key)
  if (!kept) return { ...start }
  try {
    return { ...start, ...(JSON.parse(kept) as Partial<T>) }
  } catch {
    return { ...start }
  }
}

/** A ref that outlives the page in this browser. */
export function useLocalStorage<T extends object>(key: string, start: T): Ref<T> {
  const value = ref(read(key, start)) as Ref<T>
  watch(value, (now) => localStorage.setItem(key, JSON.stringify(now)), { deep: true })
  return value
}
