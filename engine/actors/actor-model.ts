/**
 * ActorModel: a System as a Model. A state is one integer a node, its *place*: the pair of its local state and its
 * inbox, both interned. Each place has its list of steps, worked out once; so a step is a look-up, and handlers run
 * only for pairs of local state and event that were never seen.
 */
import {
  type Action,
  FAULT,
  type FaultKind,
  type MessageData,
  type Model,
  StepFailed,
  type Successors,
  UNFAIR,
  clear,
  faultOf,
  noSuccessors,
  reserve,
} from '../model.ts'
import { Fault } from '../fault.ts'
import { canonical, freeze } from '../plain.ts'
import { Behaviour, type Outcome, type Sending } from './behaviour.ts'
import { EMPTY, Inboxes } from './inboxes.ts'
import type { LiveMessages } from './live-messages.ts'
import { observedOf } from './shown.ts'
import type { System, SystemEvent, View } from './system.ts'
import { Interner, PairInterner, PairTable, VectorTable } from './tables.ts'
import { type Chosen, Timing } from './timing.ts'

/** A step of one node in one place. */
interface PlaceStep {
  readonly action: Action
  /** The node's place after the step, messages that it sent to itself included. */
  readonly place: number
  /** Receivers and message numbers, flat; the messages to one receiver stand together. */
  readonly sendings: readonly number[]
  /** The kind of fault that it adds to the count; see `COUNTED`. */
  readonly fault: number
  /** The number of what the system's history records of it, or −1. */
  readonly event: number
  /** A message is taken out of the inbox or copied in it, and nothing comes of it. */
  readonly moot: boolean
}

/** The faults that a system may limit, in the order of their numbers in a flat step; 0 stands for none. */
const COUNTED: readonly (FaultKind | null)[] = [null, 'drop', 'duplicate', 'crash', 'pause', 'jump']

/** Five counts of six bits each fit one integer. */
const FAULT_COUNT_BITS = 6

/** The largest limit. A larger one counts as none. */
export const FAULT_COUNT_MAX = 2 ** FAULT_COUNT_BITS - 1

/** In place of a node: time passes. */
const PASS = -1

/** Integers of a flat step before its sendings: place, fault, event, 1 if it is moot, length of the sendings. */
const HEAD = 5

/** What several models of one system may share, and what they leave out. */
export interface ActorModelOptions {
  /** What the handlers do, where it was worked out before. */
  readonly behaviour?: Behaviour
  /** Leaves dead messages out of inboxes: partial-order reduction. Left out: every message stays. */
  readonly live?: LiveMessages | null
}

/** Is told of everything that nodes do, once for each place, before anything is made of it. */
export interface Watch {
  /** All nodes have started. */
  started(): void
  delivered(node: number, local: number, message: number): void
  fired(node: number, local: number, timer: string): void
  crashed(node: number, local: number): void
  restarted(node: number, local: number): void
}

