/**
 * checkRecorded: the check of a recorded history, from its text to an answer that can be put into words. A history of
 * many objects, such as the keys of a map, is linearizable exactly when that of each object is (Herlihy and Wing,
 * theorem 1), and its shortest bad prefix is the shortest of any object.
 */
import { type BadPrefix, type HistoryBounds, type HistoryVerdict, checkHistory, prefixOf } from './check.ts'
import { type HistoryEvent, type ObjectHistory, objectsOf, readHistory } from './history.ts'
import type { TimedOperation } from './models.ts'
import type { ObjectKind } from './objects.ts'

/** The answer about a recorded history. */
export interface RecordedAnswer {
  readonly verdict: 'linearizable' | 'not-linearizable' | 'inconclusive'
  readonly events: readonly HistoryEvent[]
  /** Operations, without those that failed. */
  readonly operations: number
  /** How many objects the history is of. */
  readonly objects: number
  readonly configurations: number
  /** Objects about which a bound left the question open, and the bound. */
  readonly open: readonly { readonly key: unknown; readonly hit: 'configurations' | 'characters' }[]
  /** Where it stops being linearizable. */
  readonly failure: Failure | null
  /** What was found of each object, as far as it was looked at. */
  readonly found: readonly Found[]
}

/** The operations of one object as they were checked, and an order of them. */
export interface Found {
  readonly key: unknown
  /** In the order in which they were invoked. Of the object that fails, those of the bad prefix, as they were known at its end. */
  readonly operations: readonly TimedOperation[]
  /**
   * Numbers of operations in an order that explains them; of the object that fails, the longest that was found for what came before the
   * end of the prefix. Null where the question is open.
   */
  readonly order: readonly number[] | null
}

/** The object that fails first, and how. */
export interface Failure {
  readonly key: unknown
  /**
   * The prefix ends here, as the line of its last event. `shortest` is false where a bound was hit while looking for a
   * shorter one, in this object or another.
   */
  readonly line: number
  readonly prefix: BadPrefix
  readonly processes: readonly Belief[]
}

/** What one process knows at the end of the bad prefix. */
export interface Belief {
  readonly process: string | number
  /** The last operation of which it heard that it took effect. */
  readonly last: TimedOperation | null
  /** Operations that it invoked and of which it doesn't know whether they took effect. */
  readonly waiting: readonly { readonly operation: TimedOperation; readonly inOrder: boolean }[]
  /** `last` is what can't be explained. */
  readonly unexplained: boolean
}

/**
 * Checks a recorded history.
 * @param initial what the object, or every object, holds at first; undefined for what it holds when it is new
 * @throws Fault `history-…` with the `line` of what can't be read
 */
export function checkRecorded(
  text: string,
  kind: ObjectKind,
  initial: unknown,
  bounds: HistoryBounds,
): RecordedAnswer {
  const events = readHistory(text)
  const objects = objectsOf(events, kind)
  const model = kind.model(initial)
  const open: RecordedAnswer['open'][number][] = []
  let configurations = 0
  let found: { key: unknown; prefix: BadPrefix } | null = null
  const all: Found[] = []
  for (const { key, operations } of objects.map((object) => withNullsRead(object, kind, initial))) {
    // Past the end of a bad prefix nothing is of interest any more.
    const relevant: readonly TimedOperation[] = found ? prefixOf(operations, found.prefix.end) : operations
    const verdict: HistoryVerdict = checkHistory(relevant, model, bounds)
    configurations += verdict.configurations
    if (verdict.verdict === 'inconclusive') open.push({ key, hit: verdict.hit })
    if (verdict.verdict === 'not-linearizable') found = { key, prefix: verdict.prefix }
    all.push({ key, ...orderOf(relevant, verdict) })
  }
  return {
    verdict: found ? 'not-linearizable' : open.length > 0 ? 'inconclusive' : 'linearizable',
    events,
    operations: objects.reduce((sum, { operations }) => sum + operations.length, 0),
    objects: objects.length,
    configurations,
    open,
    failure: found && failureOf(found.key, found.prefix, events, open.length === 0),
    found: all,
  }
}

function orderOf(operations: readonly TimedOperation[], verdict: HistoryVerdict): Omit<Found, 'key'> {
  if (verdict.verdict === 'linearizable') return { operations, order: verdict.order }
  if (verdict.verdict === 'inconclusive') return { operations, order: null }
  const { operations: known, operation, claim, order } = verdict.prefix
  return { operations: known.map((one, number) => (number === operation ? claim : one)), order }
}

/**
 * What a read of null means. Where the register can hold null, because it does at first or somebody writes it, null was
 * read. Elsewhere null is what Jepsen's clients note when they don't know, and fits every state, as in Knossos.
 */
function withNullsRead(object: ObjectHistory, kind: ObjectKind, initial: unknown): ObjectHistory {
  const isRead = ({ f }: { readonly f: string }): boolean => f === 'read' || f === 'get'
  if (!Object.hasOwn(kind.operations, 'read') || initial === undefined || initial === null) return object
  const holdsNull = object.operations.some((operation) => {
    const { f, value } = operation
    return f === 'cas' ? (value as readonly unknown[])[1] === null : !isRead(operation) && value === null
  })
  if (holdsNull) return object
  return {
    key: object.key,
    operations: object.operations.map((operation) =>
      isRead(operation) && operation.value === null ? { ...operation, value: undefined } : operation,
    ),
  }
}

function failureOf(
  key: unknown,
  prefix: BadPrefix,
  events: readonly HistoryEvent[],
  othersKnown: boolean,
): Failure {
  const processes = [...new Set(prefix.operations.map(({ process }) => process))]
  const own = prefix.operations.map((operation, number) =>
    number === prefix.operation ? { operation: prefix.claim, number } : { operation, number },
  )
  return {
    key,
    line: events[prefix.end]!.line,
    prefix: { ...prefix, shortest: prefix.shortest && othersKnown },
    processes: processes.map((process) => {
      const ofProcess = own.filter(({ operation }) => operation.process === process)
      const last = ofProcess.findLast(({ operation }) => operation.returned !== null) ?? null
      return {
        process,
        last: last?.operation ?? null,
        waiting: ofProcess
          .filter(({ operation }) => operation.returned === null)
          .map(({ operation, number }) => ({ operation, inOrder: prefix.order.includes(number) })),
        unexplained: last?.number === prefix.operation,
      }
    }),
  }
}
