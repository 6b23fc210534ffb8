import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { Language, Me, Session } from './api-types'
import { api, ApiError, useToken, whenSignedOut } from './http'
import { setLanguage } from './i18n'
import { setZone } from './time'

const KEY = 'yingda.session'
const TENANT_KEY = 'yingda.tenant'

/** Who is signed in and what they may do. The token outlives a reload, not a sign-out. */
export const useAuth = defineStore('auth', () => {
  const token = ref<string | null>(localStorage.getItem(KEY))
  const user = ref<Me | null>(null)
  const expired = ref(false)
  /** Signed in on this page just now, not taken up again after a reload. */
  const fresh = ref(false)
  const signedIn = computed(() => user.value !== null)
  const isAgent = computed(() => can('desk') && Boolean(user.value?.agent))

  function can(permission: string): boolean {
    const granted = user.value?.permissions ?? []
    return granted.includes('*') || granted.includes(permission)
  }

  function adopt(me: Me): void {
    user.value = me
    if (me.language) setLanguage(me.language.startsWith('en') ? 'en' : 'zh')
    setZone(me.tenant.timezone)
  }

  function keep(value: string | null): void {
    token.value = value
    useToken(value)
    if (value) localStorage.setItem(KEY, value)
    else localStorage.removeItem(KEY)
  }

  async function signIn(tenant: string, username: string, password: string): Promise<void> {
    const session = await api.post<Session>('/sessions', { tenant, username, password })
    localStorage.setItem(TENANT_KEY, tenant)
    keep(session.token)
    expired.value = false
    fresh.value = true
    adopt(session.user)
  }

  /** Takes up the kept session. A server that is away keeps the token: only a refusal ends it. */
  async function restore(): Promise<void> {
    if (!token.value || user.value) return
    useToken(token.value)
    try {
      adopt(await api.get<Me>('/me'))
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) keep(null)
      else throw error
    }
  }

  async function signOut(): Promise<void> {
    try {
      await api.delete('/sessions/current')
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
    }
    forget()
  }

  function forget(): void {
    keep(null)
    user.value = null
  }

  async function changeLanguage(language: Language): Promise<void> {
    setLanguage(language)
    if (!user.value) return
    user.value = await api.patch<Me>('/me', { language })
  }

  whenSignedOut(() => {
    expired.value = user.value !== null
    forget()
  })

  const lastTenant = (): string => localStorage.getItem(TENANT_KEY) ?? ''

  return { token, user, expired, fresh, signedIn, isAgent, can, signIn, signOut, restore, forget, changeLanguage, lastTenant }
})
