/**
 * Random histories of objects, for tests: processes that use one atomic object at random times, so that the history is
 * linearizable by construction; and the same spoilt a little, so that it may not be.
 */
import type { Random } from '../random.ts'
import type { SimpleKind } from './simple-linearizability.ts'

/** One line of a history as Jepsen writes it. */
export interface HistoryLine {
  readonly process: number
  readonly type: 'invoke' | 'ok' | 'fail' | 'info'
  readonly f: string
  readonly value?: unknown
}

export interface Shape {
  readonly operations: number
  readonly processes: number
  /** How many different values there are; for queues 0 stands for a new one each time. */
  readonly values: number
  /** Out of a hundred operations, how many have an unknown outcome, and how many fail. */
  readonly infos: number
  readonly fails: number
}

interface Running {
  readonly process: number
  readonly f: string
  readonly argument: unknown
  /** What came of it: undefined while it hasn't taken effect. */
  result: { readonly ok: boolean; readonly value: unknown } | undefined
}

/** A history that is linearizable: each operation takes effect at one moment between its two events. */
export function rightHistory(kind: SimpleKind, shape: Shape, random: Random): HistoryLine[] {
  const lines: HistoryLine[] = []
  const object = new AtomicObject()
  const running: Running[] = []
  let begun = 0
  let nextProcess = shape.processes
  let fresh = 0
  const idle = Array.from({ length: shape.processes }, (_, process) => process)
  const newValue = (): unknown => (shape.values === 0 ? ++fresh : random.below(shape.values))
  while (begun < shape.operations || running.length > 0) {
    if (begun < shape.operations && idle.length > 0 && random.below(2) === 0) {
      const process = idle.splice(random.below(idle.length), 1)[0]!
      const { f, argument } = callOf(kind, random, newValue)
      running.push({ process, f, argument, result: undefined })
      lines.push({ process, type: 'invoke', f, value: argument })
      begun++
    } else if (running.length > 0) {
      const index = random.below(running.length)
      const operation = running[index]!
      const chance = random.below(100)
      if (operation.result === undefined && chance < shape.infos) {
        // It may still take effect later: it stays in the object's queue of things to do.
        if (random.below(2) === 0) object.later.push(operation)
        end(index, { type: 'info', value: operation.argument })
      } else if (operation.result === undefined && chance < shape.infos + shape.fails) {
        end(index, { type: 'fail', value: operation.argument })
      } else if (operation.result === undefined) {
        operation.result = object.apply(kind, operation)
      } else if (chance < shape.infos) {
        end(index, { type: 'info', value: operation.argument })
      } else {
        const { ok, value } = operation.result
        end(index, { type: ok ? 'ok' : 'fail', value })
      }
    }
    if (object.later.length > 0 && random.below(4) === 0) {
      object.apply(kind, object.later.splice(random.below(object.later.length), 1)[0]!)
    }
  }
  return lines

  function end(index: number, { type, value }: { type: HistoryLine['type']; value: unknown }): void {
    const [{ process, f }] = running.splice(index, 1) as [Running]
    lines.push({ process, type, f, value })
    idle.push(type === 'info' ? nextProcess++ : process)
  }
}

function callOf(kind: SimpleKind, random: Random, value: () => unknown): { f: string; argument: unknown } {
  switch (kind) {
    case 'mutex':
      return { f: random.below(2) === 0 ? 'acquire' : 'release', argument: null }
    case 'queue':
    case 'unordered-queue':
      return random.below(2) === 0 ? { f: 'enqueue', argument: value() } : { f: 'dequeue', argument: null }
    case 'kv': {
      const letter = (): string => String.fromCharCode(97 + Number(value()))
      const f = ['get', 'read', 'append', 'append', 'put'][random.below(5)]!
      return { f, argument: f === 'get' || f === 'read' ? null : letter() }
    }
    default: {
      const f = ['read', 'write', 'cas'][random.below(kind === 'register' ? 2 : 3)]!
      const argument = f === 'read' ? null : f === 'write' ? value() : [value(), value()]
      return { f, argument }
    }
  }
}

/** An object that does what it is asked at once. */
class AtomicObject {
  /** Operations of unknown outcome that have yet to take effect. */
  readonly later: Running[] = []
  #value: unknown = null
  #held = false
  #items: unknown[] = []

  apply(kind: SimpleKind, { f, argument }: Running): { ok: boolean; value: unknown } {
    const done = (value: unknown): { ok: true; value: unknown } => ({ ok: true, value })
    switch (f) {
      case 'read':
      case 'get':
        return done(this.#value)
      case 'write':
      case 'put':
        this.#value = argument
        return done(argument)
      case 'append':
        this.#value = String(this.#value ?? '') + String(argument)
        return done(argument)
      case 'cas': {
        const [expected, next] = argument as [unknown, unknown]
        if (this.#value !== expected) return { ok: false, value: argument }
        this.#value = next
        return done(argument)
      }
      case 'acquire':
      case 'release': {
        if (this.#held === (f === 'acquire')) return { ok: false, value: null }
        this.#held = f === 'acquire'
        return done(null)
      }
      case 'enqueue':
        this.#items.push(argument)
        return done(argument)
      default: {
        if (kind === 'queue') return done(this.#items.shift() ?? null)
        return done(this.#items.pop() ?? null)
      }
    }
  }
}

/** The history with one thing changed: a result, an outcome, or the place of an event. It stays readable. */
export function spoilt(history: readonly HistoryLine[], random: Random): HistoryLine[] {
  const lines = [...history]
  const ends = lines.flatMap(({ type }, index) => (type === 'invoke' ? [] : [index]))
  if (ends.length === 0) return lines
  const index = ends[random.below(ends.length)]!
  const line = lines[index]!
  switch (random.below(4)) {
    case 0: {
      // Another result: that of some other operation of the same kind.
      const others = lines.filter(({ type, f }) => type === 'ok' && f === line.f)
      const other = others[random.below(Math.max(others.length, 1))]
      if (other && line.type === 'ok') lines[index] = { ...line, value: other.value }
      return lines
    }
    case 1:
      // What took effect is said not to have, or the other way round.
      if (line.type !== 'info') lines[index] = { ...line, type: line.type === 'ok' ? 'fail' : 'ok' }
      return lines
    case 2: {
      // It returns at once.
      const start = lines.findLastIndex(
        ({ process, type }, place) => place < index && process === line.process && type === 'invoke',
      )
      lines.splice(index, 1)
      lines.splice(start + 1, 0, line)
      return lines
    }
    default: {
      // It is invoked only just before it returns.
      const start = lines.findLastIndex(
        ({ process, type }, place) => place < index && process === line.process && type === 'invoke',
      )
      const [invoke] = lines.splice(start, 1) as [HistoryLine]
      lines.splice(index - 1, 0, invoke)
      return lines
    }
  }
}

/** The history with some results left out, as by a client that doesn't write down what it got. */
export function unsaid(history: readonly HistoryLine[], random: Random): HistoryLine[] {
  return history.map((line) => {
    const { value: _, ...rest } = line
    const isResult = line.type === 'ok' && ['read', 'get', 'dequeue'].includes(line.f)
    return isResult && random.below(4) === 0 ? rest : line
  })
}

/** The text of a history, a line an event. */
export function textOfHistory(lines: readonly HistoryLine[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}
