/** Which of the actions that can be taken now belong to a message or to a node. */
import type { NodeId } from '../../engine/api.ts'
import type { Action } from '../../engine/model.ts'
import { cutLinks, pairsApart, withCutLink } from '../../engine/trace/cut-links.ts'
import { processOf } from '../../engine/trace/process-parts.ts'
import type { Frame, MessageRecord, NodeRecord } from '../../engine/trace/record.ts'
import { put } from '../../engine/text/words.ts'
import { jumpCode, jumpParameters } from '../../engine/trace/plain-transcript.ts'
import { happeningOf, timerLabel } from '../../engine/trace/timer-label.ts'
import { wireKind } from '../../engine/trace/wire-kind.ts'
import type { Words } from './figure.ts'
import { serverViewOf } from './services/claims.ts'

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

/** Cuts the link between a process and a server, for each that is whole in the frame. @param node only those of this node */
export function linkCuts({ nodes, groups }: Frame, node?: NodeId): Action[] {
  const ids = nodes.map(({ id }) => id)
  const isServer = (one: NodeRecord): boolean => serverViewOf(one.state) !== null
  const processes = nodes.filter((one) => processOf(one) !== null)
  const whole = (one: NodeId, other: NodeId): boolean =>
    groups === null || groups.some((group) => group.includes(one) && group.includes(other))
  return processes.flatMap(({ id: process }) =>
    nodes
      .filter((one) => isServer(one) && whole(process, one.id))
      .filter(({ id: server }) => node === undefined || node === process || node === server)
      .map(({ id: server }): Action => ({
        kind: 'partition',
        groups: withCutLink(ids, groups, process, server),
      })),
  )
}

/** What may befall the network at a node: its links are cut, or it is cut off from all; and what is cut already is healed. */
export function cutsAtNode(frame: Frame, node: NodeId): Action[] {
  const ids = frame.nodes.map(({ id }) => id)
  return [
    ...linkCuts(frame, node),
    ...(ids.length > 1 ? [cutOff(node, ids)] : []),
    ...(frame.groups ? [{ kind: 'heal' } as const] : []),
  ]
}

/** The node at which an action happens; null for one that concerns the whole network. */
export function placeOf(action: Action): NodeId | null {
  if ('to' in action) return action.to
  return 'node' in action ? action.node : null
}

/** The link that a partition cuts and that was whole before; null where it cuts whole groups off. */
function linkOf(groups: readonly (readonly NodeId[])[], before: Frame['groups']): [NodeId, NodeId] | null {
  if (cutLinks(groups) === null && (before === null || cutLinks(before) === null)) return null
  const fresh = pairsApart(groups).filter(
    ([one, other]) => before?.some((group) => group.includes(one) && group.includes(other)) ?? true,
  )
  return fresh.length === 1 ? fresh[0]! : null
}

/**
 * A short name for an action where it is clear what it happens to: `Crash`, `Let election fire`.
 * @param before who can talk to whom at that moment
 */
export function actionName(action: Action, words: Words, before: Frame['groups'] = null): string {
  switch (action.kind) {
    case 'fire': {
      const happening = happeningOf(action.timer)
      if (happening === null) return put(words, 'widget.hand.fire', { timer: action.timer })
      if (action.early) return put(words, `widget.hand.early.${happening.what}`, happening.parameters)
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
    case 'partition': {
      const link = linkOf(action.groups, before)
      return link === null
        ? put(words, 'widget.hand.cut-off', { node: (action.groups[0] ?? []).join(' ') })
        : put(words, 'widget.hand.cut-link', { one: link[0], other: link[1] })
    }
    case 'act':
      return `${action.name}(${action.parameters.join(', ')})`
    default:
      return put(words, `widget.hand.${action.kind}`)
  }
}
