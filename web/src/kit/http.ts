/** The one door to `/api/v1`: JSON in and out, RFC 9457 problems as `ApiError`. */

const BASE = '/api/v1'
const TIMEOUT_MS = 20_000

interface Problem {
  id?: string
  title?: string
  detail?: unknown
  [extra: string]: unknown
}

/** A refusal by the server, or (status 0) no answer from it. `id` is stable: match on it, never on the text. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly id: string,
    readonly title: string,
    readonly detail: string,
    readonly extra: Record<string, unknown> = {},
  ) {
    super(detail || title || id)
    this.name = 'ApiError'
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>

let token: string | null = null
let onSignedOut: (() => void) | null = null

export function useToken(value: string | null): void {
  token = value
}

/** Called once when the server says that our session is over. */
export function whenSignedOut(handler: () => void): void {
  onSignedOut = handler
}

export function url(path: string, query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') search.set(key, String(value))
  }
  const text = search.toString()
  return BASE + path + (text ? `?${text}` : '')
}

async function problem(response: Response): Promise<ApiError> {
  let body: Problem = {}
  try {
    body = (await response.json()) as Problem
  } catch {
    // A proxy in between may answer with a page of its own: the status says enough.
  }
  const detail = typeof body.detail === 'string' ? body.detail : ''
  return new ApiError(response.status, body.id ?? `http_${response.status}`, body.title ?? response.statusText, detail, body)
}

async function send(method: string, path: string, query: Query, body: unknown, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (token) headers.Authorization = `Bearer ${token}`
  const isForm = body instanceof FormData
  if (body !== undefined && !isForm) headers['Content-Type'] = 'application/json'
  const limit = AbortSignal.timeout(TIMEOUT_MS)
  let response: Response
  try {
    response = await fetch(url(path, query), {
      method,
      headers,
      body: body === undefined ? undefined : isForm ? body : JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    })
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError(0, limit.aborted ? 'timed_out' : 'unreachable', '', '')
  }
  if (response.ok) return response
  const refusal = await problem(response)
  if (response.status === 401 && token && refusal.id !== 'wrong_credentials') onSignedOut?.()
  throw refusal
}

async function json<T>(method: string, path: string, query: Query, body?: unknown, signal?: AbortSignal): Promise<T> {
  const response = await send(method, path, query, body, signal)
  const text = response.status === 204 ? '' : await response.text()
  return (text ? JSON.parse(text) : undefined) as T
}

export const api = {
  get: <T>(path: string, query: Query = {}, signal?: AbortSignal) => json<T>('GET', path, query, undefined, signal),
  post: <T>(path: string, body?: unknown) => json<T>('POST', path, {}, body),
  put: <T>(path: string, body?: unknown) => json<T>('PUT', path, {}, body),
  patch: <T>(path: string, body?: unknown) => json<T>('PATCH', path, {}, body),
  delete: <T = void>(path: string) => json<T>('DELETE', path, {}),
  /** A file behind the token (recording, sound): media elements cannot send headers, so it is fetched whole. */
  blob: async (path: string, query: Query = {}, signal?: AbortSignal) =>
    (await send('GET', path, query, undefined, signal)).blob(),
}
