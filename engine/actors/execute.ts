/**
 * Runs one handler of one node and gives back what it did: the new state and the effects in their order. Pure as
 * seen from outside: the same node, local state and event give the same result, or the handler is named as at fault.
 */
import type { Context, NodeId } from '../api.ts'
import { type Probe, isStackOverflow } from '../compile/probe.ts'
import { Fault, fail } from '../fault.ts'
import { canonical, copy } from '../plain.ts'
import type { System, SystemNode } from './system.ts'

/** What a node is at one moment, without its inbox. */
export interface Local {
  readonly up: boolean
  /** Null while the node is down. */
  readonly state: unknown
  /** What was last persisted, or null. */
  readonly disk: unknown
  /** Names of pending timers, sorted. */
  readonly timers: readonly string[]
  readonly history: unknown
}

/** What can happen to one node. */
export type Event =
  | { readonly kind: 'init' }
  | { readonly kind: 'restart' }
  | { readonly kind: 'message'; readonly from: NodeId; readonly type: string; readonly fields: unknown }
  | { readonly kind: 'timer'; readonly name: string }

/** One recorded call of the context; `line` is that of the call in the learner's file, 0 where unknown. */
export type Effect =
  | {
      readonly kind: 'send'
      readonly line: number
      readonly to: NodeId
      readonly type: string
      readonly fields: unknown
    }
  | { readonly kind: 'persist'; readonly line: number; readonly disk: unknown }
  | { readonly kind: 'setTimer'; readonly line: number; readonly name: string }
  | { readonly kind: 'cancelTimer'; readonly line: number; readonly name: string }

/** What a handler did. */
export interface Execution {
  readonly state: unknown
  readonly effects: readonly Effect[]
  /** Lines of the learner's file that ran, ascending; empty for the course's own nodes. */
  readonly lines: readonly number[]
}

/** The name of the handler of an event, as it stands in the file: `on.prepare`, `timers.election`, `init`. */
export function handlerName(event: Event): string {
  if (event.kind === 'message') return `on.${event.type}`
  return event.kind === 'timer' ? `timers.${event.name}` : event.kind
}

/**
 * Runs the handler of an event.
 * @throws Fault with the handler's name, the node and the line: `handler-threw`, `async-handler`, `endless-loop`,
 *   `endless-recursion`, `not-plain`, `too-large`, or what a wrong call of the context gives
 */
export function execute(system: System, node: SystemNode, local: Local, event: Event): Execution {
  const probe = node.probe ?? null
  const recorder = new Recorder(system, node, event, probe)
  const state = copy(local.state)
  probe?.begin()
  let result: unknown
  try {
    result = call(node, event, state, local.disk, recorder)
    recorder.close()
    if (probe?.exhausted) throw probe.exhausted
    if (isPromise(result)) {
      result.then(undefined, () => undefined)
      fail('async-handler')
    }
    const next = event.kind === 'init' || event.kind === 'restart' ? result : state
    if (typeof next !== 'object' || next === null)
      fail('state-not-object', { kind: next === null ? 'null' : typeof next })
    canonical(next, 'state')
    // A copy: the handler may have kept the object in a variable of its module, and go on changing it.
    return { state: copy(next), effects: recorder.effects, lines: probe?.lines ?? [] }
  } catch (error) {
    recorder.close()
    throw named(error, node, event, probe)
  }
}

function call(node: SystemNode, event: Event, state: unknown, disk: unknown, context: Recorder): unknown {
  const definition = node.definition
  switch (event.kind) {
    case 'init':
      return definition.init(context)
    case 'restart':
      return definition.restart ? definition.restart(copy(disk), context) : definition.init(context)
    case 'message':
      return definition.on[event.type]!(state, copy(event.fields), context)
    case 'timer':
      return definition.timers![event.name]!(state, context)
  }
}

