/**
 * Operations: what the clients of a run did, when each operation began and when its answer came, read from what they show. A client
 * is a node whose state has `operations`; so every chapter’s store or register is read alike.
 */
import type { NodeId } from '../../../engine/api.ts'
import type { TimedOperation } from '../../../engine/linearizability/models.ts'
import type { NodeRecord, RunRecord } from '../../../engine/trace/record.ts'

/** What a client shows of one of its operations. Of one that it has shown it changes `value` and `done`. */
export interface ShownOperation {
  /** Unique in the run. */
  readonly id: string
  /** What is done, as engine/linearizability/models.ts calls it: `get`, `put`, `read` … */
  readonly f: string
  /** The object on which it is done; left out where there is but one. */
  readonly key?: string
  /** What is written; once it is done, what was read, null for nothing. */
  value?: string | number | null
  /** Is it over: has its answer come? */
  done: boolean
  /** Where it is over without what was asked for; left out: it was answered. */
  outcome?: Outcome
}

/**
 * How an operation may end other than by what was asked for. `refused`: it has had no effect and never will have one. `unknown`: it
 * may have taken effect, or may yet.
 */
export type Outcome = 'refused' | 'unknown'

/** An operation with its place in the run. */
export interface RunOperation {
  readonly id: string
  readonly client: NodeId
  readonly f: string
  /** The empty text where there is but one object. */
  readonly key: string
  /** What is written; undefined for an operation that writes nothing. */
  readonly argument: string | number | null | undefined
  /** What was read; undefined while that is not known, and for an operation that reads nothing. */
  readonly result: string | number | null | undefined
  /** The step in which it began. */
  readonly since: number
  /** The step in which it was over for its client; null where the run ends before. */
  readonly until: number | null
  /** How it ended, where that is not by what was asked for. */
  readonly outcome?: Outcome
}

/** Operations that read: their value comes with the answer. */
export const isRead = ({ f }: { readonly f: string }): boolean => f === 'get' || f === 'read'

/** Nodes that are clients, in the order of the run. */
export function clientsOf({ frames }: RunRecord): NodeId[] {
  const found = new Set<NodeId>()
  for (const { nodes } of frames) for (const one of nodes) if (shownBy(one)) found.add(one.id)
  return (frames[0]?.nodes ?? []).map(({ id }) => id).filter((id) => found.has(id))
}

/** Null while a client is down: what it has under way stays so. */
function shownBy({ state }: NodeRecord): readonly ShownOperation[] | null {
  const operations = state?.['operations']
  return Array.isArray(operations) ? (operations as readonly ShownOperation[]) : null
}

/** All operations of a run, in the order in which they began. */
export function operationsOf({ frames }: RunRecord): RunOperation[] {
  const known = new Map<string, { -readonly [Key in keyof RunOperation]: RunOperation[Key] }>()
  frames.forEach(({ nodes }, step) => {
    for (const one of nodes) {
      // Most steps are at other nodes, which then show the very same.
      if (step > 0 && frames[step - 1]!.nodes.find(({ id }) => id === one.id)?.state === one.state) continue
      for (const { id, f, key = '', value, done, outcome } of shownBy(one) ?? []) {
        const operation = known.get(id) ?? {
          id,
          client: one.id,
          f,
          key,
          argument: isRead({ f }) ? undefined : value,
          result: undefined,
          since: step,
          until: null,
        }
        known.set(id, operation)
        if (!done || operation.until !== null) continue
        operation.until = step
        if (outcome !== undefined) operation.outcome = outcome
        else if (isRead(operation)) operation.result = value ?? null
      }
    }
  })
  return [...known.values()]
}

/** An operation as far as it is known after a step: one whose answer comes later is under way. */
export function knownAt(operation: RunOperation, step: number): RunOperation {
  if (operation.until !== null && operation.until <= step) return operation
  const { outcome: _, ...begun } = operation
  return { ...begun, until: null, result: undefined }
}

/** Is it part of the history that is to be explained? What was refused has not happened. */
export const counts = ({ outcome }: RunOperation): boolean => outcome !== 'refused'

/**
 * Operations as the checker takes them. A step is an event: two clients never do something in one step, and whoever hears an answer
 * does not go on in it by itself.
 */
export function timed(operations: readonly RunOperation[]): TimedOperation[] {
  return operations.map((operation) => {
    const { client, f, argument, result, since, until, outcome } = operation
    const call = argument === undefined ? { f } : { f, value: argument }
    // Of what is unknown nothing has come back, however long ago its client has stopped waiting.
    const returned = outcome === 'unknown' ? null : until
    const done = isRead(operation) && returned !== null ? { f, value: result } : call
    return { ...done, process: client, invoked: since, returned, call }
  })
}
