/** The moves of a moment, put in order for the eye: by the node at which they happen, and there by message. */
import type { NodeId } from '../../engine/api.ts'
import type { Action, MessageData } from '../../engine/model.ts'
import { canonical } from '../../engine/plain.ts'

/** A message and what can be done with it; null where it can't. */
export interface MessageMoves {
  readonly to: NodeId
  readonly message: MessageData
  readonly deliver: Action | null
  readonly drop: Action | null
  readonly duplicate: Action | null
}

/** What can happen at one node. */
export interface NodeMoves {
  readonly node: NodeId
  readonly messages: readonly MessageMoves[]
  /** Timers and a restart. */
  readonly own: readonly Action[]
  /** Crashes, pauses, clocks that jump, and crashes in the middle of what would otherwise be done. */
  readonly faults: readonly Action[]
}

export interface MoveGroups {
  readonly nodes: readonly NodeMoves[]
  /** What happens to no node: time passes. */
  readonly everywhere: readonly Action[]
}

/** @param nodes in the order in which they are shown; those at which nothing can happen are left out */
export function groupsOf(moves: readonly Action[], nodes: readonly NodeId[]): MoveGroups {
  const at = (id: NodeId): NodeMoves => {
    const messages = new Map<string, { -readonly [Key in keyof MessageMoves]: MessageMoves[Key] }>()
    const own: Action[] = []
    const faults: Action[] = []
    for (const action of moves) {
      if (('to' in action ? action.to : 'node' in action ? action.node : null) !== id) continue
      if ('crashAfter' in action && action.crashAfter !== undefined) faults.push(action)
      else if (action.kind === 'deliver' || action.kind === 'drop' || action.kind === 'duplicate') {
        const { message } = action
        const key = canonical(message, 'message')
        const group = messages.get(key) ?? { to: id, message, deliver: null, drop: null, duplicate: null }
        group[action.kind] = action
        messages.set(key, group)
      } else (action.kind === 'fire' || action.kind === 'restart' ? own : faults).push(action)
    }
    return { node: id, messages: [...messages.values()], own, faults }
  }
  return {
    nodes: nodes
      .map(at)
      .filter(({ messages, own, faults }) => messages.length + own.length + faults.length > 0),
    everywhere: moves.filter((action) => !('to' in action) && !('node' in action)),
  }
}
