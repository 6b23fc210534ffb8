import { reactive, ref, watch, type Ref } from 'vue'
import type { ContactForm, Id } from '@/kit/api-types'
import { ApiError } from '@/kit/http'

export interface Draft {
  business_type_id: Id | null
  notes: string
  callback: boolean
}
/** `kept`: not with the server yet, but safe in this browser. */
export type DraftStatus = 'clean' | 'typing' | 'saving' | 'saved' | 'kept'

export interface DraftPort {
  load(id: Id): Promise<ContactForm | null>
  save(id: Id, form: ContactForm): Promise<void>
}

const PREFIX = 'yingda.draft.'
/** What the server will refuse for ever: it is kept, but not sent again by itself. */
const REFUSED = new Set([400, 403, 404, 422])
const DEBOUNCE_MS = 800
const RETRY_MS = 5000

const blank = (): Draft => ({ business_type_id: null, notes: '', callback: false })

export function toForm(draft: Draft, before: Record<string, unknown> = {}): ContactForm {
  return { business_type_id: draft.business_type_id, notes: draft.notes, data: { ...before, callback: draft.callback } }
}
export function fromForm(form: ContactForm | null): Draft {
  if (!form) return blank()
  return { business_type_id: form.business_type_id, notes: form.notes, callback: form.data?.callback === true }
}

interface Kept {
  /** Whose words these are: at a shared computer nobody files another's. */
  by?: Id
  draft: Draft
  data: Record<string, unknown>
}

/**
 * The form of one contact: what is typed is at once in this browser, soon with the server,
 * and survives a change of contact, a reload and a server that is away.
 */
export class FormDraft {
  readonly draft = reactive(blank())
  readonly status: Ref<DraftStatus> = ref('clean')
  readonly error = ref<unknown>(null)
  readonly loading = ref(true)
  private data: Record<string, unknown> = {}
  private timer: ReturnType<typeof setTimeout> | undefined
  private revision = 0
  private applying = false

  constructor(
    readonly id: Id,
    private readonly port: DraftPort,
    private readonly owner: () => Id,
  ) {
    watch(this.draft, () => this.typed(), { deep: true, flush: 'sync' })
    void this.load()
  }

  /** Sends what is typed now; resolves true when the server has it. */
  async save(): Promise<boolean> {
    clearTimeout(this.timer)
    if (this.status.value === 'clean' || this.status.value === 'saved') return true
    const sent = this.revision
    this.status.value = 'saving'
    try {
      await this.port.save(this.id, toForm(this.draft, this.data))
    } catch (reason) {
      this.error.value = reason
      this.status.value = 'kept'
      const refused = reason instanceof ApiError && REFUSED.has(reason.status)
      if (!refused) this.timer = setTimeout(() => void this.save(), RETRY_MS)
      return false
    }
    this.error.value = null
    if (sent !== this.revision) return this.save()
    this.status.value = 'saved'
    localStorage.removeItem(PREFIX + this.id)
    return true
  }

  /** No more attempts to send. */
  rest(): void {
    clearTimeout(this.timer)
  }

  private async load(): Promise<void> {
    const kept = this.kept()
    if (kept) {
      this.data = kept.data
      this.apply(kept.draft)
      this.loading.value = false
      this.touched(0)
      return
    }
    try {
      const form = await this.port.load(this.id)
      if (this.revision > 0) return
      this.data = form?.data ?? {}
      this.apply(fromForm(form))
    } catch (reason) {
      this.error.value = reason
    } finally {
      this.loading.value = false
    }
  }

  private apply(draft: Draft): void {
    this.applying = true
    Object.assign(this.draft, draft)
    this.applying = false
  }

  private typed(): void {
    if (!this.applying) this.touched(DEBOUNCE_MS)
  }

  private touched(delay: number): void {
    this.revision += 1
    localStorage.setItem(PREFIX + this.id, JSON.stringify({ by: this.owner(), draft: this.draft, data: this.data } satisfies Kept))
    if (this.status.value !== 'saving') this.status.value = 'typing'
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.save(), delay)
  }

  private kept(): Kept | null {
    const kept = readKept(PREFIX + this.id)
    return kept && (kept.by ?? this.owner()) === this.owner() ? kept : null
  }
}

function readKept(key: string): Kept | null {
  const text = localStorage.getItem(key)
  if (!text) return null
  try {
    return JSON.parse(text) as Kept
  } catch {
    return null
  }
}

/** The drafts of this page by contact: switching back finds everything as it was left. */
export class Drafts {
  private readonly byId = new Map<Id, FormDraft>()

  /** `owner`: the user who is signed in now. */
  constructor(
    private readonly port: DraftPort,
    private readonly owner: () => Id,
  ) {}

  of(id: Id): FormDraft {
    let draft = this.byId.get(id)
    if (!draft) {
      draft = new FormDraft(id, this.port, this.owner)
      this.byId.set(id, draft)
    }
    return draft
  }

  /** Takes up what this user left unsent in this browser, be the contact shown or not. */
  resume(): void {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(PREFIX) && readKept(key)?.by === this.owner()) this.of(key.slice(PREFIX.length))
    }
  }

  /** The user goes: what is unsent stays in this browser until they come again. */
  close(): void {
    for (const draft of this.byId.values()) draft.rest()
    this.byId.clear()
  }

  /** The server is back: what it did not take before is sent now. */
  again(): void {
    for (const draft of this.byId.values()) if (draft.status.value === 'kept') void draft.save()
  }
}
