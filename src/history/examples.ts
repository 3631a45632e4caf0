/** Histories to begin with. Each is small, and says one thing; a test holds each to its verdict. */

export interface HistoryExample {
  /** Its words are `history.example.<id>`. */
  readonly id: string
  /** The kind of object, by its name on the command line. */
  readonly kind: string
  readonly verdict: 'linearizable' | 'not-linearizable'
  readonly text: string
}

type Event = readonly [process: string, type: 'invoke' | 'ok' | 'fail' | 'info', f: string, value?: unknown]

const lines = (events: readonly Event[]): string =>
  events
    .map(([process, type, f, value]) =>
      JSON.stringify({ process, type, f, ...(value !== undefined && { value }) }),
    )
    .join('\n')

export const EXAMPLES: readonly HistoryExample[] = [
  {
    id: 'fits',
    kind: 'register',
    verdict: 'linearizable',
    text: lines([
      ['K1', 'invoke', 'write', 1],
      ['K2', 'invoke', 'read'],
      ['K2', 'ok', 'read', 1],
      ['K3', 'invoke', 'write', 2],
      ['K1', 'ok', 'write', 1],
      ['K2', 'invoke', 'read'],
      ['K3', 'ok', 'write', 2],
      ['K2', 'ok', 'read', 1],
      ['K1', 'invoke', 'read'],
      ['K1', 'ok', 'read', 2],
    ]),
  },
  {
    id: 'stale',
    kind: 'register',
    verdict: 'not-linearizable',
    text: lines([
      ['K1', 'invoke', 'write', 1],
      ['K1', 'ok', 'write', 1],
      ['K2', 'invoke', 'read'],
      ['K2', 'ok', 'read', 1],
      ['K1', 'invoke', 'write', 2],
      ['K3', 'invoke', 'read'],
      ['K3', 'ok', 'read', 2],
      ['K2', 'invoke', 'read'],
      ['K2', 'ok', 'read', 1],
      ['K1', 'ok', 'write', 2],
    ]),
  },
  {
    id: 'pending',
    kind: 'register',
    verdict: 'linearizable',
    text: lines([
      ['K1', 'invoke', 'write', 1],
      ['K1', 'info', 'write'],
      ['K2', 'invoke', 'read'],
      ['K2', 'ok', 'read', null],
      ['K3', 'invoke', 'write', 2],
      ['K3', 'fail', 'write', 2],
      ['K2', 'invoke', 'read'],
      ['K2', 'ok', 'read', 1],
    ]),
  },
  {
    id: 'lock',
    kind: 'mutex',
    verdict: 'not-linearizable',
    text: lines([
      ['A', 'invoke', 'acquire'],
      ['B', 'invoke', 'acquire'],
      ['A', 'ok', 'acquire'],
      ['A', 'invoke', 'release'],
      ['B', 'ok', 'acquire'],
      ['C', 'invoke', 'acquire'],
      ['A', 'ok', 'release'],
      ['C', 'ok', 'acquire'],
    ]),
  },
  {
    id: 'keys',
    kind: 'kv',
    verdict: 'not-linearizable',
    text: lines([
      ['K1', 'invoke', 'put', ['x', 'a']],
      ['K2', 'invoke', 'append', ['y', 'b']],
      ['K1', 'ok', 'put', ['x', 'a']],
      ['K2', 'ok', 'append', ['y', 'b']],
      ['K1', 'invoke', 'append', ['y', 'c']],
      ['K1', 'ok', 'append', ['y', 'c']],
      ['K2', 'invoke', 'get', ['x', null]],
      ['K2', 'ok', 'get', ['x', 'a']],
      ['K2', 'invoke', 'get', ['y', null]],
      ['K2', 'ok', 'get', ['y', 'cb']],
    ]),
  },
  {
    id: 'queue',
    kind: 'queue',
    verdict: 'linearizable',
    text: lines([
      ['A', 'invoke', 'enqueue', 'p'],
      ['B', 'invoke', 'enqueue', 'q'],
      ['A', 'ok', 'enqueue', 'p'],
      ['C', 'invoke', 'dequeue'],
      ['B', 'ok', 'enqueue', 'q'],
      ['C', 'ok', 'dequeue', 'q'],
      ['C', 'invoke', 'dequeue'],
      ['C', 'ok', 'dequeue', 'p'],
    ]),
  },
]
