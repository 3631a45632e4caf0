/**
 * Behaviour: what each node does in each local state at each event, worked out once by running the handler and then
 * looked up. Every driver asks it, so that the explorer, a figure and a replay can't differ.
 */
import { fail } from '../fault.ts'
import { type ConsoleLine, SILENCE } from '../compile/console.ts'
import { canonical, freeze } from '../plain.ts'
import { cutsOf } from './cuts.ts'
import { type Effect, type Event, type Execution, type Local, type NodeClock, execute } from './execute.ts'
import { Repetition, textOf } from './repetition.ts'
import { observedOf } from './shown.ts'
import type { SentMessage, System } from './system.ts'
import { Interner, PairTable } from './tables.ts'

/** A message as its receiver's inbox holds it. */
export interface InboxMessage {
  readonly from: string
  readonly type: string
  readonly fields: unknown
}

/** A message that was sent: the number of its receiver among the nodes, and its number among messages. */
export interface Sending {
  readonly to: number
  readonly message: number
  /** The receiver has no handler for it. */
  readonly absorbed: boolean
  readonly line: number
}

/** What follows from one event at one node in one local state. */
export interface Outcome {
  /** The number of the local state after it. */
  readonly local: number
  readonly sendings: readonly Sending[]
  readonly effects: readonly Effect[]
  readonly lines: readonly number[]
  /** What it wrote to the console, where somebody hears it. */
  readonly output: readonly ConsoleLine[]
  /** How many of the recorded effects took effect: fewer than all where a crash came in between. */
  readonly performed: number
}

/** In place of what is left of a timer: it was set without a time, and when it is due is not decided yet. */
export const UNSET = -1

/** From so many characters on, the text of a state is kept: to write it anew would take longer than to look for it. */
const LONG_TEXT = 200

/** A handler is called once for each local state and event, so that most calls can be made twice. */
const REPEATED = { first: 4_000, interval: 16, later: 600 }

/** The interned local states and messages of a system, and the table of what its handlers do. */
export class Behaviour {
  readonly system: System
  readonly locals = new Interner<Local>()
  readonly messages = new Interner<InboxMessage>()
  /** Calls of handlers, repetitions not counted. */
  handlerCalls = 0
  /** Is what handlers write to the console kept? Only where a run is worked out for somebody to look at. */
  hears: boolean
  readonly #indexOf: ReadonlyMap<string, number>
  readonly #outcomes: Map<string, Outcome>[]
  /** Deliveries without a crash, which are asked for again and again: their numbers by local state and message. */
  readonly #delivered: PairTable[]
  readonly #deliveries: Outcome[] = []
  /** Canonical texts of states. */
  readonly #texts = new WeakMap<object, string>()
  readonly #repetition: Repetition
  readonly #crashing: ReadonlySet<string>
  readonly #beforeSends: ReadonlySet<string>

