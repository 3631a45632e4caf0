/**
 * ActorModel: a System as a Model. A state is one integer a node, its *place*: the pair of its local state and its
 * inbox, both interned. Each place has its list of steps, worked out once; so a step is a look-up, and handlers run
 * only for pairs of local state and event that were never seen.
 */
import {
  type Action,
  type FaultKind,
  type MessageData,
  type Model,
  StepFailed,
  type Successors,
  reserve,
} from '../model.ts'
import { Fault } from '../fault.ts'
import { canonical } from '../plain.ts'
import { Behaviour, type Outcome, type Sending } from './behaviour.ts'
import type { System, View } from './system.ts'
import { Interner, PairInterner, PairTable } from './tables.ts'

/** A step of one node in one place. */
interface PlaceStep {
  readonly action: Action
  /** The node's place after the step, messages that it sent to itself included. */
  readonly place: number
  /** Receivers and message numbers, flat. */
  readonly sendings: readonly number[]
  /** What it adds to the count of faults; see `FAULTS`. */
  readonly faults: number
}

/** The last integer of a row counts the faults of the run so far, where the system limits any: eight bits a kind. */
const FAULTS: { readonly [kind in FaultKind]: number } = { drop: 1, duplicate: 1 << 8, crash: 1 << 16 }

/** The largest limit: what fits eight bits. A larger one counts as none. */
const FAULT_COUNT_MAX = 255

/** The number of the inbox that holds nothing. */
const EMPTY = 0

export class ActorModel implements Model {
  readonly width: number
  readonly properties
  readonly system: System
  readonly behaviour: Behaviour
  readonly #nodes: number
  readonly #countsFaults: boolean
  readonly #faultMax: { readonly [kind in FaultKind]: number }
  /** What a fault adds to the count; 0 for a kind without a limit. */
  readonly #faultUnit: { readonly [kind in FaultKind]: number }
  /** Inboxes: sorted lists of message numbers; with unlimited duplicates they are sets. */
  readonly #inboxes = new Interner<readonly number[]>()
  readonly #inboxAdd = new PairTable()
  /** A node's places: pairs of local state and inbox. */
  readonly #places: PairInterner[]
  readonly #arrive: PairTable[]
  readonly #steps: (readonly PlaceStep[] | undefined)[][]
  /** The same steps as flat integers: place, faults, number of sendings, then receiver and message of each. */
  readonly #flat: (Int32Array | undefined)[][]
  readonly #idle: number[][]
  readonly #seen = new Interner<unknown>()
  readonly #seenOfLocal: number[][]
  readonly #combinations = new PairInterner()
  /** Which properties hold, by the combination of what the nodes let properties see. */
  readonly #inspections: (number | undefined)[] = []
  readonly #origins: number[] = []

  /** @param system what to explore; properties at most 16 */
  constructor(system: System) {
    this.system = system
    this.properties = system.properties.map(({ id, kind }) => ({ id, kind }))
    this.behaviour = new Behaviour(system)
    this.#nodes = system.nodes.length
    const { network, crashes } = system
    const crash = crashes === null ? 0 : crashes.limit === 'unlimited' ? Infinity : crashes.limit
    const duplicate = network.duplicates === 'unlimited' ? 0 : network.duplicates
    this.#faultMax = { drop: network.drops, duplicate, crash }
    const unit = (kind: FaultKind): number => {
      const limit = this.#faultMax[kind]
      return limit > 0 && limit <= FAULT_COUNT_MAX ? FAULTS[kind] : 0
    }
    this.#faultUnit = { drop: unit('drop'), duplicate: unit('duplicate'), crash: unit('crash') }
    this.#countsFaults = Object.values(this.#faultUnit).some((step) => step > 0)
    this.width = this.#nodes + (this.#countsFaults ? 1 : 0)
    this.#inboxes.intern('', () => []) // EMPTY
    const perNode = <T>(make: () => T): T[] => system.nodes.map(make)
    this.#places = perNode(() => new PairInterner())
    this.#arrive = perNode(() => new PairTable())
    this.#steps = perNode(() => [])
    this.#flat = perNode(() => [])
    this.#idle = perNode(() => [])
    this.#seenOfLocal = perNode(() => [])
  }

