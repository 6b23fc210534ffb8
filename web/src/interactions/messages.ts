import type { FolderMessages } from '@/kit/i18n'

export default { zh: {}, en: {} } satisfies FolderMessages
