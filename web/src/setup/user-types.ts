import type { Moment, Role, User } from '@/kit/api-types'

export interface UserRead extends User {
  locked_until: Moment | null
  signed_in_at: Moment | null
}

type Words = (key: string) => string
type Known = (key: string) => boolean

export function roleChoices(roles: Role[], t: Words, te: Known): { value: string; label: string }[] {
  return roles.map(({ name }) => ({ value: name, label: te(`app.role.${name}`) ? t(`app.role.${name}`) : name }))
}
export const LANGUAGES = [
  { value: 'zh', label: '中文' },
  { value: 'en', label: 'English' },
]

/** A password to begin with: long, and without letters that are mistaken for each other. */
export function freshPassword(length = 14): string {
  const letters = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789'
  // Bytes above the last whole round would favour the first letters.
  const limit = 256 - (256 % letters.length)
  let made = ''
  while (made.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length))) {
      if (byte < limit && made.length < length) made += letters[byte % letters.length]
    }
  }
  return made
}
