import type { Id, Interaction, LiveAgent, LiveContact, Moment, Words } from '@/kit/api-types'
import type { PhoneCall } from './phone-state'

/** One contact as the desk shows it, whether it lives or is history. */
export interface ContactView {
  id: Id
  caller: string | null
  area: Words | null
  carrier: Words | null
  number: string | null
  label: string | null
  trunk: string | null
  flow: string | null
  queue: string | null
  keys: string
  offeredAt: Moment
  queuedAt: Moment | null
  answeredAt: Moment | null
  endedAt: Moment | null
  /** Known only once the contact is history. */
  waitS: number | null
  talkS: number | null
}

export function fromLive(contact: LiveContact, queueName: string | null): ContactView {
  return {
    id: contact.id,
    caller: contact.caller_withheld ? null : contact.caller,
    area: contact.caller_area,
    carrier: contact.caller_carrier,
    number: contact.number,
    label: contact.number_label,
    trunk: contact.trunk,
    flow: contact.flow,
    queue: queueName,
    keys: contact.keys_path ?? '',
    offeredAt: contact.offered_at,
    queuedAt: contact.queued_at,
    answeredAt: contact.answered_at,
    endedAt: null,
    waitS: null,
    talkS: null,
  }
}

export function fromHistory(item: Interaction): ContactView {
  return {
    id: item.id,
    caller: item.caller_withheld ? null : item.caller,
    area: item.caller_area,
    carrier: item.caller_carrier,
    number: item.number,
    label: item.number_label ?? null,
    trunk: item.trunk,
    flow: item.flow,
    queue: item.queue,
    keys: '',
    offeredAt: item.offered_at,
    queuedAt: item.queued_at,
    answeredAt: item.answered_at,
    endedAt: item.ended_at,
    waitS: item.wait_s,
    talkS: item.talk_s,
  }
}

/** What the soft-phone bar shows now. */
export type DeskMode = 'ringing' | 'talking' | 'held' | 'wrap_up' | 'idle'

export function modeOf(me: LiveAgent | null, sipStage: PhoneCall['stage'] | null): DeskMode {
  if (me?.state === 'hold') return 'held'
  if (me?.state === 'talking') return 'talking'
  // The INVITE may come before the live event: the bell does not wait for it.
  if (me?.state === 'ringing' || (sipStage !== null && sipStage !== 'talking')) return 'ringing'
  if (me?.state === 'wrap_up') return 'wrap_up'
  return 'idle'
}
