/** Shapes of `/api/v1`, exactly as the server sends them: snake_case, times in ISO 8601 UTC. */

export type Id = string
export type Moment = string
export interface Words {
  zh: string
  en: string
}
export type Language = 'zh' | 'en'

export interface Page<T> {
  items: T[]
  next: string | null
}

export interface Tenant {
  id: Id
  slug: string
  name: string
  timezone?: string
}
export interface Me {
  id: Id
  username: string
  name: string
  role: string
  language: string | null
  permissions: string[]
  tenant: Tenant
  agent: { id: Id; extension: string } | null
}
export interface Session {
  token: string
  user: Me
}

export interface User {
  id: Id
  username: string
  name: string
  role: string
  active: boolean
  language: string | null
  extension?: string | null
}
export interface Role {
  id: Id
  name: string
  permissions: string[]
  builtin?: boolean
}
export interface ApiKey {
  id: Id
  name: string
  scopes: string[]
  created_at?: Moment
  secret?: string
}
export interface AuditEntry {
  id?: Id
  at: Moment
  actor: string | null
  act: string
  subject: string | null
  address: string | null
  detail: unknown
}
export interface Settings {
  name: string
  short_abandon_s: number
  area_code: string | null
  timezone: string
}

export type AgentState =
  | 'offline'
  | 'ready'
  | 'not_ready'
  | 'break'
  | 'reserved'
  | 'ringing'
  | 'talking'
  | 'hold'
  | 'wrap_up'
export type DeviceChoice = 'auto' | 'browser' | 'phone'

export interface Agent {
  id: Id
  user_id: Id
  username: string
  name: string
  extension: string
  active: boolean
  sip_username: string
  queues: Id[]
  device?: DeviceChoice
  sip_password?: string
}
export interface BreakReason {
  id: Id
  name: string
  name_en: string | null
  needs_approval: boolean
}
export interface DeviceCredentials {
  uri: string
  username: string
  password: string
  ws_path: string
  display_name: string
  device: DeviceChoice
  ice_servers: RTCIceServer[]
}

export type Strategy = 'longest_idle' | 'round_robin' | 'ring_all'
export interface QueueMember {
  agent_id: Id
  order: number
}
export interface Queue {
  id: Id
  name: string
  name_en: string | null
  strategy: Strategy
  ring_s: number
  wrap_up_s: number
  max_misses: number
  music: string
  announce_position: boolean
  announce_every_s: number
  service_level_s: number
  max_wait_s: number | null
  weight: number
  members: QueueMember[]
}
export interface PhoneLine {
  id?: Id
  number: string
  flow_id: Id | null
  label: string
  enabled: boolean
  hours_id?: Id | null
}
export interface Lookup {
  number: string
  e164: string | null
  area: Words | null
  carrier: Words | null
  kind: string | null
}
export interface Trunk {
  id: Id
  name: string
  kind: 'ip' | 'registered'
  host: string
  port: number
  transport: 'udp' | 'tcp' | 'tls'
  codecs: string[]
  addresses: string[]
  username: string | null
  password?: string
  channel_limit: number | null
  enabled: boolean
  caller_id_rule: unknown
}
export interface Flow {
  id: Id
  name: string
  version?: number | null
  definition?: unknown
}
export interface HoursPeriod {
  days: number[]
  from: string
  to: string
}
export interface HoursException {
  date: string
  open: boolean
  periods: { from: string; to: string }[]
}
export interface Hours {
  id: Id
  name: string
  timezone: string
  periods: HoursPeriod[]
  exceptions: HoursException[]
}
export interface Sound {
  id: Id
  name: string
  text: string | null
  voice: string | null
  language: string | null
  duration_s?: number | null
  state?: string
}
export interface BusinessType {
  id: Id
  name: string
  name_en: string | null
  position: number
  active: boolean
}

export type Outcome =
  | 'answered'
  | 'abandoned_in_flow'
  | 'abandoned_in_queue'
  | 'abandoned_while_ringing'
  | 'short_abandon'
  | 'overflow_timeout'
  | 'overflow_full'
  | 'overflow_no_agent'
  | 'voicemail'
  | 'callback_requested'
  | 'closed'
  | 'rejected_blacklist'
  | 'rejected_limit'
  | 'failed'

