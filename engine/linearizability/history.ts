/**
 * Recorded histories: text in the shape that Jepsen writes, as events, and as the operations that a model can judge.
 * Reference: jepsen-io/knossos, README and `knossos.history`; jepsen.independent for values that carry a key.
 */
import { fail } from '../fault.ts'
import { canonical } from '../plain.ts'
import type { Operation, TimedOperation } from './models.ts'
import type { Carries, ObjectKind } from './objects.ts'

/** One event of a process: it invokes an operation, or hears what came of it. */
export interface HistoryEvent {
  readonly process: string | number
  /** `ok`: it took effect. `fail`: it did not happen. `info`: nobody knows. */
  readonly type: 'invoke' | 'ok' | 'fail' | 'info'
  readonly f: string
  /** Undefined where the event has none. */
  readonly value: unknown
  /** Undefined where the event has none. */
  readonly key: unknown
  /** Where it stands in the text, counted from 1. */
  readonly line: number
}

/** The history of one object: the whole history, or what concerns one key. */
export interface ObjectHistory {
  /** Undefined where there is but one object. */
  readonly key: unknown
  /** In the order in which they were invoked; `invoked` and `returned` are numbers of events, from 0. */
  readonly operations: readonly TimedOperation[]
}

const TYPES = ['invoke', 'ok', 'fail', 'info'] as const

/**
 * The events of a text: one JSON object a line, or one JSON list of them. Blank lines and events of the nemesis are left
 * out, and so are all fields but `process`, `type`, `f`, `value` and `key`.
 * @throws Fault `history-…` with the `line` of the first event that can't be read
 */
export function readHistory(text: string): HistoryEvent[] {
  const content = text.replace(/^\uFEFF/, '')
  const entries = /^\s*\[/.test(content) ? entriesOfList(content) : entriesOfLines(content)
  const events: HistoryEvent[] = []
  for (const { entry, line } of entries) {
    const event = eventOf(entry, line)
    if (event !== null) events.push(event)
  }
  return events
}

interface Entry {
  readonly entry: unknown
  readonly line: number
}

function* entriesOfLines(text: string): Generator<Entry> {
  let line = 0
  for (const content of text.split(/\r\n|\n|\r/)) {
    line++
    if (content.trim() !== '') yield { entry: parsed(content, line), line }
  }
}

function parsed(text: string, line: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return fail('history-not-json', { line, text: shortened(text.trim()) })
  }
}

/** The entries of a JSON list with the lines on which they begin. */
function entriesOfList(text: string): Entry[] {
  const starts = startsOfEntries(text)
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch {
    // The first entry that can't be read alone says where; a list that breaks off has none.
    for (const { from, to, line } of starts) parsed(text.slice(from, to), line)
    return fail('history-not-json', { line: text.trimEnd().split('\n').length, text: shortened(text.trim()) })
  }
  return (list as unknown[]).map((entry, index) => ({ entry, line: starts[index]!.line }))
}

/** Where the entries of a JSON list stand: from, to, and the line of their first character. */
function startsOfEntries(text: string): { from: number; to: number; line: number }[] {
  const starts: { from: number; to: number; line: number }[] = []
  let line = 1
  let depth = 0
  let open: { from: number; line: number } | null = null
  const close = (to: number): void => {
    if (open !== null) starts.push({ ...open, to })
    open = null
  }
  for (let index = 0; index < text.length; index++) {
    const character = text[index]!
    if (character === '\n') line++
    const space = /\s/.test(character)
    if (depth === 1 && (character === ',' || character === ']')) close(index)
    else if (depth === 1 && !space) open ??= { from: index, line }
    if (character === '"') {
      while (++index < text.length && text[index] !== '"') if (text[index] === '\\') index++
    } else if (character === '[' || character === '{') depth++
    else if (character === ']' || character === '}') depth--
  }
  close(text.length)
  return starts
}

function eventOf(entry: unknown, line: number): HistoryEvent | null {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
    return fail('history-not-object', { line, text: shortened(JSON.stringify(entry)) })
  }
  const { process, type, f, value, key } = entry as Record<string, unknown>
  if (process === 'nemesis' || process === ':nemesis') return null
  if (typeof process !== 'string' && !Number.isSafeInteger(process)) {
    return fail('history-no-process', { line })
  }
  if (!TYPES.includes(type as HistoryEvent['type'])) {
    return fail('history-unknown-type', { line, text: shortened(JSON.stringify(type) ?? 'nothing') })
  }
  // What an event of unknown outcome says about it is for people: `:timed-out`, a crash.
  if (type !== 'info' && typeof f !== 'string') return fail('history-no-operation', { line })
  for (const part of [value, key]) checkValue(part, line)
  return {
    process: process as string | number,
    type: type as HistoryEvent['type'],
    f: String(f),
    value,
    key,
    line,
  }
}

/** Refuses numbers that JSON can write and JavaScript would round: two of them might be taken for one. */
function checkValue(value: unknown, line: number, depth = 0): void {
  if (depth > DEPTH_MAX) return fail('history-too-deep', { line, limit: DEPTH_MAX })
  if (
    typeof value === 'number' &&
    !Number.isSafeInteger(value) &&
    (Number.isInteger(value) || !isFinite(value))
  ) {
    return fail('history-large-number', { line, text: String(value) })
  }
  if (typeof value === 'string' && value.length > TEXT_MAX)
    return fail('history-too-long', { line, limit: TEXT_MAX })
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) checkValue(part, line, depth + 1)
  }
}

