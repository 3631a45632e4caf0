/**
 * The history of a run as a value, for models that are explored: what was invoked, what returned, and which of it came
 * before which. It stands in a state as a history variable, and is kept as small as the question allows: two runs in
 * which the same operations overlapped in the same way have equal histories, whatever else happened in between.
 * Reference: Stateright, `LinearizabilityTester` (src/semantics/linearizability.rs), whose information it keeps.
 */
import { canonical } from '../plain.ts'
import { checkHistory } from './check.ts'
import type { Operation, SequentialModel, TimedOperation } from './models.ts'

/** For other clients, how many of their operations had returned; those of which none had are left out. */
export type Before = { readonly [client: string]: number }

/** An operation of a client, and what had returned when it was invoked. */
export interface Recorded extends Operation {
  readonly before: Before
}

/** Plain data: equal histories have equal canonical texts. Clients that have done nothing are not in it. */
export interface History {
  /** The operations of each client that have returned, in order. */
  readonly returned: { readonly [client: string]: readonly Recorded[] }
  /**
   * The operation of each client that is under way; and those of which it will never hear whether they took effect, each as if a client
   * of its own, named after its client and its number, had it under way for ever.
   */
  readonly open: { readonly [client: string]: Recorded }
  /** How many operations of a client have ended without a result: they failed, or what became of them is not known. Left out: none. */
  readonly without?: { readonly [client: string]: number }
}

/** The history in which nothing has happened yet. */
export const NO_HISTORY: History = { returned: {}, open: {} }

/**
 * The history after a client has invoked an operation, without its result.
 * @throws Error when the client has one under way: that is a fault of the model
 */
export function invoked(history: History, client: string, operation: Operation): History {
  if (Object.hasOwn(history.open, client)) throw new Error(`${client} already has an operation under way`)
  const before: Record<string, number> = {}
  for (const [other, { length }] of Object.entries(history.returned))
    if (other !== client) before[other] = length
  return { ...history, open: { ...history.open, [client]: { ...operation, before } } }
}

/**
 * The history after the operation that a client has under way has returned.
 * @param result what came out; left out where nothing does
 * @throws Error when the client has none under way: that is a fault of the model
 */
export function returned(history: History, client: string, result?: unknown): History {
  const { [client]: ended, ...open } = history.open
  if (ended === undefined) throw new Error(`${client} has no operation under way`)
  const known = result === undefined ? ended : { ...ended, value: result }
  const own = history.returned[client] ?? []
  return { ...history, returned: { ...history.returned, [client]: [...own, known] }, open }
}

/** How many operations of a client have ended, one way or the other. */
export function endedOf({ returned, without }: History, client: string): number {
  return (returned[client]?.length ?? 0) + (without?.[client] ?? 0)
}

/**
 * The history after a client has heard that its operation has had no effect and never will: it is as if it had not been invoked.
 * @throws Error when the client has none under way: that is a fault of the model
 */
export function failed(history: History, client: string): History {
  return withoutResult(history, client).history
}

/**
 * The history after a client has given up to hear of its operation: it may have taken effect, or may yet, and the client may invoke another.
 * @throws Error when the client has none under way: that is a fault of the model
 */
export function givenUp(history: History, client: string): History {
  const { history: rest, ended } = withoutResult(history, client)
  const own = history.returned[client]?.length ?? 0
  const before = own === 0 ? ended.before : { ...ended.before, [client]: own }
  return { ...rest, open: { ...rest.open, [`${client}/${endedOf(rest, client)}`]: { ...ended, before } } }
}

/** The client whose operation stands under a name in `History.open`. */
export function clientOf(name: string): string {
  return name.split('/')[0]!
}

function withoutResult(history: History, client: string): { history: History; ended: Recorded } {
  const { [client]: ended, ...open } = history.open
  if (ended === undefined) throw new Error(`${client} has no operation under way`)
  const without = { ...history.without, [client]: (history.without?.[client] ?? 0) + 1 }
  return { history: { ...history, open, without }, ended }
}

/** A history as a check takes it: with a place for each event that keeps all that is known of their order. */
export function operationsOf(history: History): TimedOperation[] {
  const clients = [...new Set([...Object.keys(history.returned), ...Object.keys(history.open)])].sort()
  const rows = clients.map((client) => {
    const open = history.open[client]
    const done = history.returned[client] ?? []
    return { client, done: done.length, all: open ? [...done, open] : done, begun: 0, ended: 0 }
  })
  const invokedAt = new Map<Recorded, number>()
  const returnedAt = new Map<Recorded, number>()
  // An operation is invoked once all that came before it has returned, and before anything else that returns.
  const mayBegin = (row: (typeof rows)[number]): boolean => {
    const next = row.all[row.begun]
    if (next === undefined || row.begun > row.ended) return false
    return rows.every((other) => other === row || other.ended >= (next.before[other.client] ?? 0))
  }
  const mayEnd = (row: (typeof rows)[number]): boolean =>
    row.begun > row.ended &&
    row.ended < row.done &&
    rows.every((other) => {
      const waiting = other.all[other.begun]
      return other === row || waiting === undefined || (waiting.before[row.client] ?? 0) > row.ended
    })
  for (let event = 0; ; event++) {
    const beginning = rows.find(mayBegin)
    const ending = beginning ? undefined : rows.find(mayEnd)
    if (beginning) invokedAt.set(beginning.all[beginning.begun++]!, event)
    else if (ending) returnedAt.set(ending.all[ending.ended++]!, event)
    else break
  }
  return rows
    .flatMap(({ client, all }) =>
      all.map((operation): TimedOperation => {
        const { before: _, ...known } = operation
        const at = invokedAt.get(operation)!
        return {
          ...known,
          process: client,
          invoked: at,
          returned: returnedAt.get(operation) ?? null,
          call: known,
        }
      }),
    )
    .sort((one, other) => one.invoked - other.invoked)
}

/** More than a history that is kept small can ever need. */
const CONFIGURATIONS_MAX = 1_000_000

/**
 * A judge of the histories of one explored model. It remembers what it said of each, since the same history stands in
 * many states.
 * @throws Error for a history that is too large to be judged: keep it small
 */
export function judgeOf(model: SequentialModel): (history: History) => boolean {
  const known = new WeakMap<History, boolean>()
  const byText = new Map<string, boolean>()
  return (history) => {
    const seen = known.get(history)
    if (seen !== undefined) return seen
    const text = canonical(history, 'history')
    let answer = byText.get(text)
    if (answer === undefined) {
      const bounds = { configurationsMax: CONFIGURATIONS_MAX }
      const { verdict } = checkHistory(operationsOf(history), model, bounds)
      if (verdict === 'inconclusive') throw new Error('the history is too large to be judged')
      answer = verdict === 'linearizable'
      byText.set(text, answer)
    }
    known.set(history, answer)
    return answer
  }
}
