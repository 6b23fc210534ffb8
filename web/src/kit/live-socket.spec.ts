import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LiveSnapshot } from './api-types'
import { LiveSocket, type SocketLike } from './live-socket'

class Wire implements SocketLike {
  sent: string[] = []
  closed = false
  onopen: ((event: never) => void) | null = null
  onmessage: ((event: never) => void) | null = null
  onclose: ((event: never) => void) | null = null
  send(data: string): void {
    this.sent.push(data)
  }
  close(): void {
    this.closed = true
  }
  opens(): void {
    this.onopen?.({} as never)
  }
  says(frame: unknown): void {
    this.onmessage?.({ data: JSON.stringify(frame) } as never)
  }
  breaks(): void {
    this.onclose?.({} as never)
  }
}

const snapshot = (seq: number) => ({ type: 'snapshot', seq, value: { seq, at: '', agents: [], queues: [], contacts: [], trunks: [{ id: 't', name: 'lab', reachable: true }] } })

function started() {
  const wires: Wire[] = []
  const seen: LiveSnapshot[] = []
  const links: boolean[] = []
  const socket = new LiveSocket({
    connect: () => (wires.push(new Wire()), wires.at(-1)!),
    token: () => 'secret',
    onSnapshot: (value) => seen.push(value),
    onConnected: (value) => links.push(value),
  })
  socket.start()
  const wire = wires[0]!
  wire.opens()
  return { wires, wire, seen, links, socket }
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('LiveSocket', () => {
  it('sends the token first and then follows the events', () => {
    const { wire, seen, links } = started()
    expect(JSON.parse(wire.sent[0]!)).toEqual({ token: 'secret' })
    wire.says(snapshot(4))
    wire.says({ type: 'trunk.changed', seq: 5, value: { id: 't', name: 'lab', reachable: false } })
    expect(seen.at(-1)).toMatchObject({ seq: 5, trunks: [{ reachable: false }] })
    expect(links).toEqual([true])
  })

  it('passes over an event that the snapshot already holds', () => {
    const { wire, seen } = started()
    wire.says(snapshot(4))
    wire.says({ type: 'trunk.removed', seq: 4, value: { id: 't' } })
    expect(seen).toHaveLength(1)
  })

  it.each([
    ['a hole in the order', { type: 'trunk.removed', seq: 9, value: { id: 't' } }],
    ['a resync frame', { type: 'resync' }],
  ])('begins anew at %s', (_name, frame) => {
    const { wires, wire, seen } = started()
    wire.says(snapshot(4))
    wire.says(frame)
    expect(wire.closed).toBe(true)
    expect(wires).toHaveLength(2)
    wires[1]!.opens()
    wires[1]!.says(snapshot(9))
    expect(seen.at(-1)?.seq).toBe(9)
  })

  it('reconnects after a break, waiting longer each time', () => {
    const { wires, wire, links } = started()
    wire.says(snapshot(1))
    wire.breaks()
    expect(links.at(-1)).toBe(false)
    vi.advanceTimersByTime(299)
    expect(wires).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(wires).toHaveLength(2)
    wires[1]!.breaks()
    vi.advanceTimersByTime(699)
    expect(wires).toHaveLength(2)
    vi.advanceTimersByTime(1)
    expect(wires).toHaveLength(3)
  })

  it('takes silence for a broken line', () => {
    const { wires, wire } = started()
    wire.says(snapshot(1))
    vi.advanceTimersByTime(39_999)
    expect(wires).toHaveLength(1)
    vi.advanceTimersByTime(1)
    expect(wires).toHaveLength(2)
  })

  it('does not come back after stop', () => {
    const { wires, wire, socket } = started()
    wire.says(snapshot(1))
    socket.stop()
    vi.advanceTimersByTime(60_000)
    expect(wires).toHaveLength(1)
  })
})
