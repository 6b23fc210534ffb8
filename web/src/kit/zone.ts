import type { Settings } from './api-types'
import { useAuth } from './auth'
import { api, ApiError } from './http'
import { setZone } from './time'

/** Takes the tenant's zone from its settings, for those who may read them; others get it with `/me`. */
export async function loadZone(): Promise<void> {
  if (!useAuth().can('setup.read')) return
  try {
    setZone((await api.get<Settings>('/settings')).timezone)
  } catch (error) {
    if (!(error instanceof ApiError)) throw error
  }
}
