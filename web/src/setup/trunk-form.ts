import type { Moment, Trunk } from '@/kit/api-types'
import type { Draft, Field } from '@/kit/form'
import { omit } from '@/kit/omit'

export interface TrunkRead extends Omit<Trunk, 'password' | 'caller_id_rule'> {
  has_password: boolean
  created_at: Moment
  caller_id_rule: { strip: string; prefix: string }
}

const FRESH: Draft = {
  name: '', kind: 'ip', host: '', port: 5060, transport: 'udp', codecs: ['alaw', 'ulaw'], addresses: [],
  username: '', password: '', channel_limit: 0, enabled: true, strip: '', prefix: '',
}

export function trunkDraft(trunk: TrunkRead | null): Draft {
  if (!trunk) return { ...FRESH }
  const { strip, prefix } = trunk.caller_id_rule
  return { ...FRESH, ...omit(trunk, 'id', 'has_password', 'caller_id_rule', 'created_at'), strip, prefix }
}

/** What is sent: only what the kind has; an empty password leaves the stored one as it is. */
export function trunkBody(draft: Draft): Record<string, unknown> {
  const { strip, prefix, password, ...rest } = draft
  const registered = draft.kind === 'registered'
  return {
    ...rest,
    addresses: registered ? [] : draft.addresses,
    username: registered ? draft.username : '',
    password: registered && password ? password : null,
    caller_id_rule: { strip, prefix },
  }
}

export function trunkFields(t: (key: string) => string, trunk: TrunkRead | null): Field[] {
  const registered = (draft: Draft): boolean => draft.kind === 'registered'
  const same = (values: string[]) => values.map((value) => ({ value, label: value.toUpperCase() }))
  return [
    { name: 'name', label: t('setup.name'), required: true, help: t('setup.trunk.nameHelp'), pattern: /^[a-z0-9][a-z0-9-]*$/, patternText: t('setup.trunk.nameBad') },
    {
      name: 'kind', label: t('setup.trunk.kind'), kind: 'select', help: t('setup.trunk.kindHelp'),
      options: ['ip', 'registered'].map((value) => ({ value, label: t(`setup.trunk.kinds.${value}`) })),
    },
    {
      name: 'addresses', label: t('setup.trunk.addresses'), kind: 'tags', required: true, help: t('setup.trunk.addressesHelp'),
      placeholder: '203.0.113.10', when: (draft) => !registered(draft),
    },
    { name: 'host', label: t('setup.trunk.host'), help: t('setup.trunk.hostHelp'), placeholder: 'sip.example.com', when: (draft) => !registered(draft) },
    { name: 'host', label: t('setup.trunk.host'), required: true, placeholder: 'sip.example.com', when: registered },
    { name: 'username', label: t('setup.trunk.username'), required: true, when: registered },
    {
      name: 'password', label: t('setup.trunk.password'), kind: 'password', when: registered,
      required: !trunk?.has_password, help: trunk?.has_password ? t('setup.trunk.passwordKept') : undefined,
    },
    { name: 'port', label: t('setup.trunk.port'), kind: 'number', min: 1, max: 65535, required: true },
    { name: 'transport', label: t('setup.trunk.transport'), kind: 'select', options: same(['udp', 'tcp', 'tls']) },
    {
      name: 'codecs', label: t('setup.trunk.codecs'), kind: 'multi', required: true, help: t('setup.trunk.codecsHelp'),
      options: [['alaw', 'G.711 A-law'], ['ulaw', 'G.711 µ-law'], ['gsm', 'GSM']].map(([value = '', label = '']) => ({ value, label })),
    },
    { name: 'channel_limit', label: t('setup.trunk.limit'), kind: 'number', min: 0, max: 100000, help: t('setup.trunk.limitHelp'), required: true },
    { name: 'strip', label: t('setup.trunk.strip'), help: t('setup.trunk.stripHelp') },
    { name: 'prefix', label: t('setup.trunk.prefix'), help: t('setup.trunk.prefixHelp') },
    { name: 'enabled', label: t('setup.trunk.enabled'), kind: 'switch' },
  ]
}
