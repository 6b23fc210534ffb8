/**
 * One telephone per agent and browser: the tab that holds the lock has it, the others wait for it
 * and pass their wishes on to it.
 */
export interface PhoneLock {
  /** Lets the next tab have the telephone, or gives up waiting for it. */
  release(): void
  /** Asks the tab that has the telephone to answer. */
  askToAnswer(): void
}

export interface PhoneLockOptions {
  name: string
  onHeld: () => void
  onElsewhere: () => void
  onAsked: () => void
}

export function takePhone({ name, onHeld, onElsewhere, onAsked }: PhoneLockOptions): PhoneLock {
  const channel = new BroadcastChannel(name)
  const waiting = new AbortController()
  let done: (() => void) | null = null
  let over = false

  function hold(): Promise<void> {
    if (over) return Promise.resolve()
    channel.onmessage = () => onAsked()
    onHeld()
    return new Promise((finish) => (done = finish))
  }
  function queue(): void {
    if (over) return
    onElsewhere()
    navigator.locks.request(name, { signal: waiting.signal }, hold).catch((reason: unknown) => {
      if (!over) throw reason
    })
  }
  // Browsers give locks only to pages with a secure origin: elsewhere every tab is on its own.
  if (!navigator.locks) void hold()
  else void navigator.locks.request(name, { ifAvailable: true }, (lock) => (lock ? hold() : queue()))

  return {
    release() {
      over = true
      waiting.abort()
      channel.close()
      done?.()
    },
    askToAnswer: () => channel.postMessage('answer'),
  }
}
