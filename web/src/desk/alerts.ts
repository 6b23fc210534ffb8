import { onScopeDispose, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { words } from '@/kit/i18n'
import { formatPhone } from '@/kit/phone-format'
import { callOut } from '@/kit/title'
import { audioSettings } from './audio-choice'
import { useDesk } from './desk-store'
import { ring, wakeSoundOnTouch } from './tones'

const supported = 'Notification' in window
/** Whether the browser may show notices; shared by the desk and the settings. */
export const noticePermission = ref<NotificationPermission | 'unsupported'>(supported ? Notification.permission : 'unsupported')

export async function askForNotices(): Promise<void> {
  if (supported) noticePermission.value = await Notification.requestPermission()
}

const FLASH_MS = 1000

/** While a contact rings: the bell, a notice outside the page, and a title that flashes. */
export function useRingAlerts(): void {
  const { t } = useI18n()
  const desk = useDesk()
  const silence = wakeSoundOnTouch()
  let stop: (() => void) | null = null

  function begin(): void {
    const contact = desk.current
    const who = formatPhone(contact?.caller) || t('kit.number.withheld')
    const quiet = ring(() => audioSettings.value.ring)
    const loud = `☎ ${t('desk.ring.title')} ${who}`
    let shown = true
    callOut(loud)
    const flash = setInterval(() => {
      shown = !shown
      callOut(shown ? loud : '')
    }, FLASH_MS)
    let notice: Notification | null = null
    if (noticePermission.value === 'granted' && !document.hasFocus()) {
      const body = [words(contact?.area), contact?.queue].filter(Boolean).join(' · ')
      notice = new Notification(`${t('desk.ring.title')} ${who}`, { body, tag: 'yingda.ring', requireInteraction: true })
      notice.onclick = () => {
        window.focus()
        notice?.close()
      }
    }
    stop = () => {
      quiet()
      clearInterval(flash)
      callOut('')
      notice?.close()
      stop = null
    }
  }

  watch(
    () => desk.mode === 'ringing',
    (ringing) => {
      stop?.()
      if (ringing) begin()
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    stop?.()
    silence()
  })
}