const DEPTH_MAX = 50
const TEXT_MAX = 50_000

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

/** An operation that is under way. */
interface Open {
  readonly event: HistoryEvent
  readonly number: number
  readonly key: unknown
  readonly call: Operation
}

/**
 * The operations of a history, object by object in the order in which they first appear.
 *
 * What an event says that ends an operation holds: the value of an `ok` replaces that of its `invoke`, as in Knossos,
 * unless it is absent, or null for what takes an argument. A read that is `ok` without a value may have seen anything.
 * What `fail`s is left out. What ends in `info` or not at all has an unknown outcome, and its process may go on.
 * @throws Fault `history-…` with the `line` of the first event that doesn't fit
 */
export function objectsOf(events: readonly HistoryEvent[], kind: ObjectKind): ObjectHistory[] {
  const open = new Map<string | number, Open>()
  const objects = new Map<string, { key: unknown; operations: TimedOperation[] }>()
  if (!kind.keyed) objects.set('', { key: undefined, operations: [] })
  const add = (operation: Open, returned: number | null, known: Operation): void => {
    const { event, number, key, call } = operation
    const text = key === undefined ? '' : canonical(key, 'key')
    const object = objects.get(text) ?? { key, operations: [] }
    objects.set(text, object)
    object.operations.push({ ...known, process: event.process, invoked: number, returned, call })
  }
  events.forEach((event, number) => {
    const { process, line } = event
    const current = open.get(process)
    if (event.type === 'invoke') {
      if (current)
        return fail('history-two-open', { line, process, f: current.event.f, since: current.event.line })
      open.set(process, { event, number, ...begun(event, kind) })
      return
    }
    if (!current) {
      // Jepsen lets any process note something at any time.
      if (event.type === 'info') return
      return fail('history-not-invoked', { line, process, type: event.type })
    }
    open.delete(process)
    if (event.type === 'info') return add(current, null, current.call)
    if (event.f !== current.event.f) {
      return fail('history-other-operation', {
        line,
        process,
        f: event.f,
        invoked: current.event.f,
        since: current.event.line,
      })
    }
    if (event.type !== 'ok') return
    const known = ended(event, current, kind)
    // What an operation was given was known when it was invoked, even where only its end says so.
    add(kind.operations[event.f] === 'result' ? current : { ...current, call: known }, number, known)
  })
  for (const current of open.values()) add(current, null, current.call)
  for (const { operations } of objects.values()) operations.sort((one, other) => one.invoked - other.invoked)
  return [...objects.values()]
}

/** The call of an `invoke`, and the key that it is about. */
function begun(event: HistoryEvent, kind: ObjectKind): { key: unknown; call: Operation } {
  const { f, line } = event
  if (!Object.hasOwn(kind.operations, f)) {
    return fail('history-unknown-operation', { line, f, operations: Object.keys(kind.operations) })
  }
  const carries = kind.operations[f]!
  let { key, value } = event
  if (kind.keyed && key === undefined) {
    if (!Array.isArray(value) || value.length !== 2) return fail('history-no-key', { line, f })
    ;[key, value] = value as [unknown, unknown]
  }
  if (!kind.keyed) key = undefined
  return {
    key,
    call:
      carries === 'result' || carries === 'nothing' ? { f } : { f, value: argument(value, event, carries) },
  }
}

/** An argument that has the shape that its operation wants. */
function argument(value: unknown, { f, line }: HistoryEvent, carries: Carries): unknown {
  if (value === undefined) return fail('history-no-value', { line, f })
  if (carries === 'pair' && (!Array.isArray(value) || value.length !== 2)) {
    return fail('history-not-pair', { line, f })
  }
  if (carries === 'text' && typeof value !== 'string') return fail('history-not-text', { line, f })
  if (carries === 'item' && value === null) return fail('history-null-item', { line, f })
  return value
}

/** What is known of an operation that took effect. */
function ended(event: HistoryEvent, { event: invoke, key, call }: Open, kind: ObjectKind): Operation {
  const { f, line } = event
  const carries = kind.operations[f]!
  if (carries === 'nothing') return call
  let { value } = event
  if (
    kind.keyed &&
    invoke.key === undefined &&
    value !== undefined &&
    value !== null &&
    event.key === undefined
  ) {
    if (!Array.isArray(value) || value.length !== 2) return fail('history-no-key', { line, f })
    if (canonical(value[0], 'key') !== canonical(key, 'key'))
      return fail('history-other-key', { line, f, since: invoke.line })
    value = value[1]
  } else if (kind.keyed && event.key !== undefined) {
    if (canonical(event.key, 'key') !== canonical(key, 'key'))
      return fail('history-other-key', { line, f, since: invoke.line })
  } else if (kind.keyed && invoke.key === undefined) value = undefined
  if (carries === 'result') return { f, value }
  return value === undefined || value === null ? call : { f, value: argument(value, event, carries) }
}
