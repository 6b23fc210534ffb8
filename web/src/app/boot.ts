import { ref } from 'vue'
import { useAuth } from '@/kit/auth'

/** Why the kept session could not be taken up yet; null when all is well. */
export const bootError = ref<unknown>(null)

const RETRY_MS = 2000

/** Takes up the kept session. A server that restarts is waited for: nobody is thrown out by it. */
export async function boot(): Promise<void> {
  const auth = useAuth()
  for (;;) {
    try {
      await auth.restore()
      bootError.value = null
      return
    } catch (error) {
      bootError.value = error
      await new Promise((done) => setTimeout(done, RETRY_MS))
    }
  }
}
