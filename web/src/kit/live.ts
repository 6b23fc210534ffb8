import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Id, LiveAgent, LiveContact, LiveEvent, LiveQueue, LiveSnapshot } from './api-types'
import { useAuth } from './auth'
import { syncClock } from './clock'
import { LiveSocket } from './live-socket'

const EMPTY: LiveSnapshot = { seq: 0, at: '', agents: [], queues: [], contacts: [], trunks: [] }

function address(): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/events`
}

/** The live state of the tenant: a snapshot kept current by ordered events. */
export const useLive = defineStore('live', () => {
  const auth = useAuth()
  const snapshot = shallowRef<LiveSnapshot>(EMPTY)
  const connected = ref(false)
  /** True once a snapshot has come; it stays so through a reconnect, so that nothing flickers. */
  const loaded = ref(false)
  const listeners = new Set<(event: LiveEvent) => void>()

  const socket = new LiveSocket({
    connect: () => new WebSocket(address()),
    token: () => auth.token,
    onSnapshot: (next) => {
      if (next.at && next.at !== snapshot.value.at) syncClock(next.at)
      snapshot.value = next
      loaded.value = true
    },
    onEvent: (event) => listeners.forEach((listener) => listener(event)),
    onConnected: (value) => (connected.value = value),
  })

  const agents = computed(() => snapshot.value.agents)
  const queues = computed(() => snapshot.value.queues)
  const contacts = computed(() => snapshot.value.contacts)
  const trunks = computed(() => snapshot.value.trunks)

  const agentById = computed(() => new Map<Id, LiveAgent>(agents.value.map((a) => [a.id, a])))
  const queueById = computed(() => new Map<Id, LiveQueue>(queues.value.map((q) => [q.id, q])))
  const contactById = computed(() => new Map<Id, LiveContact>(contacts.value.map((c) => [c.id, c])))

  const me = computed(() => agentById.value.get(auth.user?.agent?.id ?? '') ?? null)
  /** The contact that I hold, that rings at me, or that I wrap up (then it may be gone already: null). */
  const myContact = computed(() => {
    const mine = me.value
    if (!mine) return null
    if (mine.contact) return contactById.value.get(mine.contact) ?? null
    return contacts.value.find((c) => c.agent === mine.id || c.ringing.includes(mine.id)) ?? null
  })

  function start(): void {
    socket.start()
    window.addEventListener('online', online)
  }
  function stop(): void {
    window.removeEventListener('online', online)
    socket.stop()
    snapshot.value = EMPTY
    loaded.value = false
  }
  function online(): void {
    socket.restart()
  }
  /** For sounds and notices; state itself is read from the snapshot. Returns the way to stop listening. */
  function onEvent(listener: (event: LiveEvent) => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }

  return {
    snapshot, connected, loaded, agents, queues, contacts, trunks,
    agentById, queueById, contactById, me, myContact, start, stop, onEvent,
  }
})
