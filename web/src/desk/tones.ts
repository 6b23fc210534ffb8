/** Sounds made on the spot: the bell, and the tones of keys. */

let context: AudioContext | null = null

function audio(): AudioContext | null {
  context ??= 'AudioContext' in window ? new AudioContext() : null
  if (context?.state === 'suspended') void context.resume()
  return context
}

/** Browsers stay silent until the first touch: wake the sound then, not at the first call. */
export function wakeSoundOnTouch(): () => void {
  const wake = () => void audio()
  window.addEventListener('pointerdown', wake, { once: true })
  window.addEventListener('keydown', wake, { once: true })
  return () => {
    window.removeEventListener('pointerdown', wake)
    window.removeEventListener('keydown', wake)
  }
}

function beep(at: AudioContext, frequencies: number[], start: number, length: number, volume: number): void {
  const gain = at.createGain()
  gain.gain.setValueAtTime(0, start)
  gain.gain.linearRampToValueAtTime(volume / frequencies.length, start + 0.015)
  gain.gain.setValueAtTime(volume / frequencies.length, start + length - 0.03)
  gain.gain.linearRampToValueAtTime(0, start + length)
  gain.connect(at.destination)
  for (const frequency of frequencies) {
    const tone = at.createOscillator()
    tone.frequency.value = frequency
    tone.connect(gain)
    tone.start(start)
    tone.stop(start + length)
  }
}

const BELL_EVERY_MS = 2400

/** Rings until the returned function is called. */
export function ring(volume: () => number): () => void {
  const once = () => {
    const at = audio()
    if (!at || volume() === 0) return
    for (const [delay, pitch] of [[0, 659], [0.18, 784], [0.36, 659], [0.54, 784]] as const) {
      beep(at, [pitch, pitch * 2.01], at.currentTime + delay, 0.17, volume() * 0.35)
    }
  }
  once()
  const timer = setInterval(once, BELL_EVERY_MS)
  return () => clearInterval(timer)
}

const ROWS = [697, 770, 852, 941]
const COLUMNS = [1209, 1336, 1477]
const KEYS = '123456789*0#'

/** ITU-T Q.23: one low and one high tone per key. */
export function keyTones(key: string): [number, number] | null {
  const at = KEYS.indexOf(key)
  if (key.length !== 1 || at < 0) return null
  return [ROWS[Math.floor(at / 3)] as number, COLUMNS[at % 3] as number]
}

export function playKey(key: string): void {
  const tones = keyTones(key)
  const at = audio()
  if (tones && at) beep(at, tones, at.currentTime, 0.12, 0.15)
}
