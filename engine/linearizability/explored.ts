/**
 * Linearizability as a property of a system of nodes: its clients' operations are recorded across nodes, as the system's
 * history, and every state's history must be linearizable. Linearizability is prefix-closed, so a history that has gone
 * wrong stays wrong, and the shortest run to one is what a search reports.
 */
import type { SystemEvent, SystemHistory, SystemProperty, Violation } from '../actors/system.ts'
import type { Operation, SequentialModel } from './models.ts'
import {
  type History,
  NO_HISTORY,
  clientOf,
  endedOf,
  failed,
  givenUp,
  invoked,
  judgeOf,
  returned,
} from './recorder.ts'

/** What a message tells a client of its operation number `number`, counted from 0. */
export interface Result {
  readonly number: number
  /** What the message can be an answer to; one that comes to anything else is not recorded. Left out: all. */
  readonly f?: string
  readonly value?: unknown
  /**
   * `failed`: it has had no effect and never will. `unknown`: it may have had one, or may yet. Left out: it took effect, and came to `value`
   * where there is one.
   */
  readonly outcome?: 'failed' | 'unknown'
}

/** What a message has to do with the operations of the client that sends or receives it; null for nothing. */
export interface Operations {
  /** The role of the nodes that are clients. */
  readonly clients: string
  /** The operation that a message of a client asks for. Several messages of one step may ask for the same. */
  invocation(type: string, fields: unknown): Operation | null
  /**
   * The result that a message to a client brings. An answer to an operation that has ended, or has not begun, is not recorded.
   */
  result(type: string, fields: unknown): Result | null
}

/** What is recorded of one step of a client: what it heard, and what it asked for then. */
interface Recorded {
  readonly client: string
  readonly result: Result | null
  readonly invocation: Operation | null
}

/** The history of a system whose clients send and receive these messages. */
export function operationHistory(operations: Operations): SystemHistory {
  return {
    initial: NO_HISTORY,
    record({ node, role, received, sent }: SystemEvent): Recorded | null {
      if (role !== operations.clients) return null
      const result = received && operations.result(received.type, received.fields)
      const invocation = sent.reduce<Operation | null>(
        (found, message) => found ?? operations.invocation(message.type, message.fields),
        null,
      )
      return result || invocation ? { client: node, result, invocation } : null
    },
    after(history: History, { client, result, invocation }: Recorded): History {
      const heard = result && awaits(history, client, result) ? ended(history, client, result) : history
      // Asking once more for an operation that is under way is no new operation.
      return invocation && !Object.hasOwn(heard.open, client) ? invoked(heard, client, invocation) : heard
    },
  }
}

function awaits(history: History, client: string, { number, f }: Result): boolean {
  if (!Object.hasOwn(history.open, client) || number !== endedOf(history, client)) return false
  return f === undefined || f === history.open[client]!.f
}

function ended(history: History, client: string, { value, outcome }: Result): History {
  if (outcome === 'failed') return failed(history, client)
  return outcome === 'unknown' ? givenUp(history, client) : returned(history, client, value)
}

/** The property that every history is linearizable with respect to an object. */
export function linearizable(id: string, object: SequentialModel): SystemProperty {
  const judge = judgeOf(object)
  return {
    id,
    kind: 'always',
    violated: (_view, history): Violation | null =>
      judge(history as History) ? null : { operations: described(history as History) },
  }
}

/** The operations of a history in words of its own: `R1 read 1, R2 read 0, W write 1 (under way)`. */
function described({ returned: done, open }: History): string {
  const one = (client: string, { f, value }: Operation): string =>
    [client, f, ...(value === undefined ? [] : [JSON.stringify(value)])].join(' ')
  return [
    ...Object.entries(done).flatMap(([client, operations]) => operations.map((each) => one(client, each))),
    ...Object.entries(open).map(([name, operation]) => `${one(clientOf(name), operation)} (under way)`),
  ].join(', ')
}
