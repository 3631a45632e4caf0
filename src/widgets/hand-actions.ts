/** Which of the actions that can be taken now belong to a message or to a node. */
import type { NodeId } from '../../engine/api.ts'
import type { Action } from '../../engine/model.ts'
import type { MessageRecord } from '../../engine/trace/record.ts'
import { put } from '../../engine/text/words.ts'
import { jumpCode, jumpParameters } from '../../engine/trace/plain-transcript.ts'
import { happeningOf, timerLabel } from '../../engine/trace/timer-label.ts'
import { wireKind } from '../../engine/trace/wire-kind.ts'
import type { Words } from './figure.ts'

/** The actions that take this message: deliver it, lose it, repeat it. */
export function actionsOnMessage(actions: readonly Action[], message: MessageRecord): Action[] {
  const fields = JSON.stringify(message.fields)
  return actions.filter(
    (action) =>
      'message' in action &&
      action.to === message.to &&
      action.message.from === message.from &&
      action.message.type === message.type &&
      JSON.stringify(action.message.fields) === fields,
  )
}

/** The actions that happen to this node itself: its timers, crash, restart, pause, resume. */
export function actionsOnNode(actions: readonly Action[], node: NodeId): Action[] {
  return actions.filter((action) => 'node' in action && action.node === node)
}

/** Cuts one node off from all others. */
export function cutOff(node: NodeId, nodes: readonly NodeId[]): Action {
  return { kind: 'partition', groups: [[node], nodes.filter((other) => other !== node)] }
}

/** The node at which an action happens; null for one that concerns the whole network. */
export function placeOf(action: Action): NodeId | null {
  if ('to' in action) return action.to
  return 'node' in action ? action.node : null
}

/** A short name for an action where it is clear what it happens to: `Crash`, `Let election fire`. */
export function actionName(action: Action, words: Words): string {
  switch (action.kind) {
    case 'fire': {
      const happening = happeningOf(action.timer)
      if (happening === null) return put(words, 'widget.hand.fire', { timer: action.timer })
      if (happening.what === 'wake') return put(words, 'widget.hand.wake')
      return put(words, 'widget.hand.happen', { what: timerLabel(action.timer, words) })
    }
    case 'pause':
      return action.milliseconds === undefined
        ? put(words, 'widget.hand.pause')
        : put(words, 'widget.hand.pause-for', { milliseconds: action.milliseconds })
    case 'pass':
      return put(words, 'widget.hand.pass', { milliseconds: action.milliseconds })
    case 'jump':
      return put(words, `widget.hand.${jumpCode(action)}`, jumpParameters(action))
    case 'drop':
      return put(words, wireKind(action.message) === null ? 'widget.hand.drop' : 'widget.hand.break')
    case 'partition':
      return put(words, 'widget.hand.cut-off', { node: (action.groups[0] ?? []).join(' ') })
    case 'act':
      return `${action.name}(${action.parameters.join(', ')})`
    default:
      return put(words, `widget.hand.${action.kind}`)
  }
}
