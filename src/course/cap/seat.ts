/**
 * The seat that is sold: the register holds who has it, and a buyer writes his name only if he has read that nobody has. What ACID’s
 * consistency would be here is that it is sold once. One copy without transactions breaks that and is linearizable; two copies that lag
 * keep it, with one buyer, and are not.
 */
import type { System, SystemProperty } from '../../../engine/actors/system.ts'
import type { RunRecord } from '../../../engine/trace/record.ts'
import type { ShownOperation } from '../../widgets/history/operations.ts'
import { operationsOf } from '../../widgets/history/operations.ts'
import { type Asks, type Client, clientsAt, inTurn } from './clients.ts'
import { smallRegister } from './small-registers.ts'
import type { Transaction } from './serializable.ts'

/** Reads, and writes if nobody has it. */
const buys: Asks = (operations) => {
  const [read, write] = operations
  if (read === undefined) return { f: 'read' }
  return write === undefined && read.value === null ? { f: 'write' } : null
}
const BUYER: Client = { asks: buys }

/** Nobody is told that he has the seat after somebody else was. */
const soldOnce: SystemProperty = {
  id: 'sold-once',
  kind: 'always',
  violated(view) {
    const sold = view.filter(
      ({ role, seen }) =>
        role === 'client' &&
        (seen as readonly ShownOperation[]).some(({ f, done, outcome }) => f === 'write' && done && !outcome),
    )
    return sold.length > 1 ? { buyers: sold.map(({ id }) => id).join(', ') } : null
  },
}

/** One copy, and two who want the seat. */
export const oneCopy = (): System =>
  smallRegister('at-once', ['A'], clientsAt({ K1: 'A', K2: 'A' }, { K1: BUYER, K2: BUYER }), {
    properties: [soldOnce],
  })

/** Two copies of which one lags. K1 wants the seat, K2 looks twice whether it is free. */
export const lagging = (): System =>
  smallRegister(
    'at-once',
    ['A', 'B'],
    clientsAt({ K1: 'A', K2: 'B' }, { K1: BUYER, K2: { asks: inTurn(['read', 'read']) } }),
    { properties: [soldOnce] },
  )

/** What each client did, as one transaction. */
export function transactionsIn(record: RunRecord): Transaction[] {
  const operations = operationsOf(record).filter(({ until }) => until !== null)
  return [...new Set(operations.map(({ client }) => client))].map((client) =>
    operations
      .filter((one) => one.client === client)
      .map(({ f, argument, result }) => ({
        f: f as 'read' | 'write',
        value: f === 'read' ? result! : argument!,
      })),
  )
}
