/**
 * A deliberately simple judge of histories, to hold the checker against: it tries every order of the operations, with
 * and without each whose outcome is unknown, and knows no short cut. It has its own idea of what each object does.
 */
import type { TimedOperation } from '../linearizability/models.ts'

/** The kinds of object that it knows; a `kv` here is one key of it. */
export type SimpleKind = 'register' | 'cas-register' | 'mutex' | 'queue' | 'unordered-queue' | 'kv'

/** What each kind of object holds when it is new. */
const NEW: { readonly [kind in SimpleKind]: unknown } = {
  register: null,
  'cas-register': null,
  mutex: 'free',
  queue: [],
  'unordered-queue': [],
  kv: null,
}

/** Is there an order that explains the operations? Takes time in the factorial of their number. */
export function simplyLinearizable(kind: SimpleKind, operations: readonly TimedOperation[]): boolean {
  return explainable(kind, NEW[kind], operations)
}

/**
 * The number of the event with which the shortest prefix ends that no order explains; null where there is none.
 * Looks at one prefix after the other.
 */
export function simplyFirstBadEvent(kind: SimpleKind, operations: readonly TimedOperation[]): number | null {
  const ends = operations.flatMap(({ returned }) => returned ?? []).sort((one, other) => one - other)
  const bad = ends.find((end) => {
    const known = operations
      .filter(({ invoked }) => invoked <= end)
      .map((operation) =>
        operation.returned !== null && operation.returned > end
          ? {
              ...operation.call,
              process: 0,
              call: operation.call,
              invoked: operation.invoked,
              returned: null,
            }
          : operation,
      )
    return !simplyLinearizable(kind, known)
  })
  return bad ?? null
}

function explainable(kind: SimpleKind, state: unknown, rest: readonly TimedOperation[]): boolean {
  if (rest.every(({ returned }) => returned === null)) return true
  return rest.some((operation) => {
    const others = rest.filter((other) => other !== operation)
    const tooEarly = others.some(({ returned }) => returned !== null && returned < operation.invoked)
    if (tooEarly) return false
    return after(kind, state, operation).some((next) => explainable(kind, next, others))
  })
}

/** Every state that the operation can leave behind. */
function after(kind: SimpleKind, state: unknown, { f, value }: TimedOperation): unknown[] {
  const equal = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)
  const items = state as unknown[]
  switch (f) {
    case 'read':
      return value === undefined || equal(state, value) ? [state] : []
    case 'get':
      return value === undefined || equal(state, value) || (state === null && value === '') ? [state] : []
    case 'write':
    case 'put':
      return [value]
    case 'append':
      return [String(state ?? '') + String(value)]
    case 'cas':
      return equal(state, (value as unknown[])[0]) ? [(value as unknown[])[1]] : []
    case 'acquire':
      return state === 'free' ? ['held'] : []
    case 'release':
      return state === 'held' ? ['free'] : []
    case 'enqueue':
      return [[...items, value]]
    case 'dequeue': {
      if (value === null || (value === undefined && items.length === 0))
        return items.length === 0 ? [items] : []
      const reachable = kind === 'queue' ? items.slice(0, 1) : items
      return reachable.flatMap((item, index) =>
        value === undefined || equal(item, value) ? [items.filter((_, other) => other !== index)] : [],
      )
    }
    default:
      throw new Error(`unknown operation ${f}`)
  }
}
