/**
 * LiveTime: the clock of a run that is simulated in a timed system: what is due when, and how long what begins now takes. Times are
 * milliseconds since the start. What is drawn is written down with the action, so that the run can be taken again.
 */
import type { Effect } from '../actors/execute.ts'
import { timerHandler } from '../actors/execute.ts'
import { EXACT } from '../actors/timing.ts'
import type { Spread, Time } from '../actors/system.ts'
import type { Action, Durations } from '../model.ts'
import type { Random } from '../random.ts'
import type { LiveSystem } from './simulate-live.ts'
import type { LiveMessage, LiveNode } from './simulate-node.ts'

type SetTimer = Extract<Effect, { kind: 'setTimer' }>

export class LiveTime {
  now = 0
  /** Where times are drawn from; null: everything takes what is usual. */
  random: Random | null = null
  readonly #time: Time
  readonly #nodes: readonly LiveNode[]
  /** What was given for an action that is taken again. */
  #given: { latencies: number[]; timeouts: number[] | null } | null = null
  /** What was chosen in this step. */
  #latencies: number[] = []
  #timeouts: number[] = []
  /** Could any of it have been otherwise? */
  #chose = false
  /** Timers that were set in this step without a time, by name. */
  readonly #unset: string[] = []

  constructor(time: Time, nodes: readonly LiveNode[]) {
    this.#time = time
    this.#nodes = nodes
  }

  /** Takes what an action says of its durations for what begins in it. */
  give(action: Action): void {
    const { latencies, timeouts } = action as Durations
    this.#given =
      latencies || timeouts
        ? { latencies: [...(latencies ?? [])], timeouts: timeouts ? [...timeouts] : null }
        : null
  }

  /** When a message that is sent now arrives. @param before the last one of its stream, which it can't overtake */
  messageDue(before: LiveMessage | null): number {
    const given = this.#given?.latencies.shift()
    const latency = given ?? this.#latency()
    this.#latencies.push(latency)
    this.#chose ||= this.#time.spread !== undefined || this.#time.latencies.length > 1
    return Math.max(this.now + latency, before?.due ?? 0)
  }

  /** When a timer that is set now is due, on its node's own clock; see `settle`. */
  timerDue(node: LiveNode, { name, milliseconds }: SetTimer): number {
    const known = this.#unset.indexOf(name)
    if (milliseconds !== undefined) {
      if (known >= 0) this.#unset.splice(known, 1)
      return node.own(this.now) + milliseconds
    }
    if (known < 0) this.#unset.push(name)
    return 0
  }

  /** Gives the timers that were set without a time one, in the order of their names. */
  settle(node: LiveNode): void {
    if (this.#unset.length === 0) return
    for (const name of this.#unset.splice(0).sort()) {
      const index = node.timers.indexOf(name)
      if (index < 0) continue
      const milliseconds = this.#given?.timeouts?.shift() ?? this.#timeout(name)
      this.#timeouts.push(milliseconds)
      this.#chose ||= this.#time.timeouts![timerHandler(name)]!.length > 1
      node.timersDue[index] = node.own(this.now) + milliseconds
    }
  }

  /** The node has crashed: what its handler has set comes to nothing. */
  forget(): void {
    this.#unset.length = 0
  }

  /** What was chosen since it was asked last; null where there was no choice. */
  chosen(): { readonly latencies: readonly number[]; readonly timeouts: readonly number[] } | null {
    const chosen = this.#chose ? { latencies: this.#latencies, timeouts: this.#timeouts } : null
    this.#latencies = []
    this.#timeouts = []
    this.#chose = false
    this.#given = null
    return chosen
  }

  isPaused(node: LiveNode): boolean {
    return node.pausedUntil > this.now
  }

  isTimerDue(node: LiveNode, timer: number): boolean {
    return !this.isPaused(node) && node.timersDue[timer]! <= node.own(this.now)
  }

  /** Milliseconds until something is due; 0 where something is, Infinity where nothing ever will be. */
  untilDue(live: LiveSystem): number {
    let soonest = Infinity
    for (const node of this.#nodes) {
      if (this.isPaused(node)) {
        soonest = Math.min(soonest, node.pausedUntil)
        continue
      }
      if (!node.up) continue
      for (const due of node.timersDue) soonest = Math.min(soonest, Math.ceil((due * EXACT) / node.rate))
    }
    for (const message of live.pending) {
      const node = this.#nodes[message.to]!
      // What stands behind another in a stream is due no sooner than that.
      if (node.up && !this.isPaused(node) && live.reaches(message)) soonest = Math.min(soonest, message.due)
    }
    return Math.max(0, soonest - this.now)
  }

  #latency(): number {
    const { latencies, spread } = this.#time
    if (this.random === null) return latencies[0]!
    if (spread) return drawn(spread, this.random)
    return latencies[this.random.below(latencies.length)]!
  }

  #timeout(name: string): number {
    const choices = this.#time.timeouts![timerHandler(name)]!
    if (this.random === null) return choices[0]!
    const smallest = Math.min(...choices)
    return smallest + this.random.below(Math.max(...choices) - smallest + 1)
  }
}

/** Whole milliseconds from a distribution. */
function drawn(spread: Spread, random: Random): number {
  if (spread.kind === 'uniform') return spread.from + random.below(spread.to - spread.from + 1)
  return spread.from + Math.round(exponential(random) * spread.mean)
}

/**
 * A number from the exponential distribution with mean 1, by comparisons alone: logarithms differ from machine to machine.
 * Reference: J. von Neumann, "Various Techniques Used in Connection with Random Digits", 1951.
 */
function exponential(random: Random): number {
  for (let whole = 0; ; whole++) {
    const first = random.next()
    let falling = 0
    for (let last = first; ; falling++) {
      const next = random.next()
      if (next > last) break
      last = next
    }
    // That just so many more fall has the probability of the series of e⁻ˣ.
    if (falling % 2 === 0) return whole + first / 0x1_0000_0000
  }
}