  get handlerCalls(): number {
    return this.behaviour.handlerCalls
  }

  /** One state: every node has started, and what it sent is in the network. */
  initial(): Int32Array[] {
    const row = new Int32Array(this.width)
    const outcomes = this.system.nodes.map((_, node) => this.behaviour.init(node))
    outcomes.forEach((outcome, node) => (row[node] = this.place(node, outcome.local, 0)))
    for (const outcome of outcomes) {
      for (const sending of outcome.sendings) this.send(row, sending)
    }
    return [row]
  }

  successors(rows: Int32Array, offset: number, out: Successors): void {
    const nodes = this.#nodes
    const width = this.width
    out.count = 0
    out.idle = 0
    for (let node = 0; node < nodes; node++) {
      const place = rows[offset + node]!
      const flat = this.#flat[node]![place] ?? this.#work(node, place)
      out.idle += this.#idle[node]![place]!
      let ordinal = 0
      for (let index = 0; index < flat.length; ordinal++) {
        const faults = flat[index + 1]!
        const sendings = flat[index + 2]!
        const end = index + 3 + sendings * 2
        if (faults === 0 || this.#mayFail(rows[offset + nodes]!, faults)) {
          const number = out.count
          const target = reserve(out, width)
          const row = out.rows
          for (let column = 0; column < width; column++) row[target + column] = rows[offset + column]!
          row[target + node] = flat[index]!
          if (faults !== 0) row[target + nodes]! += faults
          for (let sending = index + 3; sending < end; sending += 2) {
            const to = target + flat[sending]!
            row[to] = this.#arrival(flat[sending]!, row[to]!, flat[sending + 1]!)
          }
          this.#origins[number * 2] = node
          this.#origins[number * 2 + 1] = ordinal
          if (faults !== 0 && sameNodes(rows, offset, row, target, nodes)) {
            out.count--
            out.idle++
          }
        }
        index = end
      }
    }
  }

  actionAt(row: Int32Array, index: number): Action {
    const out: Successors = { rows: new Int32Array(this.width * 16), count: 0, idle: 0 }
    this.successors(row, 0, out)
    const node = this.#origins[index * 2]!
    return this.#steps[node]![row[node]!]![this.#origins[index * 2 + 1]!]!.action
  }

  inspect(rows: Int32Array, offset: number): number {
    let combination = 0
    for (let node = 0; node < this.#nodes; node++) {
      const seen = this.seenNumber(node, rows[offset + node]!)
      combination = node === 0 ? seen : this.#combinations.intern(combination, seen)
    }
    return (this.#inspections[combination] ??= this.#inspectView(this.view(rows, offset)))
  }

  explain(row: Int32Array, property: number): Record<string, string | number> {
    const declared = this.system.properties[property]!
    return declared.kind === 'always' ? (declared.violated(this.view(row, 0)) ?? {}) : {}
  }

  /** A state as properties see it. */
  view(rows: Int32Array, offset: number): View {
    return this.system.nodes.map(({ id, role }, node) => ({
      id,
      role,
      seen: this.#seen.values[this.seenNumber(node, rows[offset + node]!)],
    }))
  }

  /** The number of the local state of a node in a place. */
  localAt(node: number, place: number): number {
    return this.#places[node]!.firsts[place]!
  }

  /** The messages that may arrive at a node in a place, by their numbers, sorted. */
  inboxAt(node: number, place: number): readonly number[] {
    return this.#inboxes.values[this.#places[node]!.seconds[place]!]!
  }

  /** The number of the place of a node with this local state and inbox. */
  place(node: number, local: number, inbox: number): number {
    return this.#places[node]!.intern(local, this.#finished(node, local, inbox) ? EMPTY : inbox)
  }

  /** The number of the inbox of a place. */
  inboxNumber(node: number, place: number): number {
    return this.#places[node]!.seconds[place]!
  }

  /** Puts a message that was sent into its receiver's inbox, in place. */
  send(row: Int32Array, sending: Sending): void {
    if (!sending.absorbed) row[sending.to] = this.#arrival(sending.to, row[sending.to]!, sending.message)
  }

  /** Counts a fault that a hand brought about, in place. A hand may go past the limits: the count stops there. */
  countFault(row: Int32Array, kind: FaultKind): void {
    const step = this.#faultUnit[kind]
    if (step > 0 && this.#mayFail(row[this.#nodes]!, step)) row[this.#nodes]! += step
  }

  /** The inbox once a message was taken out of it; with unlimited duplicates it stays. */
  without(inbox: number, message: number): number {
    if (this.system.network.duplicates === 'unlimited') return inbox
    const list = this.#inboxes.values[inbox]!
    const index = list.indexOf(message)
    return this.#inbox(list.filter((_, position) => position !== index))
  }

  /** The inbox with one message more. */
  with(inbox: number, message: number): number {
    const known = this.#inboxAdd.get(inbox, message)
    if (known >= 0) return known
    const list = this.#inboxes.values[inbox]!
    const present = this.system.network.duplicates === 'unlimited' && list.includes(message)
    const result = present ? inbox : this.#inbox([...list, message].sort((one, other) => one - other))
    this.#inboxAdd.add(inbox, message, result)
    return result
  }

  /** A message as an action names it. */
  messageData(message: number): MessageData {
    return this.behaviour.messages.values[message]!
  }

  #inbox(list: readonly number[]): number {
    return this.#inboxes.intern(list.join(), () => list)
  }

  #arrival(node: number, place: number, message: number): number {
    const known = this.#arrive[node]!.get(place, message)
    if (known >= 0) return known
    const result = this.place(
      node,
      this.localAt(node, place),
      this.with(this.inboxNumber(node, place), message),
    )
    this.#arrive[node]!.add(place, message, result)
    return result
  }

