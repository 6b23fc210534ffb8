import { shallowRef, triggerRef } from 'vue'
import type { Flow, Id, Page } from './api-types'
import { useAuth } from './auth'
import { api, ApiError } from './http'

type Labels = Map<string, string>

const byFlow = shallowRef(new Map<Id, Labels>())
const flows = shallowRef<Flow[]>([])
let listing: Promise<void> | null = null

async function quietly(run: () => Promise<void>): Promise<void> {
  try {
    await run()
  } catch (error) {
    // Without the names the keys of the nodes are shown: nothing that a reader must be told.
    if (!(error instanceof ApiError)) throw error
  }
}

function labelsOf(flow: Flow): Labels {
  const { nodes } = (flow.definition ?? {}) as { nodes?: Record<string, { label?: string }> }
  return new Map(Object.entries(nodes ?? {}).map(([key, node]) => [key, node.label ?? '']))
}

/** Loads what the nodes of a flow are called, once; only for those who may read the set-up. */
async function load(id: Id): Promise<void> {
  if (byFlow.value.has(id)) return
  byFlow.value.set(id, new Map())
  await quietly(async () => {
    byFlow.value.set(id, labelsOf(await api.get<Flow>(`/flows/${id}`)))
    triggerRef(byFlow)
  })
}

function list(): void {
  listing ??= quietly(async () => {
    flows.value = (await api.get<Page<Flow>>('/flows')).items
  })
}

/** What a node is called in its flow (by id, or by name where only that is known), else its key. */
export function nodeLabel(flow: { id?: Id | null; name?: string | null }, node: string | null | undefined): string {
  if (!node) return ''
  if (!useAuth().can('setup.read')) return node
  if (!flow.id) list()
  const id = flow.id ?? flows.value.find((one) => one.name === flow.name)?.id
  if (!id) return node
  void load(id)
  return byFlow.value.get(id)?.get(node) || node
}
