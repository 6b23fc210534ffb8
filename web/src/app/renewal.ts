const KEY = 'yingda.renewed'
const AGAIN_MS = 30_000

/**
 * After an upgrade the pieces that an open page still knows by name are gone: it takes the new application.
 * Once in a while only, so that a server without the pieces does not make it reload for ever. A page in a call
 * asks first (the desk guards `beforeunload`).
 */
export function renewAfterUpgrade(): void {
  window.addEventListener('vite:preloadError', (event) => {
    const last = Number(sessionStorage.getItem(KEY) ?? 0)
    if (Date.now() - last < AGAIN_MS) return
    sessionStorage.setItem(KEY, String(Date.now()))
    event.preventDefault()
    location.reload()
  })
}