export class ActorModel implements Model {
  watch: Watch | null = null
  readonly width: number
  readonly properties
  readonly system: System
  readonly behaviour: Behaviour
  /** Null in a system without clocks. */
  readonly timing: Timing | null
  readonly #nodes: number
  readonly #live: LiveMessages | null
  readonly #faultMax: { readonly [kind in FaultKind]: number }
  /** The column that numbers the faults of the run so far, −1 where the system limits none. */
  readonly #faultColumn: number
  /** Fault counts by their numbers; and by number and kind the number once one more has happened. */
  readonly #faultCounts: number[] = [0]
  readonly #oneMore: number[][] = [[]]
  /** The column that holds the number of the system's history, −1 where it has none. */
  readonly #historyColumn: number
  readonly #histories = new Interner<unknown>()
  readonly #events = new Interner<unknown>()
  readonly #recorded = new PairTable()
  readonly inboxes: Inboxes
  /** A node's places: pairs of local state and inbox. */
  readonly #places: PairInterner[]
  /** By node and place: how long until something is due there; and the place after so much time. */
  readonly #until: number[][]
  readonly #aged: PairTable[]
  readonly #arrive: PairTable[]
  readonly #steps: (readonly PlaceStep[] | undefined)[][]
  /** The same steps as flat integers: see `HEAD`; then receiver and message of each sending. */
  readonly #flat: (Int32Array | undefined)[][]
  readonly #idle: number[][]
  /** The fairness of a place's steps, and of its actions that change nothing. */
  readonly #fairness: (
    { readonly steps: readonly number[]; readonly idle: readonly number[] } | undefined
  )[][]
  readonly #fairActions = new Interner<null>()
  readonly #seen = new Interner<unknown>()
  readonly #seenOfLocal: number[][]
  readonly #seenOfPlace: number[][]
  /** Which properties hold, by what the nodes let properties see. */
  readonly #views: VectorTable
  /** Where successors came from, node and step of each, while `actionAt` wants to know. */
  #origins: number[] | null = null

  /** @param system what to explore; properties at most 16 */
  constructor(system: System, options: ActorModelOptions = {}) {
    this.system = system
    this.properties = system.properties.map(({ id, kind }) => ({ id, kind }))
    this.behaviour = options.behaviour ?? new Behaviour(system)
    this.#live = options.live ?? null
    if (this.#live) this.#live.tried = (node, local, message) => this.watch?.delivered(node, local, message)
    this.#nodes = system.nodes.length
    this.timing = system.time ? new Timing(system, this.behaviour) : null
    const { network, crashes } = system
    this.inboxes = new Inboxes(network, this.behaviour, this.timing)
    const crash = crashes === null ? 0 : crashes.limit === 'unlimited' ? Infinity : crashes.limit
    const duplicate = network.duplicates === 'unlimited' ? 0 : network.duplicates
    const limit = (kind: 'pause' | 'jump'): number => this.timing?.limit(kind) ?? 0
    this.#faultMax = {
      drop: network.drops,
      duplicate,
      crash,
      pause: limit('pause'),
      jump: limit('jump'),
      // Only simulations draw partitions.
      partition: 0,
    }
    let width = this.#nodes
    const counts = COUNTED.some((kind) => kind !== null && this.#counts(kind))
    this.#faultColumn = counts ? width++ : -1
    this.#historyColumn = system.history ? width++ : -1
    this.width = width
    const perNode = <T>(make: () => T): T[] => system.nodes.map(make)
    this.#places = perNode(() => new PairInterner())
    this.#until = perNode(() => [])
    this.#aged = perNode(() => new PairTable())
    this.#arrive = perNode(() => new PairTable())
    this.#steps = perNode(() => [])
    this.#flat = perNode(() => [])
    this.#idle = perNode(() => [])
    this.#fairness = perNode(() => [])
    this.#seenOfLocal = perNode(() => [])
    this.#seenOfPlace = perNode(() => [])
    this.#views = new VectorTable(this.#nodes + (system.history ? 1 : 0))
  }

  get handlerCalls(): number {
    return this.behaviour.handlerCalls
  }

  /** One state: every node has started, and what it sent is in the network. */
  initial(): Int32Array[] {
    const row = new Int32Array(this.width)
    const outcomes = this.system.nodes.map((_, node) => this.behaviour.init(node))
    this.watch?.started()
    outcomes.forEach(({ local }, node) => (row[node] = this.place(node, this.settled(local)!, EMPTY)))
    for (const { sendings } of outcomes) this.send(row, sendings)
    if (this.#historyColumn >= 0) {
      row[this.#historyColumn] = this.#history(this.system.history!.initial)
      outcomes.forEach(({ sendings }, node) => this.record(row, this.#event(node, null, sendings)))
    }
    return [row]
  }

  successors(row: Int32Array, out: Successors): void {
    const nodes = this.#nodes
    const faultColumn = this.#faultColumn
    const historyColumn = this.#historyColumn
    const origins = this.#origins
    clear(out)
    for (let node = 0; node < nodes; node++) {
      const place = row[node]!
      const flat = this.#flat[node]![place] ?? this.#work(node, place)
      out.idle += this.#idle[node]![place]!
      const fairness = out.fairness === null ? null : this.#fairnessOf(node, place)
      if (fairness !== null) out.idleFairness.push(...fairness.idle)
      let ordinal = 0
      for (let index = 0; index < flat.length; ordinal++) {
        const next = flat[index]!
        const fault = flat[index + 1]!
        const event = flat[index + 2]!
        let sending = index + HEAD
        const moot = flat[index + 3]!
        const end = sending + flat[index + 4]!
        index = end
        const counts = fault === 0 ? 0 : this.#oneFaultMore(row[faultColumn]!, fault)
        if (counts < 0) continue
        reserve(out, 7 + end - sending)
        const changes = out.changes
        const start = out.length
        let length = start + 1
        if (next !== place) {
          changes[length++] = node
          changes[length++] = next
        }
        while (sending < end) {
          const to = flat[sending]!
          const before = row[to]!
          let after = before
          for (; sending < end && flat[sending] === to; sending += 2) {
            after = this.#arrival(to, after, flat[sending + 1]!)
          }
          if (after !== before) {
            changes[length++] = to
            changes[length++] = after
          }
        }
        if (event >= 0) {
          const after = this.#afterEvent(row[historyColumn]!, event)
          if (after !== row[historyColumn]) {
            changes[length++] = historyColumn
            changes[length++] = after
          }
        }
        // A step that changes nothing but the count of faults leads to a state that can do no more than the one
        // before it, and is left out like one that changes nothing at all.
        if (length === start + 1) {
          out.idle++
          if (fairness !== null) out.idleFairness.push(fairness.steps[ordinal]!)
          continue
        }
        if (fault !== 0) {
          changes[length++] = faultColumn
          changes[length++] = counts
        }
        changes[start] = (length - start - 1) >> 1
        out.length = length
        out.count++
        out.moot += moot
        if (fairness !== null) out.fairness!.push(fairness.steps[ordinal]!)
        if (origins !== null) origins.push(node, ordinal)
      }
    }
    if (this.timing !== null) this.#pass(row, out)
  }

  /** Time passes, where nothing is due and something will be. */
  #pass(row: Int32Array, out: Successors): void {
    const milliseconds = this.untilDue(row)
    if (milliseconds === 0 || milliseconds === Infinity) return
    reserve(out, 1 + 2 * this.#nodes)
    const start = out.length++
    for (let node = 0; node < this.#nodes; node++) {
      const place = this.agedPlace(node, row[node]!, milliseconds)
      if (place === row[node]) continue
      out.changes[out.length++] = node
      out.changes[out.length++] = place
    }
    out.changes[start] = (out.length - start - 1) >> 1
    out.count++
    out.fairness?.push(this.#fairActions.intern('pass', () => null))
    this.#origins?.push(PASS, milliseconds)
  }

  /** Milliseconds until something is due in a timed system; 0 where something is, Infinity where nothing ever will be. */
  untilDue(row: Int32Array): number {
    let soonest = Infinity
    for (let node = 0; node < this.#nodes; node++) {
      const place = row[node]!
      const until = (this.#until[node]![place] ??= this.timing!.until(
        node,
        this.localAt(node, place),
        this.heads(node, place),
      ))
      if (until < soonest) soonest = until
    }
    return soonest
  }

  /** The place of a node once so much time has passed. */
  agedPlace(node: number, place: number, milliseconds: number): number {
    const known = this.#aged[node]!.get(place, milliseconds)
    if (known >= 0) return known
    const local = this.timing!.aged(node, this.localAt(node, place), milliseconds)
    const after = this.place(node, local, this.inboxes.aged(this.inboxNumber(node, place), milliseconds))
    this.#aged[node]!.add(place, milliseconds, after)
    return after
  }

  /** What may arrive next at a node in a place, sooner or later; see `Inboxes`. */
  heads(node: number, place: number): readonly number[] {
    return this.inboxes.heads(this.inboxNumber(node, place))
  }

  /** What arrives at a node in a place before time passes. */
  due(node: number, place: number): readonly number[] {
    const heads = this.heads(node, place)
    const { timing } = this
    if (timing === null) return heads
    return timing.isPaused(this.localAt(node, place)) ? [] : heads.filter((item) => timing.leftOf(item) === 0)
  }

  /** The timers of a node that may fire in a local state. */
  dueTimers(local: number): readonly string[] {
    const { timing } = this
    if (timing === null) return this.behaviour.locals.values[local]!.timers
    return timing.isPaused(local) ? [] : timing.dueTimers(local)
  }

  /** The local state with a time for each timer; see `Timing.settled`. */
  settled(local: number, timeouts?: readonly number[]): number | null {
    if (this.timing === null) return timeouts === undefined ? local : null
    return this.timing.settled(local, timeouts)
  }

  actionAt(row: Int32Array, index: number): Action {
    const origins: number[] = []
    this.#origins = origins
    try {
      this.successors(row, noSuccessors())
    } finally {
      this.#origins = null
    }
    const node = origins[index * 2]!
    if (node === PASS) return { kind: 'pass', milliseconds: origins[index * 2 + 1]! }
    return this.#steps[node]![row[node]!]![origins[index * 2 + 1]!]!.action
  }

  inspect(row: Int32Array): number {
    const views = this.#views
    views.begin()
    for (let node = 0; node < this.#nodes; node++) views.with(this.seenNumber(node, row[node]!))
    if (this.#historyColumn >= 0) views.with(row[this.#historyColumn]!)
    const known = views.get()
    return known >= 0 ? known : views.set(this.#inspectView(this.view(row), this.history(row)))
  }

  explain(row: Int32Array, property: number): Record<string, string | number> {
    const declared = this.system.properties[property]!
    return declared.kind === 'always' ? (declared.violated(this.view(row), this.history(row)) ?? {}) : {}
  }

  /** A state as properties see it. */
  view(row: Int32Array): View {
    return this.system.nodes.map(({ id, role }, node) => ({
      id,
      role,
      seen: this.#seen.values[this.seenNumber(node, row[node]!)],
    }))
  }

  /** The system's history in a state; null where it has none. */
  history(row: Int32Array): unknown {
    return this.#historyColumn < 0 ? null : this.#histories.values[row[this.#historyColumn]!]
  }

  /** The number of the local state of a node in a place. */
  localAt(node: number, place: number): number {
    return this.#places[node]!.firsts[place]!
  }

  /** The messages that may arrive at a node in a place, by their numbers, sorted. */
  inboxAt(node: number, place: number): readonly number[] {
    return this.inboxes.list(this.inboxNumber(node, place))
  }

  /**
   * Takes note that a node may go from one local state to another, where that was seen on a node that is its equal.
   * @throws NotDead where a message that was left out as dead has an effect after it
   */
  noteStep(node: number, from: number, to: number): void {
    this.#live?.step(node, from, to)
  }

  /** The number of the place of a node with this local state and inbox. */
  place(node: number, local: number, inbox: number): number {
    const kept =
      this.#live === null ? inbox : this.inboxes.of(this.#live.of(node, local, this.inboxes.list(inbox)))
    return this.#places[node]!.intern(local, kept)
  }

  /** The number of the place of a node with this local state and these messages, in any order. */
  placeOf(node: number, local: number, messages: readonly number[]): number {
    return this.place(node, local, this.inboxes.holding(messages))
  }

  /** The number of the inbox of a place. */
  inboxNumber(node: number, place: number): number {
    return this.#places[node]!.seconds[place]!
  }

  /**
   * Puts messages that were sent into their receivers' inboxes, in place.
   * @param latencies how long each takes in a timed system, those that nobody handles left out; left out: as long as is usual
   */
  send(row: Int32Array, sendings: readonly Sending[], latencies?: readonly number[]): void {
    const { timing } = this
    const kept = sendings.filter(({ absorbed }) => !absorbed)
    const times = latencies ?? timing?.usual(kept.length)
    kept.forEach(({ to, message }, index) => {
      const item = timing === null ? message : timing.item(message, times![index]!)
      row[to] = this.#arrival(to, row[to]!, item)
    })
  }

  /** How many faults of a kind have happened in a state; 0 for a kind that the system does not limit. */
  faultCount(row: Int32Array, kind: FaultKind): number {
    if (!this.#counts(kind)) return 0
    const shift = (COUNTED.indexOf(kind) - 1) * FAULT_COUNT_BITS
    return (this.#faultCounts[row[this.#faultColumn]!]! >> shift) & FAULT_COUNT_MAX
  }

  /** Counts a fault that a hand brought about, in place. A hand may go past the limits: the count stops there. */
  countFault(row: Int32Array, kind: FaultKind): void {
    if (!this.#counts(kind)) return
    const counts = this.#oneFaultMore(row[this.#faultColumn]!, COUNTED.indexOf(kind))
    if (counts >= 0) row[this.#faultColumn] = counts
  }

  /** Records a step of a node in the system's history, in place. `received` is the message that arrived, if one did. */
  recordStep(row: Int32Array, node: number, received: number | null, sendings: readonly Sending[]): void {
    if (this.#historyColumn >= 0) this.record(row, this.#event(node, received, sendings))
  }

  /** Records an event by its number, in place. */
  record(row: Int32Array, event: number): void {
    if (event >= 0) row[this.#historyColumn] = this.#afterEvent(row[this.#historyColumn]!, event)
  }

  /** A message as an action names it. */
  messageData(message: number): MessageData {
    return this.behaviour.messages.values[message]!
  }

  #arrival(node: number, place: number, message: number): number {
    const known = this.#arrive[node]!.get(place, message)
    if (known >= 0) return known
    const result = this.place(
      node,
      this.localAt(node, place),
      this.inboxes.with(this.inboxNumber(node, place), message),
    )
    this.#arrive[node]!.add(place, message, result)
    return result
  }

  /** Does the system limit this kind of fault, and allow it at all? */
  #counts(kind: FaultKind): boolean {
    return this.#faultMax[kind] > 0 && this.#faultMax[kind] <= FAULT_COUNT_MAX
  }

  /** The number of the fault counts once one more fault of a kind has happened; −1 where the limit is reached. */
  #oneFaultMore(counts: number, kind: number): number {
    return (this.#oneMore[counts]![kind] ??= this.#countOneMore(counts, kind))
  }

  #countOneMore(number: number, kind: number): number {
    const shift = (kind - 1) * FAULT_COUNT_BITS
    const counts = this.#faultCounts[number]!
    if (((counts >> shift) & FAULT_COUNT_MAX) >= this.#faultMax[COUNTED[kind]!]) return -1
    const after = counts + (1 << shift)
    const known = this.#faultCounts.indexOf(after)
    if (known >= 0) return known
    this.#oneMore.push([])
    return this.#faultCounts.push(after) - 1
  }

  #history(value: unknown): number {
    return this.#histories.intern(canonical(value, 'history'), () => freeze(value))
  }

  /** The number of what the history records of a step, −1 for nothing. */
  #event(node: number, received: number | null, sendings: readonly Sending[]): number {
    const history = this.system.history
    if (!history) return -1
    const event: SystemEvent = {
      node: this.system.nodes[node]!.id,
      role: this.system.nodes[node]!.role,
      received: received === null ? null : this.messageData(received),
      sent: sendings.map(({ to, message }) => {
        const { type, fields } = this.messageData(message)
        return { to: this.system.nodes[to]!.id, type, fields }
      }),
    }
    const recorded = history.record(event)
    return recorded === null ? -1 : this.#events.intern(canonical(recorded, 'event'), () => freeze(recorded))
  }

  /** The number of the history after an event. */
  #afterEvent(history: number, event: number): number {
    const known = this.#recorded.get(history, event)
    if (known >= 0) return known
    const { values } = this.#histories
    const after = this.#history(
      this.system.history!.after(values[history] as never, this.#events.values[event] as never),
    )
    this.#recorded.add(history, event, after)
    return after
  }

  /** The number of what properties see of a node in a place: equal numbers, equal observations. */
  seenNumber(node: number, place: number): number {
    return (this.#seenOfPlace[node]![place] ??= this.seenOf(node, this.localAt(node, place)))
  }

  /** Which properties hold, as `inspect` says it, where properties see this of each node. */
  inspectSeen(seen: readonly number[]): number {
    const view = this.system.nodes.map(({ id, role }, node) => ({
      id,
      role,
      seen: this.#seen.values[seen[node]!],
    }))
    return this.#inspectView(view, null)
  }

  /** The number of what properties see of a node in a local state. */
  seenOf(node: number, local: number): number {
    const known = this.#seenOfLocal[node]![local]
    if (known !== undefined) return known
    const { id, role } = this.system.nodes[node]!
    const { state, history } = this.behaviour.locals.values[local]!
    const shown = observedOf(this.system.nodes[node]!, state)
    const observe = this.system.roles[role]?.observe
    const value = observe ? observe({ id, role, state: shown, history }) : history
    const seen = this.#seen.intern(canonical(value, 'observation'), () => freeze(value))
    this.#seenOfLocal[node]![local] = seen
    return seen
  }

  #inspectView(view: View, history: unknown): number {
    let bits = 0
    this.system.properties.forEach((property, index) => {
      const holds =
        property.kind === 'always'
          ? property.violated(view, history) === null
          : property.reached(view, history)
      if (holds) bits |= 1 << index
    })
    return bits
  }

  /** Works out the steps of a place. */
  #work(node: number, place: number): Int32Array {
    const flat: number[] = []
    const steps: PlaceStep[] = []
    let idle = 0
    this.#placeSteps(node, place, (step) => {
      if (step === null) {
        idle++
        return
      }
      steps.push(step)
      const { place, fault, event, moot, sendings } = step
      flat.push(place, fault, event, moot ? 1 : 0, sendings.length, ...sendings)
    })
    this.#steps[node]![place] = steps
    this.#idle[node]![place] = idle
    return (this.#flat[node]![place] = Int32Array.from(flat))
  }

  /** The fairness of a place's steps and of its idle actions, by their order. Few searches ask for it. */
  #fairnessOf(node: number, place: number): { steps: readonly number[]; idle: readonly number[] } {
    const known = this.#fairness[node]![place]
    if (known) return known
    const steps: number[] = []
    const idle: number[] = []
    this.#placeSteps(node, place, (step, action) => {
      // A message of which nobody takes notice now may as well wait: where it would be noticed, it has to arrive.
      const unfair = faultOf(action) !== null ? FAULT : step?.moot ? UNFAIR : null
      // How long messages take is an outcome of an action, and not another action.
      const name = { ...action, latencies: undefined, timeouts: undefined }
      const fair = unfair ?? this.#fairActions.intern(canonical(name, 'action'), () => null)
      ;(step === null ? idle : steps).push(fair)
    })
    return (this.#fairness[node]![place] = { steps, idle })
  }

  /** Gives the steps of a place in their order: null for an action that changes nothing. */
  #placeSteps(node: number, place: number, give: (step: PlaceStep | null, action: Action) => void): void {
    this.#nodeSteps(node, place, (action, local, inbox, sendings, received) => {
      this.#live?.step(node, this.localAt(node, place), local)
      const kind = faultOf(action)
      const fault = kind !== null && this.#counts(kind) ? COUNTED.indexOf(kind) : 0
      const silent = kind === 'drop' || kind === 'duplicate' || kind === 'pause' || kind === 'jump'
      const event = silent ? -1 : this.#event(node, received, sendings)
      const kept = sendings.filter(({ absorbed }) => !absorbed)
      // What comes before something else, in time or on a stream, makes a difference even if nobody takes notice of it.
      const alone = this.timing === null && !this.system.network.streams
      const moot = alone && local === this.localAt(node, place) && kept.length === 0 && event < 0
      for (const chosen of this.#durations(action, local, kept.length)) {
        const after = chosen === null ? local : this.settled(local, chosen.timeouts)!
        let target = this.place(node, after, inbox)
        const others: number[] = []
        kept.forEach(({ to, message }, index) => {
          const item = chosen === null ? message : this.timing!.item(message, chosen.latencies[index]!)
          if (to === node) target = this.#arrival(node, target, item)
          else others.push(to, item)
        })
        const taken = chosen?.chooses ? withDurations(action, chosen) : action
        const idle = target === place && others.length === 0 && event < 0
        give(
          idle ? null : { action: taken, place: target, sendings: together(others), fault, event, moot },
          taken,
        )
      }
    })
  }

  /** The ways in which a step may go on; without a clock there is one, null. */
  #durations(action: Action, local: number, messages: number): readonly (Chosen | null)[] {
    const { timing } = this
    return timing === null ? UNTIMED : attempt(action, () => timing.durations(local, messages))
  }

  #nodeSteps(node: number, place: number, take: Take): void {
    const { network, crashes } = this.system
    const id = this.system.nodes[node]!.id
    const local = this.localAt(node, place)
    const inbox = this.inboxNumber(node, place)
    const { up } = this.behaviour.locals.values[local]!
    const mayCrash = crashes !== null && crashes.limit !== 0 && this.behaviour.crashes(node)
    // In the order of their texts, not of their numbers: those depend on what was explored before.
    const { texts } = this.behaviour.messages
    const byText = (items: readonly number[]): number[] =>
      items.toSorted((one, other) => {
        const [first, second] = [texts[this.inboxes.messageOf(one)]!, texts[this.inboxes.messageOf(other)]!]
        return first < second
          ? -1
          : first > second
            ? 1
            : this.inboxes.leftOf(one) - this.inboxes.leftOf(other)
      })
    const arriving = new Set(up ? this.due(node, place) : [])
    const withCrashes = (
      action: Action,
      outcome: Outcome,
      rest: number,
      received: number | null,
      cut: (after: number) => Outcome,
    ): void => {
      take(action, outcome.local, rest, outcome.sendings, received)
      if (!mayCrash) return
      for (const crashAfter of this.behaviour.cuts(node, outcome, local)) {
        const broken = cut(crashAfter)
        const cutAction = { ...action, crashAfter } as Action
        const noticed = attempt(cutAction, () => this.behaviour.crash(node, local).sendings)
        const restarted = attempt(cutAction, () => this.#restarted(node, broken.local))
        const sendings = [...broken.sendings, ...noticed, ...restarted.sendings]
        take(cutAction, restarted.local, rest, sendings, received)
      }
    }
    let before = -1
    for (const item of byText(this.heads(node, place))) {
      const message = this.inboxes.messageOf(item)
      // Of equal messages an action means the one that arrives first.
      const soonest = message !== before
      before = message
      const data = this.messageData(message)
      const rest = this.inboxes.without(inbox, item)
      if (arriving.has(item)) {
        const action: Action = { kind: 'deliver', to: id, message: data }
        const outcome = attempt(action, () => this.behaviour.deliver(node, local, message))
        this.watch?.delivered(node, local, message)
        withCrashes(action, outcome, rest, message, (after) =>
          this.behaviour.deliver(node, local, message, after),
        )
      }
      if (network.drops > 0 && soonest) {
        const after = this.inboxes.lost(inbox, item)
        if (after !== null) take({ kind: 'drop', to: id, message: data }, local, after, [], null)
      }
      if (this.#faultMax.duplicate > 0 && soonest) {
        take({ kind: 'duplicate', to: id, message: data }, local, this.inboxes.with(inbox, item), [], null)
      }
    }
    if (up) {
      for (const timer of this.dueTimers(local)) {
        const action: Action = { kind: 'fire', node: id, timer }
        const outcome = attempt(action, () => this.behaviour.fire(node, local, timer))
        this.watch?.fired(node, local, timer)
        withCrashes(action, outcome, inbox, null, (after) => this.behaviour.fire(node, local, timer, after))
      }
      if (mayCrash) {
        const atOnce = crashes.restart === 'at once'
        const action: Action = { kind: 'crash', node: id, ...(atOnce && { restarts: true }) }
        this.watch?.crashed(node, local)
        const crashed = attempt(action, () => this.behaviour.crash(node, local))
        const restarted = attempt(action, () => this.#restarted(node, crashed.local))
        take(action, restarted.local, inbox, [...crashed.sendings, ...restarted.sendings], null)
      }
      this.#clockFaults(node, local, (action, after) => take(action, after, inbox, [], null))
    } else if (crashes?.restart === 'later') {
      const action: Action = { kind: 'restart', node: id }
      const outcome = attempt(action, () => this.behaviour.restart(node, local))
      this.watch?.restarted(node, local)
      take(action, outcome.local, inbox, outcome.sendings, null)
    }
  }

  /** A node is held up, or its clock set forward. */
  #clockFaults(node: number, local: number, take: (action: Action, after: number) => void): void {
    const { timing } = this
    if (timing === null) return
    const { id } = this.system.nodes[node]!
    if (timing.limit('pause') > 0 && !timing.isPaused(local)) {
      for (const milliseconds of timing.faults(node, 'pause')) {
        take({ kind: 'pause', node: id, milliseconds }, timing.paused(local, milliseconds))
      }
    }
    if (timing.limit('jump') === 0) return
    for (const milliseconds of timing.faults(node, 'jump')) {
      take({ kind: 'jump', node: id, milliseconds }, timing.jumped(node, local, milliseconds))
    }
  }

  /** A node that has just crashed, restarted where restarts come at once. */
  #restarted(node: number, local: number): { local: number; sendings: readonly Sending[] } {
    if (this.system.crashes?.restart !== 'at once') return { local, sendings: [] }
    const outcome = this.behaviour.restart(node, local)
    this.watch?.restarted(node, local)
    return outcome
  }
}

/** Takes a step: its action, the local state and inbox after it, what was sent, and the message that arrived. */
type Take = (
  action: Action,
  local: number,
  inbox: number,
  sendings: readonly Sending[],
  received: number | null,
) => void

/** Without a clock messages take any time. */
const UNTIMED: readonly null[] = [null]

/** An action with what was chosen for what began in it. */
export function withDurations(action: Action, { latencies, timeouts }: Omit<Chosen, 'chooses'>): Action {
  return {
    ...action,
    ...(latencies.length > 0 && { latencies }),
    ...(timeouts.length > 0 && { timeouts }),
  } as Action
}

/** Receivers and messages with those to one receiver together, each receiver's in their order. */
function together(sendings: readonly number[]): readonly number[] {
  const byReceiver = new Map<number, number[]>()
  for (let index = 0; index < sendings.length; index += 2) {
    const to = sendings[index]!
    const list = byReceiver.get(to) ?? []
    list.push(to, sendings[index + 1]!)
    byReceiver.set(to, list)
  }
  return [...byReceiver.values()].flat()
}

/** Says of a step that could not be carried out which step it was. */
function attempt<T>(action: Action, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw error instanceof Fault ? new StepFailed(action, error) : error
  }
}