export interface Interaction {
  id: Id
  channel: string
  direction: 'inbound' | 'outbound' | 'internal'
  caller: string | null
  callee: string | null
  number: string | null
  flow: string | null
  queue: string | null
  queue_id: Id | null
  agent: string | null
  agent_id: Id | null
  agent_name: string | null
  offered_at: Moment
  queued_at: Moment | null
  answered_at: Moment | null
  ended_at: Moment | null
  outcome: Outcome | null
  ended_by: 'customer' | 'agent' | 'system' | null
  recording: { duration_s: number | null } | null
  caller_area: Words | null
  caller_carrier: Words | null
  talk_s: number | null
  wait_s: number | null
  hold_s: number | null
  business_type: string | null
  business_type_id?: Id | null
  trunk: string | null
  number_label?: string | null
  caller_withheld?: boolean
}
export interface ContactForm {
  business_type_id: Id | null
  notes: string
  data?: Record<string, unknown>
}
export interface InteractionDetail extends Interaction {
  segments: Record<string, unknown>[]
  flow_id?: Id | null
  node_of_loss?: string | null
  cause?: string
  ring_s?: number
  wrap_up_s?: number
  form: ContactForm | null
}
export interface Decision {
  seq: number
  at: Moment
  kind: string
  data: Record<string, unknown>
  text: Words
}
export interface Peaks {
  duration_s: number
  channels: number[][]
}

export interface LiveAgent {
  id: Id
  user_id: Id
  username: string
  name: string
  extension: string
  state: AgentState
  reason: string | null
  since: Moment
  until: Moment | null
  contact: Id | null
  misses: number
  /** What the agent goes to when nothing holds them. */
  chosen?: AgentState
  chosen_reason?: string | null
  device: 'browser' | 'phone' | null
  queues: Id[]
  requested: { state: AgentState; reason: string | null } | null
}
export interface LiveQueue {
  id: Id
  name: string
  name_en: string | null
  waiting: number
  longest_since: Moment | null
  service_level_s: number
  today: {
    offered: number
    answered: number
    abandoned: number
    short_abandons: number
    within_target: number
    wait_s_sum: number
  }
}
export type ContactStage = 'flow' | 'waiting' | 'ringing' | 'talking' | 'held'
export interface LiveContact {
  id: Id
  channel: 'voice'
  direction: 'inbound' | 'outbound' | 'internal'
  stage: ContactStage
  caller: string | null
  caller_area: Words | null
  caller_carrier: Words | null
  number: string | null
  number_label: string | null
  trunk: string | null
  flow: string | null
  node: string | null
  queue: Id | null
  agent: Id | null
  ringing: Id[]
  position: number | null
  offered_at: Moment
  queued_at: Moment | null
  answered_at: Moment | null
  since: Moment
  muted: boolean
  hold_s?: number
  /** The keys pressed so far; `path`: the nodes gone through. */
  keys_path: string | null
  path?: string[]
  caller_withheld?: boolean
}
export interface LiveTrunk {
  id: Id
  name: string
  reachable: boolean
}
export interface LiveSnapshot {
  seq: number
  at: Moment
  agents: LiveAgent[]
  queues: LiveQueue[]
  contacts: LiveContact[]
  trunks: LiveTrunk[]
}
export type LiveEvent =
  | { type: 'agent.changed'; seq: number; value: LiveAgent }
  | { type: 'contact.changed'; seq: number; value: LiveContact }
  | { type: 'queue.changed'; seq: number; value: LiveQueue }
  | { type: 'trunk.changed'; seq: number; value: LiveTrunk }
  | { type: 'agent.removed' | 'contact.ended' | 'queue.removed' | 'trunk.removed'; seq: number; value: { id: Id } }
export type LiveFrame = { type: 'snapshot'; seq: number; value: LiveSnapshot } | { type: 'resync' } | { type: 'pong' } | LiveEvent
