import { describe, expect, it } from 'vitest'
import { merged, type Tree } from './i18n'

function keys(tree: Tree, prefix = ''): string[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [prefix + key] : keys(value, `${prefix}${key}.`),
  )
}
function text(tree: Tree, key: string): string {
  return key.split('.').reduce<Tree | string>((at, part) => (at as Tree)[part] ?? '', tree) as string
}
const names = (message: string) => [...message.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()

const { zh, en } = merged()

describe('messages', () => {
  it('has every Chinese key in English and the other way round', () => {
    expect(keys(en).sort()).toEqual(keys(zh).sort())
    expect(keys(zh)).toContain('kit.state.ready')
  })

  it('leaves no message empty and fills the same places in both', () => {
    for (const key of keys(zh)) {
      expect(text(zh, key), key).not.toBe('')
      expect(text(en, key), key).not.toBe('')
      expect(names(text(en, key)), key).toEqual(names(text(zh, key)))
    }
  })

  it('keeps Chinese out of the English', () => {
    for (const key of keys(en)) expect(text(en, key), key).not.toMatch(/[\u4e00-\u9fff]/)
  })
})
