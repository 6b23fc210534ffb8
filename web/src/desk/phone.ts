import { UA, WebSocketInterface } from 'jssip'
import type { RTCSession } from 'jssip/lib/RTCSession'
import type { IncomingRTCSessionEvent, RTCSessionEvent } from 'jssip/lib/UA'
import type { DeviceCredentials } from '@/kit/api-types'
import type { PhoneEvent } from './phone-state'

export interface AudioChoice {
  microphone: string
  speaker: string
  /** 0 … 1 */
  volume: number
}

/** The agent's telephone: what the desk needs of it, and nothing of SIP. */
export interface Phone {
  start(credentials: DeviceCredentials): void
  stop(): void
  answer(choice: AudioChoice): Promise<void>
  /** Ends the session here; a ringing one is refused as busy. */
  end(): void
  mute(muted: boolean): void
  sound(choice: AudioChoice): void
}

const BUSY = 486
/** Longer than this, and the browser most likely waits for the agent's permission. */
const SLOW_MS = 1500
/** Longer than this, and no microphone will come: the agent must see it while the call still rings. */
const MICROPHONE_MS = 10_000
/** Candidates of the own machine come within milliseconds; one dead interface must not hold up the answer. */
const GATHER_MS = 500

function socketUrl(path: string): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`
}

export class SipPhone implements Phone {
  private ua: UA | null = null
  private session: RTCSession | null = null
  private iceServers: RTCIceServer[] = []
  private readonly audio = new Audio()
  private microphone: MediaStream | null = null

  constructor(private readonly emit: (event: PhoneEvent) => void) {
    this.audio.autoplay = true
  }

  start(credentials: DeviceCredentials): void {
    this.stop()
    this.iceServers = credentials.ice_servers
    const ua = new UA({
      sockets: new WebSocketInterface(socketUrl(credentials.ws_path)),
      uri: credentials.uri,
      authorization_user: credentials.username,
      password: credentials.password,
      display_name: credentials.display_name,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 3,
      register_expires: 300,
      session_timers: false,
    })
    const link = (name: 'connecting' | 'registered' | 'unreachable' | 'refused') => () => {
      if (this.ua === ua) this.emit({ type: 'link', link: name })
    }
    ua.on('connecting', link('connecting'))
    ua.on('disconnected', link('unreachable'))
    ua.on('registered', link('registered'))
    ua.on('unregistered', link('unreachable'))
    // A refusal without an answer is a broken line, which mends itself; with one, the credentials are stale.
    ua.on('registrationFailed', ({ response }) => link(response ? 'refused' : 'unreachable')())
    ua.on('newRTCSession', (event: RTCSessionEvent) => {
      if (event.originator === 'remote') this.invited(event as IncomingRTCSessionEvent)
    })
    this.ua = ua
    ua.start()
  }

  stop(): void {
    const ua = this.ua
    this.ua = null
    this.end()
    ua?.stop()
  }

  async answer(choice: AudioChoice): Promise<void> {
    const session = this.session
    if (!session?.isInProgress()) return
    this.emit({ type: 'answering' })
    const slow = setTimeout(() => this.session === session && this.emit({ type: 'microphoneSlow' }), SLOW_MS)
    let stream: MediaStream
    try {
      stream = await inTime(openMicrophone(choice.microphone))
    } catch {
      // Whatever the reason (refused, unplugged, in use), the agent must act: the call keeps ringing.
      if (this.session === session) this.emit({ type: 'microphoneFailed' })
      return
    } finally {
      clearTimeout(slow)
    }
    if (!session.isInProgress()) return close(stream)
    this.microphone = stream
    this.sound(choice)
    this.emit({ type: 'connecting' })
    session.answer({ mediaStream: stream, pcConfig: { iceServers: this.iceServers } })
  }

  end(): void {
    const session = this.session
    if (!session || session.isEnded()) return
    session.terminate(session.isEstablished() ? undefined : { status_code: BUSY, reason_phrase: 'Busy Here' })
  }

  mute(muted: boolean): void {
    if (muted) this.session?.mute({ audio: true })
    else this.session?.unmute({ audio: true })
  }

  sound(choice: AudioChoice): void {
    this.audio.volume = choice.volume
    if ('setSinkId' in this.audio) void this.audio.setSinkId(choice.speaker).catch(() => this.audio.setSinkId(''))
  }

  private invited({ session, request }: IncomingRTCSessionEvent): void {
    if (this.session && !this.session.isEnded()) {
      session.terminate({ status_code: BUSY, reason_phrase: 'Busy Here' })
      return
    }
    this.session = session
    const over = () => {
      if (this.session !== session) return
      this.session = null
      this.audio.srcObject = null
      this.closeMicrophone()
      this.emit({ type: 'ended' })
    }
    session.on('peerconnection', ({ peerconnection }) => {
      peerconnection.addEventListener('track', ({ streams, track }) => {
        this.audio.srcObject = streams[0] ?? new MediaStream([track])
      })
    })
    let gathering: ReturnType<typeof setTimeout> | undefined
    session.on('icecandidate', ({ ready }) => {
      gathering ??= setTimeout(ready, GATHER_MS)
    })
    session.on('confirmed', () => this.emit({ type: 'answered' }))
    session.on('ended', over)
    session.on('failed', over)
    session.on('muted', () => this.emit({ type: 'muted', muted: true }))
    session.on('unmuted', () => this.emit({ type: 'muted', muted: false }))
    this.emit({ type: 'invited', contact: request.getHeader('X-Yingda-Contact') ?? null })
  }

  private closeMicrophone(): void {
    if (this.microphone) close(this.microphone)
    this.microphone = null
  }
}

function close(stream: MediaStream): void {
  stream.getTracks().forEach((track) => track.stop())
}

/** The microphone, or an error when it does not come in time; one that comes later is closed again. */
async function inTime(opening: Promise<MediaStream>): Promise<MediaStream> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      void opening.then(close, () => undefined)
      reject(new DOMException('', 'TimeoutError'))
    }, MICROPHONE_MS)
  })
  return Promise.race([opening, late]).finally(() => clearTimeout(timer))
}

/** The chosen microphone, or the usual one when the chosen has been unplugged. */
async function openMicrophone(device: string): Promise<MediaStream> {
  if (device) {
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: { deviceId: { exact: device } } })
    } catch (error) {
      if (!(error instanceof DOMException) || error.name === 'NotAllowedError') throw error
    }
  }
  return navigator.mediaDevices.getUserMedia({ audio: true })
}
