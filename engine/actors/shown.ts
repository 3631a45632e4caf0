/** What of a node's state others see: the views, and properties. */
import type { SystemNode } from './system.ts'

/** What of a node's state properties and views see. */
export function shownOf({ definition }: SystemNode, state: unknown): unknown {
  return state !== null && definition.show ? definition.show(state) : state
}

/** What the `observe` of its role is given of a state; null while the node is down. */
export function observedOf(node: SystemNode, state: unknown): unknown {
  return state !== null && node.definition.properties
    ? node.definition.properties(state)
    : shownOf(node, state)
}
