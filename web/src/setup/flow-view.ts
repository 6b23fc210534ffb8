import type { Id } from '@/kit/api-types'

export interface FlowNode {
  kind: string
  label?: string
  outlets?: Record<string, string>
  prompts?: { text?: string; sound?: string }[]
  text?: string
  queue?: string
  hours?: string
  variable?: string
  values?: Record<string, string>
  closed?: boolean
  rules?: unknown[]
}
export interface Definition {
  name: string
  start: string
  language?: string
  nodes: Record<string, FlowNode>
}
export interface NodeView {
  key: string
  number: number
  kind: string
  label: string
  /** What the node says or uses; `queue` and `hours` are ids to be named by the reader. */
  says: string
  queue: Id | null
  hours: Id | null
  ways: { outlet: string; to: string; toNumber: number | null; toLabel: string }[]
}

/** The nodes as a caller meets them: breadth first from the start, the unreachable at the end. */
export function nodeOrder(definition: Definition): string[] {
  const seen = new Set<string>()
  const waiting = [definition.start]
  while (waiting.length) {
    const key = waiting.shift() as string
    const node = definition.nodes[key]
    if (!node || seen.has(key)) continue
    seen.add(key)
    waiting.push(...Object.values(node.outlets ?? {}))
  }
  return [...seen, ...Object.keys(definition.nodes).filter((key) => !seen.has(key))]
}

function says(node: FlowNode): string {
  if (node.text) return node.text
  const spoken = (node.prompts ?? []).map((prompt) => prompt.text ?? '♪').join(' ')
  if (spoken) return spoken
  if (node.values) return Object.entries(node.values).map(([name, value]) => `${name} = ${value}`).join(', ')
  return node.variable ?? ''
}

export function nodeViews(definition: Definition): NodeView[] {
  const order = nodeOrder(definition)
  const numbers = new Map(order.map((key, index) => [key, index + 1]))
  const label = (key: string): string => definition.nodes[key]?.label || key
  return order.map((key) => {
    const node = definition.nodes[key] as FlowNode
    const ways = Object.entries(node.outlets ?? {}).map(([outlet, to]) => ({ outlet, to, toNumber: numbers.get(to) ?? null, toLabel: label(to) }))
    return {
      key, number: numbers.get(key) ?? 0, kind: node.kind, label: label(key), says: says(node),
      queue: node.queue ?? null, hours: node.hours ?? null, ways,
    }
  })
}

/** A definition from an uploaded file; null where the text is not JSON with nodes. */
export function readDefinition(text: string): Definition | null {
  try {
    const value = JSON.parse(text) as { definition?: Definition } & Partial<Definition>
    const found = value.definition ?? value
    return found && typeof found === 'object' && found.nodes && typeof found.start === 'string' ? (found as Definition) : null
  } catch {
    return null
  }
}
