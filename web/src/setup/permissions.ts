export const PERMISSIONS = [
  'desk', 'live.read', 'interactions.read', 'interactions.read.own', 'recordings.read',
  'setup.read', 'setup.write', 'users.read', 'users.write', 'audit.read', 'keys.write',
] as const

export function permissionWord(permission: string, t: (key: string) => string): string {
  if (permission === '*') return t('setup.permission.all')
  return (PERMISSIONS as readonly string[]).includes(permission) ? t(`setup.permission.${permission.replaceAll('.', '_')}`) : permission
}

export function permissionChoices(t: (key: string) => string): { value: string; label: string }[] {
  return PERMISSIONS.map((value) => ({ value, label: permissionWord(value, t) }))
}
