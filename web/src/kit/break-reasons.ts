import { shallowRef } from 'vue'
import type { BreakReason, Page } from './api-types'
import { api } from './http'
import { i18n, named } from './i18n'

/** The tenant's reasons for a break; empty until somebody has loaded them. */
export const breakReasons = shallowRef<BreakReason[]>([])

export async function loadBreakReasons(): Promise<void> {
  breakReasons.value = (await api.get<Page<BreakReason>>('/break-reasons')).items
}

/** Why an agent is away, as it reads on this screen: a reason of the system's own, or one of the tenant's. */
export function reasonText(reason: string | null | undefined): string {
  if (!reason) return ''
  const { t, te } = i18n.global
  const own = `kit.reason.${reason}`
  if (te(own, 'zh')) return t(own)
  return named(breakReasons.value.find((item) => item.name === reason || item.id === reason)) || reason
}
