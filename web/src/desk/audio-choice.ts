import { useLocalStorage } from './local'

export type DeskDevice = 'browser' | 'phone'
export interface AudioSettings {
  /** Where the agent answers at this place. */
  device: DeskDevice
  microphone: string
  speaker: string
  volume: number
  ring: number
}

/** The headset belongs to the place, not to the person: kept in this browser. */
export const audioSettings = useLocalStorage<AudioSettings>('yingda.audio', { device: 'browser', microphone: '', speaker: '', volume: 1, ring: 0.6 })

/** Asks for the microphone while nothing is urgent, so that the first answer is not held up by a question. */
export async function askForMicrophone(): Promise<boolean> {
  if (!navigator.mediaDevices) return false
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
    stream.getTracks().forEach((track) => track.stop())
    return true
  } catch {
    return false
  }
}
