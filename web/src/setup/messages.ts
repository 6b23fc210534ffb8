import en from './messages-en'
import zh from './messages-zh'
import type { FolderMessages } from '@/kit/i18n'

export default { zh, en } satisfies FolderMessages
