import type { LiveEvent, LiveFrame, LiveSnapshot } from './api-types'
import { applyEvent, order } from './live-state'

export interface SocketLike {
  send(data: string): void
  close(code?: number): void
  onopen: ((event: never) => void) | null
  onmessage: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
}

export interface LiveSocketOptions {
  connect: () => SocketLike
  token: () => string | null
  onSnapshot: (snapshot: LiveSnapshot) => void
  onEvent?: (event: LiveEvent) => void
  onConnected: (connected: boolean) => void
}

const PING_MS = 20_000
const DELAYS_MS = [300, 700, 1500, 3000, 5000]

/**
 * Keeps one websocket to `/events`: first frame is the token, then a snapshot, then ordered events.
 * A hole in the order, a `resync` frame or silence begins anew with a fresh snapshot.
 */
export class LiveSocket {
  private socket: SocketLike | null = null
  private snapshot: LiveSnapshot | null = null
  private attempts = 0
  private retry: ReturnType<typeof setTimeout> | undefined
  private ping: ReturnType<typeof setInterval> | undefined
  private pinged = false
  private wanted = false

  constructor(private readonly options: LiveSocketOptions) {}

  start(): void {
    if (this.wanted) return
    this.wanted = true
    this.attempts = 0
    this.open()
  }

  stop(): void {
    this.wanted = false
    clearTimeout(this.retry)
    this.drop()
    this.snapshot = null
  }

  /** Begins anew at once: the network is back, or the order has a hole. */
  restart(): void {
    if (!this.wanted) return
    clearTimeout(this.retry)
    this.drop()
    this.open()
  }

  private open(): void {
    const socket = this.options.connect()
    this.socket = socket
    this.snapshot = null
    this.pinged = false
    socket.onopen = () => {
      socket.send(JSON.stringify({ token: this.options.token() }))
      this.ping = setInterval(() => this.beat(), PING_MS)
    }
    socket.onmessage = (event: { data: string }) => {
      this.pinged = false
      this.take(JSON.parse(event.data) as LiveFrame)
    }
    socket.onclose = () => {
      if (this.socket === socket) this.lost()
    }
  }

  private beat(): void {
    // Counted in beats, not in seconds: a page in the background beats slower.
    if (this.pinged) return this.restart()
    this.pinged = true
    this.socket?.send(JSON.stringify({ type: 'ping' }))
  }

  private take(frame: LiveFrame): void {
    if (frame.type === 'snapshot') {
      this.attempts = 0
      this.snapshot = { ...frame.value, seq: frame.seq }
      this.options.onSnapshot(this.snapshot)
      this.options.onConnected(true)
      return
    }
    if (frame.type === 'resync') return this.restart()
    if (frame.type === 'pong' || !this.snapshot || !('value' in frame)) return
    const place = order(this.snapshot.seq, frame)
    if (place === 'old') return
    if (place === 'gap') return this.restart()
    this.snapshot = applyEvent(this.snapshot, frame)
    this.options.onSnapshot(this.snapshot)
    this.options.onEvent?.(frame)
  }

  private lost(): void {
    this.drop()
    if (!this.wanted) return
    const delay = DELAYS_MS[Math.min(this.attempts, DELAYS_MS.length - 1)] ?? 5000
    this.attempts += 1
    this.retry = setTimeout(() => this.open(), delay)
  }

  private drop(): void {
    clearInterval(this.ping)
    const socket = this.socket
    this.socket = null
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null
      socket.close()
      this.options.onConnected(false)
    }
  }
}
