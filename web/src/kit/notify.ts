import { ElMessage } from 'element-plus/es/components/message/index.mjs'
import { explain } from './errors'

/** Short notices at the top of the page. */
export const notify = {
  done(text: string): void {
    ElMessage({ type: 'success', message: text, duration: 2500, grouping: true })
  },
  failed(error: unknown): void {
    const { text, id } = explain(error)
    ElMessage({ type: 'error', message: `${text} (${id})`, duration: 6000, grouping: true, showClose: true })
  },
}
