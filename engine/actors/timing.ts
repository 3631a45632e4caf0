/**
 * Timing: what the passing of time does to the nodes and messages of a timed system, in whole milliseconds. Everything that
 * waits is a distance and not an instant, so that states which differ in nothing but the time of day are one.
 *
 * A message on its way is an *item*: the message and how long it still takes. A node's timers, and what is in the state of a
 * server, are distances on the node's own clock, which may be fast or slow; messages and pauses take true time.
 */
import { Fault } from '../fault.ts'
import { copy } from '../plain.ts'
import { type Behaviour, UNSET } from './behaviour.ts'
import { type Local, type NodeClock, timerHandler } from './execute.ts'
import type { System, Time } from './system.ts'
import { PairInterner, PairTable } from './tables.ts'

/** A clock's rate is counted in thousandths. */
export const EXACT = 1_000

/** In how many ways one step may go on. */
const COMBINATIONS_MAX = 256

/** One way in which a step may go on, in milliseconds. */
export interface Chosen {
  readonly latencies: readonly number[]
  readonly timeouts: readonly number[]
  /** Are there others? */
  readonly chooses: boolean
}

export class Timing {
  readonly #time: Time
  readonly #system: System
  readonly #behaviour: Behaviour
  /** Messages and how long they still take. */
  readonly #items = new PairInterner()
  readonly #aged: PairTable[]
  readonly #rates: readonly number[]
  readonly #backMax: readonly number[]

  /** @throws Fault `bad-time` where the system's times are not whole milliseconds, or there are none for messages or partitions */
  constructor(system: System, behaviour: Behaviour) {
    this.#system = system
    this.#behaviour = behaviour
    this.#time = system.time!
    const { latencies, pauses, jumps, timeouts = {}, drift = {} } = this.#time
    const { partitions } = system.network
    const all = [
      ...latencies,
      ...(pauses?.milliseconds ?? []),
      // A clock may be set back.
      ...(jumps?.milliseconds ?? []).map((given) => Math.abs(given)),
      ...Object.values(timeouts).flatMap((some) => (some.length === 0 ? [NaN] : some)),
      ...(partitions?.milliseconds ?? []),
    ]
    const wrong = all.find((given) => !Number.isSafeInteger(given) || given < 0)
    if (latencies.length === 0 || wrong !== undefined)
      throw new Fault('bad-time', { given: String(wrong ?? 'no latencies') })
    if (partitions && !partitions.milliseconds?.length)
      throw new Fault('bad-time', { given: 'partitions that last for no time' })
    this.#aged = system.nodes.map(() => new PairTable())
    this.#rates = system.nodes.map(({ id }) => EXACT + (drift[id] ?? 0))
    this.#backMax = system.nodes.map(({ role }) => backMax(this.#time, role))
    const slow = this.#rates.find((rate) => !Number.isInteger(rate) || rate <= 0)
    if (slow !== undefined) throw new Fault('bad-time', { given: String(slow - EXACT) })
  }

  /** The number of a message that still takes so long. */
  item(message: number, left: number): number {
    return this.#items.intern(message, left)
  }

  messageOf(item: number): number {
    return this.#items.firsts[item]!
  }

  leftOf(item: number): number {
    return this.#items.seconds[item]!
  }

  /** The item once so much time has passed. */
  agedItem(item: number, milliseconds: number): number {
    return this.item(this.messageOf(item), Math.max(0, this.leftOf(item) - milliseconds))
  }

