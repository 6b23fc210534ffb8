import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ContactForm } from '@/kit/api-types'
import { ApiError } from '@/kit/http'
import { Drafts, type DraftPort } from './drafts'

class Server implements DraftPort {
  forms = new Map<string, ContactForm>()
  saves: string[] = []
  away = false
  load(id: string): Promise<ContactForm | null> {
    return Promise.resolve(this.forms.get(id) ?? null)
  }
  save(id: string, form: ContactForm): Promise<void> {
    if (this.away) return Promise.reject(new Error('away'))
    this.saves.push(form.notes)
    this.forms.set(id, structuredClone(form))
    return Promise.resolve()
  }
}

let server: Server
let user = 'u1'
beforeEach(() => {
  vi.useFakeTimers()
  localStorage.clear()
  user = 'u1'
  server = new Server()
})
afterEach(() => vi.useRealTimers())
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms)

async function opened(id = 'c1', drafts = new Drafts(server, () => user)) {
  const draft = drafts.of(id)
  await settle()
  return { drafts, draft }
}

describe('the form of a contact', () => {
  it('shows what the server has', async () => {
    server.forms.set('c1', { business_type_id: 'b1', notes: 'hello', data: { callback: true } })
    const { draft } = await opened()
    expect(draft.draft).toEqual({ business_type_id: 'b1', notes: 'hello', callback: true })
    await settle(2000)
    expect(server.saves).toEqual([])
  })

  it('sends what was typed once the typing rests', async () => {
    const { draft } = await opened()
    draft.draft.notes = 'a'
    await settle(500)
    draft.draft.notes = 'ab'
    await settle(799)
    expect(server.saves).toEqual([])
    await settle(1)
    expect(server.saves).toEqual(['ab'])
    expect(draft.status.value).toBe('saved')
    expect(localStorage.length).toBe(0)
  })

  it('keeps other fields of the data', async () => {
    server.forms.set('c1', { business_type_id: null, notes: '', data: { order: '77' } })
    const { draft } = await opened()
    draft.draft.callback = true
    await draft.save()
    expect(server.forms.get('c1')?.data).toEqual({ order: '77', callback: true })
  })

  it('keeps every draft when the contact is switched', async () => {
    const { drafts, draft } = await opened('c1')
    draft.draft.notes = 'first'
    const second = (await opened('c2', drafts)).draft
    second.draft.notes = 'second'
    expect(drafts.of('c1').draft.notes).toBe('first')
    await settle(1000)
    expect([...server.forms].map(([id, form]) => [id, form.notes])).toEqual([['c1', 'first'], ['c2', 'second']])
  })

  it('survives a reload while the server is away, and sends itself when it is back', async () => {
    const { draft } = await opened()
    server.away = true
    draft.draft.notes = 'kept'
    expect(await draft.save()).toBe(false)
    expect(draft.status.value).toBe('kept')
    const again = (await opened('c1', new Drafts(server, () => user))).draft
    expect(again.draft.notes).toBe('kept')
    server.away = false
    await settle(5000)
    expect(again.status.value).toBe('saved')
    expect(server.forms.get('c1')?.notes).toBe('kept')
  })

  it('takes up what was left unsent, each user only their own', async () => {
    const { draft } = await opened()
    server.away = true
    draft.draft.notes = 'left'
    await draft.save()
    draft.rest()
    server.away = false
    user = 'u2'
    new Drafts(server, () => user).resume()
    await settle(10_000)
    expect(server.saves).toEqual([])
    user = 'u1'
    new Drafts(server, () => user).resume()
    await settle(10_000)
    expect(server.saves).toEqual(['left'])
  })

  it('sends at once when the server is back, and does not press what it refuses', async () => {
    const { drafts, draft } = await opened()
    server.away = true
    draft.draft.notes = 'kept'
    await draft.save()
    server.away = false
    drafts.again()
    await settle()
    expect(server.saves).toEqual(['kept'])
    let tries = 0
    server.save = () => {
      tries += 1
      return Promise.reject(new ApiError(404, 'not_found', '', ''))
    }
    draft.draft.notes = 'refused'
    await settle(60_000)
    expect([tries, draft.status.value]).toEqual([1, 'kept'])
  })

  it('does not let a slow answer overwrite what is being typed', async () => {
    let answer: (form: ContactForm) => void = () => undefined
    server.load = () => new Promise((done) => (answer = done))
    const { draft } = await opened()
    draft.draft.notes = 'typed'
    answer({ business_type_id: null, notes: 'old' })
    await settle()
    expect(draft.draft.notes).toBe('typed')
  })

  it('sends again what changed while it was being sent', async () => {
    const { draft } = await opened()
    draft.draft.notes = 'a'
    const saving = draft.save()
    draft.draft.notes = 'ab'
    await saving
    expect(server.saves).toEqual(['a', 'ab'])
  })
})
