import { beforeEach, describe, expect, it } from 'vitest'
import { checkDraft, fieldErrors, reworded, type Field } from '@/kit/form'
import { ApiError } from '@/kit/http'
import { i18n, merged, setLanguage, t, type Tree } from '@/kit/i18n'
import { actWord } from './audit'
import { nodeOrder, nodeViews, readDefinition, type Definition } from './flow-view'
import { daysText } from './hours-text'
import { moved, withMember, withoutMember } from './members'
import { steps } from './steps'
import { trunkBody, trunkDraft, trunkFields } from './trunk-form'
import { freshPassword } from './user-types'

beforeEach(() => setLanguage('zh'))
const members = ['a', 'b', 'c'].map((agent_id, order) => ({ agent_id, order }))
const ids = (list: { agent_id: string }[]): string => list.map((one) => one.agent_id).join('')

describe('members of a queue', () => {
  it.each([['b', -1, 'bac'], ['b', 1, 'acb'], ['a', -1, 'abc'], ['c', 5, 'abc'], ['x', 1, 'abc']])('%s moves %d: %s', (id, by, order) => {
    const after = moved(members, id, by)
    expect(ids(after)).toBe(order)
    expect(after.map((one) => one.order)).toEqual([0, 1, 2])
  })
  it('are numbered anew when one comes or goes', () => {
    expect(withoutMember(members, 'a')).toEqual([{ agent_id: 'b', order: 0 }, { agent_id: 'c', order: 1 }])
    expect(withMember(members, 'd').at(-1)).toEqual({ agent_id: 'd', order: 3 })
    expect(withMember(members, 'b')).toBe(members)
  })
})

describe('checklist', () => {
  const ground = { numbers: [{ enabled: true, flow_id: null }], flows: 1, queues: [{ members: [] }], agents: [{ active: false }], calls: 0 }
  const done = (all: typeof ground): string => steps(all).filter((step) => step.done).map((step) => step.name).join()
  it('counts only what calls can really use', () => {
    expect(done(ground)).toBe('flows')
    expect(done({ ...ground, numbers: [{ enabled: true, flow_id: 'f' as never }], queues: [{ members: members as never }], agents: [{ active: true }], calls: 1 })).toBe(
      'numbers,flows,queues,agents,call',
    )
  })
})

describe('errors beside their fields', () => {
  const problem = new ApiError(422, 'invalid', '', '', {
    errors: [{ field: 'ring_s', message: 'Input should be greater than or equal to 3' }, { field: 'members.0.agent_id', message: 'x' }, { field: '', message: 'whole' }],
  })
  it('come from the problem document, in words', () => expect(fieldErrors(problem)).toEqual({ ring_s: '不能小于 3。', members: 'x' }))
  it('take a refusal to the field it is about', () => {
    const taken = new ApiError(409, 'username_taken', '', 'there')
    expect(fieldErrors(taken, { username_taken: 'username' })).toEqual({ username: '这个用户名已被使用，请换一个。' })
    expect(fieldErrors(taken)).toEqual({})
    expect((reworded(taken) as ApiError).detail).toContain('用户名')
  })
  it('are found before sending where they can be', () => {
    const fields: Field[] = [
      { name: 'a', label: 'a', required: true },
      { name: 'b', label: 'b', pattern: /^\d+$/, patternText: 'digits' },
      { name: 'c', label: 'c', required: true, when: (draft) => draft.a === 'x' },
    ]
    expect(checkDraft(fields, { a: '', b: 'z' })).toEqual({ a: '请填写此项。', b: 'digits' })
    expect(checkDraft(fields, { a: 'x', b: '', c: [] })).toEqual({ c: '请填写此项。' })
  })
})

describe('trunks', () => {
  it('send only what their kind has, and no empty password', () => {
    const draft = { ...trunkDraft(null), name: 't', addresses: ['10.0.0.1'], username: 'u', password: '' }
    expect(trunkBody(draft)).toMatchObject({ addresses: ['10.0.0.1'], username: '', password: null, caller_id_rule: { strip: '', prefix: '' } })
    expect(trunkBody({ ...draft, kind: 'registered', password: 'p' })).toMatchObject({ addresses: [], username: 'u', password: 'p' })
  })
  it('ask for what their kind needs', () => {
    const wanted = (kind: string): string => Object.keys(checkDraft(trunkFields(t, null), { ...trunkDraft(null), kind })).join()
    expect(wanted('ip')).toBe('name,addresses')
    expect(wanted('registered')).toBe('name,host,username,password')
  })
})

describe('flows', () => {
  const definition: Definition = {
    name: 'f', start: 'a',
    nodes: { lost: { kind: 'play' }, b: { kind: 'hang_up', label: 'Bye' }, a: { kind: 'menu', outlets: { 1: 'b', 2: 'gone', 0: 'a' }, prompts: [{ text: 'hi' }, { sound: 's' }] } },
  }
  it('are read from the start, the unreachable last', () => expect(nodeOrder(definition)).toEqual(['a', 'b', 'lost']))
  it('tell where each way leads', () => {
    const [menu] = nodeViews(definition)
    expect(menu?.says).toBe('hi ♪')
    expect(menu?.ways).toContainEqual({ outlet: '1', to: 'b', toNumber: 2, toLabel: 'Bye' })
    expect(menu?.ways).toContainEqual({ outlet: '2', to: 'gone', toNumber: null, toLabel: 'gone' })
  })
  it('come from a file, alone or wrapped', () => {
    expect(readDefinition(JSON.stringify(definition))?.start).toBe('a')
    expect(readDefinition(JSON.stringify({ definition }))?.start).toBe('a')
    for (const text of ['', '[]', 'null', '{"start":1}', '{']) expect(readDefinition(text)).toBeNull()
  })
})

it.each([[[1, 2, 3, 4, 5], '周一至周五'], [[6, 7], '周六、周日'], [[1, 2, 3, 5], '周一至周三、周五'], [[7, 1, 2, 3, 4, 5, 6], '每天']])('days %o read %s', (days, text) =>
  expect(daysText(days, t)).toBe(text),
)

it('puts acts into words, and leaves unknown ones as they are', () => {
  const te = (key: string): boolean => i18n.global.te(key)
  expect(actWord('queue.changed', t, te)).toBe('队列 · 修改')
  expect(actWord('session.opened', t, te)).toBe('登录')
})

it.each(['zh', 'en'] as const)('can compile every message of the application in %s', (language) => {
  setLanguage(language)
  const walk = (tree: Tree, path: string): void => {
    for (const [key, value] of Object.entries(tree)) {
      if (typeof value === 'string') expect(() => t(path + key, { n: 1 }), path + key).not.toThrow()
      else walk(value, `${path}${key}.`)
    }
  }
  walk(merged()[language], '')
})

it('makes passwords that differ', () => {
  const made = new Set(Array.from({ length: 50 }, () => freshPassword()))
  expect(made.size).toBe(50)
  for (const one of made) expect(one).toMatch(/^[a-km-np-zA-HJ-NP-Z2-9]{14}$/)
})