/** Adds the node, the handler and the line to whatever a handler threw. */
function named(error: unknown, node: SystemNode, event: Event, probe: Probe | null): Fault {
  const line = probe?.line ?? 0
  const place = line > 0 ? { line, column: 1 } : null
  const where = { node: node.id, handler: handlerName(event) }
  if (error instanceof Fault)
    return new Fault(error.code, { ...where, ...error.parameters }, error.place ?? place)
  if (isStackOverflow(error)) return new Fault('endless-recursion', where, place)
  let message = 'unknown'
  try {
    message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  } catch {
    // An answer may throw a value that can't be put into words.
  }
  return new Fault('handler-threw', { ...where, message }, place)
}

function isPromise(value: unknown): value is Promise<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  )
}

/** The context of one call: records what the handler asks for and refuses what it may not do. */
class Recorder implements Context<Record<string, unknown>> {
  readonly effects: Effect[] = []
  readonly #system: System
  readonly #node: SystemNode
  readonly #event: Event
  readonly #probe: Probe | null
  #open = true

  constructor(system: System, node: SystemNode, event: Event, probe: Probe | null) {
    this.#system = system
    this.#node = node
    this.#event = event
    this.#probe = probe
    // Answers may take the context apart: `prepare(state, { n }, { reply, persist })`.
    for (const name of [
      'nodes',
      'send',
      'reply',
      'broadcast',
      'persist',
      'setTimer',
      'cancelTimer',
    ] as const) {
      Object.defineProperty(this, name, { value: this[name].bind(this) })
    }
  }

  close(): void {
    this.#open = false
  }

  get self(): NodeId {
    return this.#node.id
  }

  get from(): NodeId {
    return this.#event.kind === 'message' ? this.#event.from : this.#node.id
  }

  nodes(role: string): readonly NodeId[] {
    const nodes = this.#system.nodes.filter((node) => node.role === role).map((node) => node.id)
    if (nodes.length === 0)
      fail('unknown-role', {
        role: String(role),
        roles: [...new Set(this.#system.nodes.map((node) => node.role))],
      })
    return nodes
  }

  send(to: NodeId, type: string, fields: unknown): void {
    this.#ensureOpen('send')
    if (!this.#system.nodes.some((node) => node.id === to)) {
      fail('unknown-node', { to: String(to), nodes: this.#system.nodes.map((node) => node.id) })
    }
    const sends = this.#system.roles[this.#node.role]?.sends ?? {}
    const check = Object.hasOwn(sends, type) ? sends[type] : undefined
    if (!check)
      return fail('unknown-message', { type: String(type), role: this.#node.role, types: Object.keys(sends) })
    canonical(fields, `message ${type}`)
    const problem = check(fields)
    if (problem) fail('wrong-fields', { type, field: problem.field, expected: problem.expected })
    this.effects.push({ kind: 'send', line: this.#line, to, type, fields: copy(fields) })
  }

  reply(type: string, fields: unknown): void {
    if (this.#event.kind !== 'message') fail('reply-to-nobody')
    this.send(this.from, type, fields)
  }

  broadcast(role: string, type: string, fields: unknown): void {
    for (const to of this.nodes(role)) if (to !== this.self) this.send(to, type, fields)
  }

  persist(disk: unknown): void {
    this.#ensureOpen('persist')
    canonical(disk, 'disk')
    this.effects.push({ kind: 'persist', line: this.#line, disk: copy(disk) })
  }

  setTimer(name: string): void {
    this.#ensureOpen('setTimer')
    const timers = this.#node.definition.timers ?? {}
    if (!Object.hasOwn(timers, name))
      fail('unknown-timer', { name: String(name), timers: Object.keys(timers) })
    this.effects.push({ kind: 'setTimer', line: this.#line, name })
  }

  cancelTimer(name: string): void {
    this.#ensureOpen('cancelTimer')
    this.effects.push({ kind: 'cancelTimer', line: this.#line, name: String(name) })
  }

  get #line(): number {
    return this.#probe?.line ?? 0
  }

  #ensureOpen(call: string): void {
    if (!this.#open) fail('context-used-late', { call })
  }
}