  /**
   * Has the node done all that it will ever do? Then what is in its inbox makes no difference, and is left out of the
   * state. A role that says so is taken at its word only after each message has been tried on it.
   * @throws Error when the node does something with a message all the same
   */
  #finished(node: number, local: number, inbox: number): boolean {
    const { id, role } = this.system.nodes[node]!
    const finished = this.system.roles[role]?.finished
    const { up, state, timers } = this.behaviour.locals.values[local]!
    if (!finished || inbox === EMPTY || !up || this.behaviour.crashes(node) || !finished(state)) return false
    const idle = this.#inboxes.values[inbox]!.every((message) => {
      const outcome = this.behaviour.deliver(node, local, message)
      return outcome.local === local && outcome.sendings.length === 0
    })
    if (!idle || timers.length > 0)
      throw new Error(`the role ${role} says that ${id} has finished, but it has not`)
    return true
  }

  #mayFail(counts: number, faults: number): boolean {
    if (faults === FAULTS.drop) return (counts & 0xff) < this.#faultMax.drop
    if (faults === FAULTS.duplicate) return ((counts >> 8) & 0xff) < this.#faultMax.duplicate
    return ((counts >> 16) & 0xff) < this.#faultMax.crash
  }

  /** The number of what properties see of a node in a place: equal numbers, equal observations. */
  seenNumber(node: number, place: number): number {
    const local = this.#places[node]!.firsts[place]!
    const known = this.#seenOfLocal[node]![local]
    if (known !== undefined) return known
    const { id, role } = this.system.nodes[node]!
    const { state, history } = this.behaviour.locals.values[local]!
    const observe = this.system.roles[role]?.observe
    const value = observe ? observe({ id, role, state, history }) : history
    const seen = this.#seen.intern(canonical(value, 'observation'), () => value)
    this.#seenOfLocal[node]![local] = seen
    return seen
  }

  #inspectView(view: View): number {
    let bits = 0
    this.system.properties.forEach((property, index) => {
      const holds = property.kind === 'always' ? property.violated(view) === null : property.reached(view)
      if (holds) bits |= 1 << index
    })
    return bits
  }

  /** Works out the steps of a place. */
  #work(node: number, place: number): Int32Array {
    const steps: PlaceStep[] = []
    let idle = 0
    const take = (
      action: Action,
      local: number,
      inbox: number,
      sendings: readonly Sending[],
      faults: number,
    ): void => {
      let target = this.place(node, local, inbox)
      const others: number[] = []
      for (const { to, message, absorbed } of sendings) {
        if (absorbed) continue
        if (to === node) target = this.#arrival(node, target, message)
        else others.push(to, message)
      }
      if (target === place && others.length === 0) idle++
      else steps.push({ action, place: target, sendings: others, faults })
    }
    this.#nodeSteps(node, place, take)
    const flat: number[] = []
    for (const step of steps) flat.push(step.place, step.faults, step.sendings.length / 2, ...step.sendings)
    this.#steps[node]![place] = steps
    this.#idle[node]![place] = idle
    return (this.#flat[node]![place] = Int32Array.from(flat))
  }

  #nodeSteps(
    node: number,
    place: number,
    take: (
      action: Action,
      local: number,
      inbox: number,
      sendings: readonly Sending[],
      faults: number,
    ) => void,
  ): void {
    const { network, crashes } = this.system
    const { drop, duplicate, crash } = this.#faultUnit
    const id = this.system.nodes[node]!.id
    const local = this.localAt(node, place)
    const inbox = this.inboxNumber(node, place)
    const { up, timers } = this.behaviour.locals.values[local]!
    const mayCrash = crashes !== null && crashes.limit !== 0 && this.behaviour.crashes(node)
    // In the order of their texts, not of their numbers: those depend on what was explored before.
    const { texts } = this.behaviour.messages
    const messages = [...new Set(this.#inboxes.values[inbox]!)].sort((one, other) =>
      texts[one]! < texts[other]! ? -1 : 1,
    )
    const withCrashes = (
      action: Action,
      outcome: Outcome,
      rest: number,
      cut: (after: number) => Outcome,
    ): void => {
      take(action, outcome.local, rest, outcome.sendings, 0)
      if (!mayCrash) return
      for (const crashAfter of this.behaviour.cuts(outcome, local)) {
        const broken = cut(crashAfter)
        const cutAction = { ...action, crashAfter } as Action
        const restarted = attempt(cutAction, () => this.#restarted(node, broken.local))
        take(cutAction, restarted.local, rest, [...broken.sendings, ...restarted.sendings], crash)
      }
    }
    for (const message of messages) {
      const data = this.messageData(message)
      const rest = this.without(inbox, message)
      if (up) {
        const action: Action = { kind: 'deliver', to: id, message: data }
        const outcome = attempt(action, () => this.behaviour.deliver(node, local, message))
        withCrashes(action, outcome, rest, (after) => this.behaviour.deliver(node, local, message, after))
      }
      if (network.drops > 0) take({ kind: 'drop', to: id, message: data }, local, rest, [], drop)
      if (this.#faultMax.duplicate > 0) {
        take({ kind: 'duplicate', to: id, message: data }, local, this.with(inbox, message), [], duplicate)
      }
    }
    if (up) {
      for (const timer of timers) {
        const action: Action = { kind: 'fire', node: id, timer }
        const outcome = attempt(action, () => this.behaviour.fire(node, local, timer))
        withCrashes(action, outcome, inbox, (after) => this.behaviour.fire(node, local, timer, after))
      }
      if (mayCrash) {
        const atOnce = crashes.restart === 'at once'
        const action: Action = { kind: 'crash', node: id, ...(atOnce && { restarts: true }) }
        const restarted = attempt(action, () => this.#restarted(node, this.behaviour.crash(local)))
        take(action, restarted.local, inbox, restarted.sendings, crash)
      }
    } else if (crashes?.restart === 'later') {
      const action: Action = { kind: 'restart', node: id }
      const outcome = attempt(action, () => this.behaviour.restart(node, local))
      take(action, outcome.local, inbox, outcome.sendings, 0)
    }
  }

  /** A node that has just crashed, restarted where restarts come at once. */
  #restarted(node: number, local: number): { local: number; sendings: readonly Sending[] } {
    if (this.system.crashes?.restart !== 'at once') return { local, sendings: [] }
    return this.behaviour.restart(node, local)
  }
}

/**
 * Are all nodes in the same places? A step that changes nothing but the count of faults leads to a state that can do no
 * more than the one before it, and is left out.
 */
function sameNodes(
  rows: Int32Array,
  offset: number,
  others: Int32Array,
  target: number,
  nodes: number,
): boolean {
  for (let node = 0; node < nodes; node++) {
    if (rows[offset + node] !== others[target + node]) return false
  }
  return true
}

/** Says of a step that could not be carried out which step it was. */
function attempt<T>(action: Action, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw error instanceof Fault ? new StepFailed(action, error) : error
  }
}
