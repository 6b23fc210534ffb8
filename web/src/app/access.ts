import { useAuth } from '@/kit/auth'
import { workplaces, type PageEntry, type Workplace } from './workplaces'

/** May the signed-in user open it? A workplace with pages opens when one of its pages does. */
export function mayOpen(place: Pick<PageEntry, 'permissions' | 'agentOnly'>): boolean {
  const auth = useAuth()
  if (place.agentOnly && !auth.isAgent) return false
  return place.permissions.some((permission) => auth.can(permission))
}

export function openPages(place: Workplace): PageEntry[] {
  return (place.pages ?? []).filter(mayOpen)
}

export function openPlaces(): Workplace[] {
  return workplaces.filter((place) => (place.pages ? openPages(place).length > 0 : mayOpen(place)))
}

/** Where this user lands: the first place that is open to them. */
export function home(): string | null {
  const first = openPlaces()[0]
  if (!first) return null
  return first.pages ? (openPages(first)[0]?.name ?? null) : first.name
}
