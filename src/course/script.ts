/** Scripts: runs written down as deliveries, so that the same script can be run under different rules. */
import type { System } from '../../engine/actors/system.ts'
import { Run } from '../../engine/drivers/run.ts'
import type { Action } from '../../engine/model.ts'

/** One delivery: the sender, the message's type and the receiver. The message's fields follow from the rule. */
export type Delivery = readonly [from: string, type: string, to: string]

/**
 * The actions of a script in one system, as far as they can happen.
 * @throws Error when the very first delivery can't happen
 */
export function follow(system: System, deliveries: readonly Delivery[]): Action[] {
  const run = new Run(system)
  const actions: Action[] = []
  for (const [from, type, to] of deliveries) {
    const action = run.enabled().find((option) => isDelivery(option, from, type, to))
    if (!action) break
    run.take(action)
    actions.push(action)
  }
  if (actions.length === 0 && deliveries.length > 0)
    throw new Error(`no ${deliveries[0]!.join(' ')} can be delivered`)
  return actions
}

function isDelivery(action: Action, from: string, type: string, to: string): boolean {
  return (
    action.kind === 'deliver' &&
    action.to === to &&
    action.message.from === from &&
    action.message.type === type
  )
}
