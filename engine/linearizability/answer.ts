/**
 * The answer about a recorded history, in words and as an object. The words come from a dictionary; here is only what
 * is said and in which order.
 */
import type { Parameters } from '../fault.ts'
import { canonical } from '../plain.ts'
import { type Dictionary, put } from '../text/words.ts'
import type { HistoryBounds } from './check.ts'
import type { Operation, TimedOperation } from './models.ts'
import type { Failure, RecordedAnswer } from './recorded.ts'

/** How much of a long order is shown in words. */
const ORDER_MAX = 12
/** How many states are shown in words. */
const STATES_MAX = 4

/** What a process says that it did, and what it calls what it is still waiting for. */
const DID: { readonly [f: string]: readonly [did: string, call: string] } = {
  read: ['history.did-read', 'history.call-read'],
  get: ['history.did-read', 'history.call-read'],
  write: ['history.did-write', 'history.call-write'],
  put: ['history.did-write', 'history.call-write'],
  cas: ['history.did-cas', 'history.call-cas'],
  append: ['history.did-append', 'history.call-append'],
  acquire: ['history.did-acquire', 'history.call-acquire'],
  release: ['history.did-release', 'history.call-release'],
  enqueue: ['history.did-enqueue', 'history.call-enqueue'],
  dequeue: ['history.did-dequeue', 'history.call-dequeue'],
}

/** Puts what was found into sentences, line by line. */
export class HistoryWords {
  readonly #answer: RecordedAnswer
  readonly #object: string
  readonly #dictionary: Dictionary
  readonly #bounds: HistoryBounds

  /** @param object the kind of object, by its name on the command line */
  constructor(answer: RecordedAnswer, object: string, dictionary: Dictionary, bounds: HistoryBounds) {
    this.#answer = answer
    this.#object = object
    this.#dictionary = dictionary
    this.#bounds = bounds
  }