  /** @throws Fault `duplicate-node`, `undeclared-role` or `unknown-role` where the system contradicts itself */
  constructor(system: System, hears = false) {
    this.system = system
    this.hears = hears
    this.#indexOf = new Map(system.nodes.map((node, index) => [node.id, index]))
    this.#repetition = new Repetition(system, REPEATED)
    this.#outcomes = system.nodes.map(() => new Map())
    this.#delivered = system.nodes.map(() => new PairTable())
    this.#crashing = new Set(system.crashes?.roles ?? [])
    this.#beforeSends = new Set(system.crashes?.beforeSends ?? [])
    if (this.#indexOf.size !== system.nodes.length) fail('duplicate-node')
    const undeclared = system.nodes.find(({ role }) => !Object.hasOwn(system.roles, role))
    if (undeclared) fail('undeclared-role', { node: undeclared.id, role: undeclared.role })
    const played = new Set(system.nodes.map(({ role }) => role))
    // A misspelt role would never crash, and every check would pass for the wrong reason.
    for (const role of this.#crashing)
      if (!played.has(role)) fail('unknown-role', { role, roles: [...played] })
    for (const role of this.#beforeSends)
      if (!this.#crashing.has(role)) fail('unknown-role', { role, roles: [...this.#crashing] })
  }

  /** The number of a node. @throws Fault `unknown-node` */
  indexOf(id: string): number {
    return this.#indexOf.get(id) ?? fail('unknown-node', { to: id, nodes: [...this.#indexOf.keys()] })
  }

  /** May this node crash while the model is explored or simulated? */
  crashes(node: number): boolean {
    return this.#crashing.has(this.system.nodes[node]!.role)
  }

  /** Does the node have a handler for messages of this type? */
  handles(node: number, type: string): boolean {
    return Object.hasOwn(this.system.nodes[node]!.definition.on, type)
  }

  /** The number of a message. */
  message(from: string, type: string, fields: unknown): number {
    return this.messages.intern(canonical([from, type, fields], 'message'), () =>
      freeze({ from, type, fields }),
    )
  }

  /** What the node does when it starts. */
  init(node: number): Outcome {
    const role = this.system.roles[this.system.nodes[node]!.role]
    const blank: Local = {
      up: true,
      state: {},
      disk: null,
      timers: [],
      history: role?.history?.initial ?? null,
      ...this.#clockAtStart(node),
    }
    return this.#outcome(node, this.local(blank), { kind: 'init' }, null)
  }

  /** What the node does with a message. */
  deliver(node: number, local: number, message: number, crashAfter: number | null = null): Outcome {
    const delivered = this.#delivered[node]!
    if (crashAfter === null) {
      const known = delivered.get(local, message)
      if (known >= 0) return this.#deliveries[known]!
    }
    const { from, type, fields } = this.messages.values[message]!
    const event: Event = { kind: 'message', from, type, fields }
    const outcome = this.#outcome(node, local, event, crashAfter, `m${message}`)
    if (crashAfter === null) delivered.add(local, message, this.#deliveries.push(outcome) - 1)
    return outcome
  }

  /** What the node does when a timer fires. */
  fire(node: number, local: number, timer: string, crashAfter: number | null = null): Outcome {
    return this.#outcome(node, local, { kind: 'timer', name: timer }, crashAfter, `t${timer}`)
  }

  /** What becomes of the node as it crashes: its disk and nothing else; and what others notice of it. */
  crash(node: number, local: number): Outcome {
    const { definition } = this.system.nodes[node]!
    if (definition.crash) return this.#outcome(node, local, { kind: 'crash' }, null)
    const { disk, history, clock } = this.locals.values[local]!
    const down = { up: false, state: null, disk, timers: [], history }
    const after = clock ? { ...down, clock: { ...clock, left: [], paused: 0 } } : down
    return {
      local: this.local(after),
      sendings: [],
      effects: [],
      lines: [],
      output: SILENCE,
      performed: 0,
    }
  }

  /** What a node that is down does when it restarts. */
  restart(node: number, local: number): Outcome {
    return this.#outcome(node, local, { kind: 'restart' }, null)
  }

  /**
   * The crashes in the middle of a handler that have to be looked at; see `cutsOf`. Without `Crashes.beforeSends` a crash
   * between the disk and the answer counts as the loss of the answer: `eventually` looks at it where `drops` are allowed.
   */
  cuts(node: number, outcome: Outcome, before: number): number[] {
    const { role } = this.system.nodes[node]!
    return cutsOf(outcome.effects, this.locals.values[before]!.disk, this.#beforeSends.has(role))
  }

  /**
   * Repeats a sample of all handler calls and compares the results.
   * @throws Fault `not-deterministic` naming the handler whose result now differs
   */
  verify(): void {
    this.#repetition.verify()
  }

  /** @param name tells the event from all others */
  #outcome(
    node: number,
    before: number,
    event: Event,
    crashAfter: number | null,
    name: string = event.kind,
  ): Outcome {
    const key = `${before},${crashAfter ?? ''},${name}`
    const known = this.#outcomes[node]!.get(key)
    if (known) return known
    const outcome = this.#run(node, before, event, crashAfter)
    this.#outcomes[node]!.set(key, outcome)
    return outcome
  }

  #run(index: number, before: number, event: Event, crashAfter: number | null): Outcome {
    const node = this.system.nodes[index]!
    const local = this.locals.values[before]!
    this.handlerCalls++
    const execution = execute(this.system, node, local, event, this.hears)
    if (this.#repetition.due(node)) {
      const result = textOf(execution.text, execution.effects)
      this.#repetition.add({ node, local, event, result })
    }

    const performed = crashAfter ?? execution.effects.length
    const crashed = crashAfter !== null || event.kind === 'crash'
    const effects = execution.effects.slice(0, performed)
    let { disk } = local
    const timers = new Map(local.timers.map((name, index) => [name, local.clock?.left[index] ?? 0]))
    if (event.kind === 'timer') timers.delete(event.name)
    const sent: SentMessage[] = []
    const sendings: Sending[] = []
    for (const effect of effects) {
      if (effect.kind === 'persist') disk = effect.disk
      else if (effect.kind === 'setTimer') timers.set(effect.name, effect.milliseconds ?? UNSET)
      else if (effect.kind === 'cancelTimer') timers.delete(effect.name)
      else {
        sent.push(effect)
        const to = this.indexOf(effect.to)
        sendings.push({
          to,
          message: this.message(node.id, effect.type, effect.fields),
          absorbed: !this.handles(to, effect.type),
          line: effect.line,
        })
      }
    }
    const remembers = this.system.roles[node.role]?.history
    const step = { event, state: observedOf(node, crashed ? null : execution.state) }
    const history = remembers ? remembers.after(local.history as never, sent, node.id, step) : null
    if (crashed) timers.clear()
    const names = [...timers.keys()].sort()
    const after: Local = {
      up: !crashed,
      state: crashed ? null : execution.state,
      disk,
      timers: names,
      history,
      // What a node is held up by ends with a crash.
      ...(local.clock && {
        clock: {
          ...local.clock,
          left: names.map((name) => timers.get(name)!),
          paused: crashed ? 0 : local.clock.paused,
        },
      }),
    }
    if (!crashed) this.#keepText(execution)
    return {
      local: this.local(after),
      sendings,
      effects: execution.effects,
      lines: execution.lines,
      output: execution.output,
      performed,
    }
  }

  /** The number of a local state. */
  local(local: Local): number {
    const { up, state, disk, timers, history, clock } = local
    const known = typeof state === 'object' && state !== null ? this.#texts.get(state) : undefined
    const rest = [disk, timers, history]
    const text = `${up} ${known ?? canonical(state, 'state')} ${canonical(clock ? [...rest, clock] : rest, 'state')}`
    return this.locals.intern(text, () => freeze(local))
  }

  /** Nothing changes a state that a handler has left. Time passes, and it stands in one local state after the other. */
  #keepText({ state, text }: Execution): void {
    if (text.length >= LONG_TEXT) this.#texts.set(state as object, text)
  }

  #clockAtStart(node: number): { readonly clock?: NodeClock } {
    const { time } = this.system
    if (!time) return {}
    const reads = time.readers?.includes(this.system.nodes[node]!.role) ?? false
    return { clock: { left: [], paused: 0, fraction: 0, reading: reads ? 0 : null } }
  }
}