  /** What `jump` may add to a clock or take from it, and `pause` hold a node up for; empty where this node is spared. */
  faults(node: number, kind: 'pause' | 'jump'): readonly number[] {
    const given = kind === 'pause' ? this.#time.pauses : this.#time.jumps
    return given?.roles.includes(this.#system.nodes[node]!.role) ? given.milliseconds : []
  }

  /** How many faults of a kind one run may have. */
  limit(kind: 'pause' | 'jump'): number {
    return (kind === 'pause' ? this.#time.pauses : this.#time.jumps)?.limit ?? 0
  }

  /** Every way in which a step may go on: how long its messages take, and the timers that it has set without a time. */
  durations(local: number, messages: number): readonly Chosen[] {
    const { latencies } = this.#time
    const choices = [
      ...Array.from({ length: messages }, () => latencies),
      ...this.#unset(local).map((name) => this.#timeouts(name)),
    ]
    if (choices.reduce((product, { length }) => product * length, 1) > COMBINATIONS_MAX)
      throw new Fault('too-many-durations', { count: choices.length, limit: COMBINATIONS_MAX })
    let combinations: number[][] = [[]]
    for (const choice of choices)
      combinations = combinations.flatMap((some) => choice.map((one) => [...some, one]))
    const chooses = choices.some(({ length }) => length > 1)
    return combinations.map((some) => ({
      latencies: some.slice(0, messages),
      timeouts: some.slice(messages),
      chooses,
    }))
  }

  /** How long so many messages take where nobody chooses: the first of the latencies. */
  usual(messages: number): readonly number[] {
    return Array.from({ length: messages }, () => this.#time.latencies[0]!)
  }

  /**
   * The local state with a time for each timer that was set without one.
   * @param timeouts in the order of the timers' names; left out: the first of what each may take
   * @returns null where they are too many or too few
   */
  settled(local: number, timeouts?: readonly number[]): number | null {
    const unset = this.#unset(local)
    const times = timeouts ?? unset.map((name) => this.#timeouts(name)[0]!)
    if (times.length !== unset.length) return null
    if (unset.length === 0) return local
    const before = this.#behaviour.locals.values[local]!
    const clock = before.clock!
    let next = 0
    const left = clock.left.map((one) => (one === UNSET ? times[next++]! : one))
    return this.#behaviour.local({ ...before, clock: { ...clock, left } })
  }

  #unset(local: number): readonly string[] {
    const { timers } = this.#behaviour.locals.values[local]!
    const { left } = this.#clockOf(local)
    return timers.filter((_, index) => left[index] === UNSET)
  }

  #timeouts(name: string): readonly number[] {
    return this.#time.timeouts![timerHandler(name)]!
  }

  /** Is this node held up? */
  isPaused(local: number): boolean {
    return this.#clockOf(local).paused > 0
  }

  /** The timers that are due. */
  dueTimers(local: number): readonly string[] {
    const { timers } = this.#behaviour.locals.values[local]!
    const { left } = this.#clockOf(local)
    return timers.filter((_, index) => left[index] === 0)
  }

  /**
   * True milliseconds until something is due at a node; 0 where something is, Infinity where nothing ever will be.
   * @param heads the messages that may arrive next, as items
   */
  until(node: number, local: number, heads: readonly number[]): number {
    const { up } = this.#behaviour.locals.values[local]!
    const { paused, left, fraction } = this.#clockOf(local)
    if (paused > 0) return paused
    if (!up) return Infinity
    const soonest = Math.min(Infinity, ...left)
    const rate = this.#rates[node]!
    const timer = soonest === 0 ? 0 : Math.ceil((soonest * EXACT - fraction) / rate)
    return Math.min(timer, ...heads.map((item) => this.leftOf(item)))
  }

  /** The local state of a node once so much true time has passed. */
  aged(node: number, local: number, milliseconds: number): number {
    const known = this.#aged[node]!.get(local, milliseconds)
    if (known >= 0) return known
    const { paused, fraction } = this.#clockOf(local)
    const passed = milliseconds * this.#rates[node]! + fraction
    const own = Math.floor(passed / EXACT)
    const after = this.#advanced(node, local, own, {
      fraction: passed - own * EXACT,
      paused: Math.max(0, paused - milliseconds),
    })
    this.#aged[node]!.add(local, milliseconds, after)
    return after
  }

  /**
   * The local state of a node whose clock was set forward or back. What is left of timers stays as it is, as those of a process
   * are monotonic; but a server measures some things by the time of day (`AnyNodeDefinition.jump`), and they come sooner or later.
   */
  jumped(node: number, local: number, milliseconds: number): number {
    const before = this.#behaviour.locals.values[local]!
    const { definition } = this.#system.nodes[node]!
    const clock = setBy(this.#clockOf(local), milliseconds)
    if (definition.jump === undefined) return this.#behaviour.local({ ...before, clock })
    const state = copy(before.state)
    const disk = copy(before.disk)
    const pending = definition.jump(state, disk, milliseconds, this.#backMax[node]!)
    const timers = pending === null ? before.timers : [...pending.keys()].sort()
    const left = pending === null ? clock.left : timers.map((name) => pending.get(name)!)
    return this.#behaviour.local({ ...before, state, disk, timers, clock: { ...clock, left } })
  }

  /** The local state of a node that is held up. */
  paused(local: number, milliseconds: number): number {
    const before = this.#behaviour.locals.values[local]!
    return this.#behaviour.local({
      ...before,
      clock: { ...this.#clockOf(local), paused: milliseconds },
    })
  }

  #advanced(node: number, local: number, own: number, change: Partial<NodeClock>): number {
    const system = this.#system.nodes[node]!
    const before = this.#behaviour.locals.values[local]!
    const clock = this.#clockOf(local)
    const { elapse } = system.definition
    let { state, disk } = before
    if (elapse && own > 0) {
      state = copy(state)
      disk = copy(disk)
      elapse.call(system.definition, state, disk, own, this.#backMax[node]!)
    }
    const after: Local = {
      ...before,
      state,
      disk,
      clock: {
        ...clock,
        left: clock.left.map((left) => Math.max(0, left - own)),
        reading: clock.reading === null ? null : clock.reading + own,
        ...change,
      },
    }
    return this.#behaviour.local(after)
  }

  #clockOf(local: number): NodeClock {
    return this.#behaviour.locals.values[local]!.clock!
  }
}

/** A clock that was set forward or back. What shows the time since the start can't be set, so it is known by how much it was. */
function setBy({ set = 0, ...clock }: NodeClock, milliseconds: number): NodeClock {
  if (clock.reading === null) return clock
  const all = set + milliseconds
  return { ...clock, reading: clock.reading + milliseconds, ...(all !== 0 && { set: all }) }
}

/**
 * By how much the clocks of a role may be set back in one run, in milliseconds. What is longer past than that is past for good,
 * so that it need not be known how long; without such jumps that is everything.
 */
export function backMax({ jumps }: Time, role: string): number {
  if (!jumps?.roles.includes(role)) return 0
  return jumps.limit * Math.max(0, ...jumps.milliseconds.map((milliseconds) => 0 - milliseconds))
}