  /** Everything, as paragraphs for a terminal. */
  text(): string {
    const { failure, open, objects } = this.#answer
    const lines = [this.verdict()]
    if (open.length > 0 && objects > 1) {
      lines.push(this.#say('history.open-keys', { keys: open.map(({ key }) => show(key)) }))
    }
    if (failure) lines.push(...this.#failureLines(failure))
    return lines.join('\n')
  }

  /** The first sentence. */
  verdict(): string {
    const { verdict, operations, events, open, failure } = this.#answer
    if (verdict === 'linearizable') {
      return this.#say('history.linearizable', { operations, events: events.length })
    }
    if (failure === null) {
      const code = open[0]?.hit === 'characters' ? 'history.inconclusive-memory' : 'history.inconclusive'
      return this.#say(code, { configurationsMax: this.#bounds.configurationsMax })
    }
    const code = failure.prefix.shortest ? 'history.not-linearizable' : 'history.not-linearizable-long'
    return this.#say(code, { count: failure.prefix.end + 1, line: String(failure.line) })
  }

  /** Everything as plain data: the answer to `--json`. */
  json(): unknown {
    const { verdict, events, operations, objects, configurations, open, failure } = this.#answer
    return {
      model: this.#object,
      verdict,
      message: this.verdict(),
      events: events.length,
      operations,
      objects,
      configurations,
      configurationsMax: this.#bounds.configurationsMax,
      undecided: open,
      failure: failure && this.#failureData(failure),
    }
  }

  #failureData({ key, line, prefix, processes }: Failure): unknown {
    const data = (operation: TimedOperation) => ({
      process: operation.process,
      f: operation.f,
      value: operation.value,
      lines: this.#linesOf(operation),
    })
    return {
      key,
      line,
      events: prefix.end + 1,
      shortest: prefix.shortest,
      unexplained: data(prefix.claim),
      order: prefix.order.map((number) => data(prefix.operations[number]!)),
      states: prefix.states.map((state) => (isAbsent(state) ? null : state)),
      statesComplete: prefix.complete,
      processes: processes.map(({ process, last, waiting, unexplained }) => ({
        process,
        last: last && data(last),
        waiting: waiting.map(({ operation, inOrder }) => ({ ...data(operation), inOrder })),
        unexplained,
      })),
    }
  }

  #failureLines({ key, prefix, processes }: Failure): string[] {
    const { operations, order, states, claim } = prefix
    const lines: string[] = []
    if (key !== undefined) lines.push(this.#say('history.of-key', { key: show(key) }))
    lines.push('', this.#say('history.unexplained', this.#about(claim)))
    if (prefix.complete && states.length > 0) {
      lines.push(this.#say('history.states', { states: this.#states(states) }))
    }
    lines.push('', this.#say('history.order'))
    const numbered = order.map((number) => operations[number]!)
    if (numbered.length === 0) lines.push(`  ${this.#say('history.nothing')}`)
    if (numbered.length > ORDER_MAX) {
      lines.push(`  ${this.#say('history.order-left-out', { count: numbered.length - ORDER_MAX })}`)
    }
    for (const placed of numbered.slice(-ORDER_MAX)) {
      const { process, lines: where } = this.#about(placed)
      lines.push(`  ${this.#did(placed)}  (${this.#say('history.by', { process })}, ${where})`)
    }
    lines.push(...this.#stateAfter(prefix))
    lines.push('', this.#say('history.beliefs'))
    for (const { last, waiting, unexplained, process } of processes) {
      const knows = last
        ? this.#say(unexplained ? 'history.knows-this' : 'history.knows', this.#about(last))
        : this.#say('history.knows-nothing', { process: String(process) })
      const waits = waiting.map(({ operation: call, inOrder }) =>
        this.#say(inOrder ? 'history.waits-in' : 'history.waits-out', {
          call: this.#call(call),
          line: String(this.#linesOf(call)[0]),
        }),
      )
      lines.push(`  ${[knows, ...waits].join(' ')}`)
    }
    return lines
  }

  #stateAfter({ states, complete }: Failure['prefix']): string[] {
    // With several states it isn't the order that says which one it is.
    if (states.length !== 1 || complete) return []
    return [this.#say('history.after', { state: this.#state(states[0]) })]
  }

  #about(operation: TimedOperation): { process: string; did: string; lines: string } {
    const [from, to] = this.#linesOf(operation)
    return {
      process: String(operation.process),
      did: this.#did(operation),
      lines:
        to === undefined
          ? this.#say('history.line', { line: String(from) })
          : this.#say('history.lines', { from: String(from), to: String(to) }),
    }
  }

  #linesOf({ invoked, returned }: TimedOperation): number[] {
    const { events } = this.#answer
    const lineOf = (event: number): number => events[event]!.line
    return returned === null ? [lineOf(invoked)] : [lineOf(invoked), lineOf(returned)]
  }

  #did(operation: Operation): string {
    const { f, value } = operation
    if (f === 'dequeue' && value === null) return this.#say('history.did-empty')
    return this.#say(DID[f]![0], this.#values(operation))
  }

  #call(operation: Operation): string {
    return this.#say(DID[operation.f]![1], this.#values(operation))
  }

  #values({ f, value }: Operation): Parameters {
    if (f === 'cas') {
      const [expected, next] = value as readonly unknown[]
      return { expected: show(expected), value: show(next) }
    }
    return { value: value === undefined ? this.#say('history.anything') : show(value) }
  }

  #states(states: readonly unknown[]): string {
    const shown = states.slice(0, STATES_MAX)
    const held = shown.map(show).join(this.#say('history.or'))
    const list = this.#object.endsWith('register')
      ? this.#say('history.state-register', { state: held })
      : shown.map((state) => this.#state(state)).join(this.#say('history.or'))
    const count = states.length - shown.length
    return count > 0 ? this.#say('history.more-states', { states: list, count }) : list
  }

  #state(state: unknown): string {
    switch (this.#object) {
      case 'mutex':
        return this.#say(state === true ? 'history.state-held' : 'history.state-free')
      case 'queue':
      case 'unordered-queue': {
        const items = state as readonly unknown[]
        if (items.length === 0) return this.#say('history.state-empty')
        return this.#say('history.state-queue', { state: items.map(show) })
      }
      case 'kv':
        return isAbsent(state)
          ? this.#say('history.state-absent')
          : this.#say('history.state-key', { state: show(state) })
      default:
        return this.#say('history.state-register', { state: show(state) })
    }
  }

  #say(code: string, parameters: Parameters = {}): string {
    return put(this.#dictionary, code, parameters)
  }
}

/** A key of a map to which nothing was written yet. */
function isAbsent(state: unknown): boolean {
  return typeof state === 'object' && state !== null && 'absent' in state
}

const SHOWN_MAX = 80

function show(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : canonical(value, 'value')
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX - 1)}…` : text
}
