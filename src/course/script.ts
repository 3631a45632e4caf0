/** Scripts: runs written down as deliveries, so that the same script can be run under different rules. */
import type { System } from '../../engine/actors/system.ts'
import type { NodeId } from '../../engine/api.ts'
import { Run } from '../../engine/drivers/run.ts'
import { Fault } from '../../engine/fault.ts'
import type { Action, MessageData } from '../../engine/model.ts'

/** One delivery: the sender, the message's type and the receiver. The message's fields follow from the rule. */
export type Delivery = readonly [from: NodeId, type: string, to: NodeId]

/** A message that is lost or that arrives once more, a timer that fires, a node that crashes or restarts. */
export type Event =
  | { readonly lose: Delivery }
  | { readonly again: Delivery }
  | { readonly fire: NodeId; readonly timer: string }
  | { readonly crash: NodeId }
  | { readonly restart: NodeId }

/** What a script says of one step; an action is taken as it is. */
export type Line = Delivery | Event | Action

/**
 * The actions of a script in one system, as far as they can happen.
 * @throws Error when the very first line can't happen
 */
export function follow(system: System, lines: readonly Line[]): Action[] {
  const run = new Run(system)
  const actions: Action[] = []
  for (const line of lines) {
    const action = actionOf(run, line)
    if (!action || !take(run, action)) break
    actions.push(action)
  }
  if (actions.length === 0 && lines.length > 0)
    throw new Error(`${JSON.stringify(lines[0])} can't happen: a script begins with something that can`)
  return actions
}

/**
 * The actions of a whole script.
 * @throws Error naming the first line that can't happen
 */
export function followAll(system: System, lines: readonly Line[]): Action[] {
  const actions = follow(system, lines)
  if (actions.length < lines.length)
    throw new Error(
      `line ${actions.length + 1} of a script can't happen: ${JSON.stringify(lines[actions.length])}`,
    )
  return actions
}

/** Takes an action if it can happen. */
function take(run: Run, action: Action): boolean {
  try {
    run.take(action)
    return true
  } catch (error) {
    if (error instanceof Fault && error.code === 'diverged') return false
    throw error
  }
}

/** The line as an action of the run's state; undefined where it can't happen. */
function actionOf(run: Run, line: Line): Action | undefined {
  if ('kind' in line) return line
  const enabled = run.enabled()
  if ('fire' in line)
    return enabled.find((one) => one.kind === 'fire' && one.node === line.fire && one.timer === line.timer)
  if ('restart' in line) return enabled.find((one) => one.kind === 'restart' && one.node === line.restart)
  if ('crash' in line) return run.handActions().find((one) => one.kind === 'crash' && one.node === line.crash)
  if ('lose' in line)
    return run.handActions().find((one) => one.kind === 'drop' && isDelivery(one, line.lose))
  if ('again' in line) {
    const message = sentBefore(run, line.again)
    return message && { kind: 'deliver', to: line.again[2], message }
  }
  // Of several messages of one kind, the latest.
  return enabled.findLast((one) => one.kind === 'deliver' && isDelivery(one, line))
}

function isDelivery(action: { to: NodeId; message: MessageData }, [from, type, to]: Delivery): boolean {
  return action.to === to && action.message.from === from && action.message.type === type
}

/** A message that has arrived before: the last of its kind. */
function sentBefore(run: Run, [from, type, to]: Delivery): MessageData | undefined {
  const received = run.record.steps.flatMap(({ received }) => received ?? [])
  const found = received.findLast((one) => one.from === from && one.type === type && one.to === to)
  return found && { from, type, fields: found.fields }
}
