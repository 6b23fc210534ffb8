import type { FolderMessages } from '@/kit/i18n'

export default { zh: { title: '工作台' }, en: { title: 'Desk' } } satisfies FolderMessages
