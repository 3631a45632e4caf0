/**
 * What the registers of the chapter on CAP promise, as their clients see it: what they asked for, in which order, and what they were told.
 * Nothing is looked at in a replica.
 * Reference: S. Gilbert, N. Lynch, "Brewer’s Conjecture and the Feasibility of Consistent, Available, Partition-Tolerant Web Services", 2002.
 */
import { fields, number, orNull, record, string } from '../../engine/actors/fields.ts'
import type { Role, SystemHistory, SystemProperty, View, Violation } from '../../engine/actors/system.ts'
import type { NodeId } from '../../engine/api.ts'
import { linearizable, operationHistory } from '../../engine/linearizability/explored.ts'
import { register } from '../../engine/linearizability/models.ts'
import { type ClientState, type Operation, type Plan, numberOf } from './clients.ts'
import type { Messages } from './messages.ts'

const id = fields({ id: string })
const stamp = record({ counter: number, writer: string })
const held = fields({ id: string, stamp, value: orNull(string) })

/** Who sends what. A client shows its operations. */
export const roles: { readonly replica: Role; readonly client: Role } = {
  replica: {
    sends: {
      value: fields({ id: string, value: orNull(string) }),
      written: id,
      refused: id,
      unknown: id,
      ask: id,
      report: held,
      store: held,
      stored: id,
    },
    observe: () => null,
  },
  client: {
    // What it tells itself when it has waited for too long: it does not know.
    sends: { read: id, write: fields({ id: string, value: string }), unknown: id, go: fields({}) },
    observe: ({ state }) => (state as ClientState | null)?.operations ?? [],
  },
}

/** What clients asked for and were told, in the order in which it happened. */
export const history: SystemHistory = operationHistory({
  clients: 'client',
  invocation(type, message) {
    if (type === 'read') return { f: 'read' }
    return type === 'write' ? { f: 'write', value: (message as Messages['write']).value } : null
  },
  result(type, message) {
    if (!['value', 'written', 'refused', 'unknown'].includes(type)) return null
    const { id, ...said } = message as { id: string; value?: string | null }
    const number = numberOf(id)
    if (type === 'value') return { number, f: 'read', value: said.value ?? null }
    if (type === 'written') return { number, f: 'write' }
    return { number, outcome: type === 'refused' ? 'failed' : 'unknown' }
  },
})

export const isLinearizable: SystemProperty = linearizable('linearizable', register(null))

/** An operation of a client, by whose it is. */
export interface Seen extends Operation {
  readonly client: NodeId
}

/** All that clients have asked for. */
export function operationsIn(view: View): readonly Seen[] {
  return view.flatMap(({ id: client, role, seen }) =>
    role === 'client' ? (seen as readonly Operation[]).map((operation) => ({ ...operation, client })) : [],
  )
}

/** What is refused has no effect, and never will have one: nobody reads it. */
export const refused: SystemProperty = {
  id: 'refused',
  kind: 'always',
  violated(view): Violation | null {
    const operations = operationsIn(view)
    for (const { client, value } of operations.filter(
      ({ outcome, f }) => outcome === 'refused' && f === 'write',
    )) {
      const reader = operations.find(
        ({ f, outcome, value: read }) => f === 'read' && outcome === 'value' && read === value,
      )
      if (reader) return { writer: client, value: value!, reader: reader.client }
    }
    return null
  },
}

/** Everybody hears something in time, on either side of a partition. */
export const answered: SystemProperty = {
  id: 'answered',
  kind: 'always',
  violated(view): Violation | null {
    const late = operationsIn(view).find(({ outcome }) => outcome === 'late')
    return late ? { client: late.client, operation: late.f } : null
  },
}

const isDone = ({ outcome }: Operation): boolean => outcome === 'value' || outcome === 'written'

/** Whoever is connected to a majority hears that it is done, and nothing else. */
export function available(plans: readonly Plan[]): SystemProperty {
  return {
    id: 'available',
    kind: 'eventually',
    reached: (view) =>
      plans.every(({ id, does }) => {
        const own = operationsIn(view).filter(({ client }) => client === id)
        return own.length === does.length && own.every(isDone)
      }),
  }
}

/** The same where there is no end to a run: none of them hears anything else. */
export function neverRefused(plans: readonly Plan[]): SystemProperty {
  return {
    id: 'available',
    kind: 'always',
    violated(view): Violation | null {
      const ended = operationsIn(view).filter(({ outcome }) => outcome !== undefined)
      return ended.every((one) => isDone(one) || plans.every(({ id }) => id !== one.client)) ? null : {}
    },
  }
}
