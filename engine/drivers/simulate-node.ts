/** LiveNode: one node of a run that is simulated, and the messages between such nodes. */
import { type NodeClock, type Site, type execute, siteOf } from '../actors/execute.ts'
import { Owned } from '../actors/owned.ts'
import { EXACT, backMax } from '../actors/timing.ts'
import type { Role, System, SystemNode } from '../actors/system.ts'
import type { MessageData } from '../model.ts'
import { canonical, copy, copyQuickly } from '../plain.ts'

/** A message on its way. */
export interface LiveMessage {
  readonly from: string
  /** The number of its receiver. */
  readonly to: number
  readonly type: string
  /** Nothing changes them: a receiver gets a copy. */
  readonly fields: unknown
  /** The number of the step that sent or repeated it. */
  readonly sentAt: number
  /** Is it to come late? Who chooses the actions decides. */
  held: boolean
  /** The name of its stream, where messages keep their order. */
  readonly stream: string | null
  /** When it arrives, in milliseconds since the start; 0 without a clock. */
  readonly due: number
  /** The canonical text of sender, type and fields, once somebody asked. */
  text: string | null
}

/** One node of a run. */
export class LiveNode {
  readonly index: number
  readonly node: SystemNode
  readonly id: string
  readonly site: Site
  readonly role: Role
  /** May it crash? */
  readonly crashes: boolean
  /** Is a crash just before a message looked at? See `Crashes.beforeSends`. */
  readonly beforeSends: boolean
  readonly handled: ReadonlySet<string>
  readonly #owned = new Owned()
  /** What is to be done with the state that a handler leaves; see `Owned`. */
  readonly keepState = (state: object): object => this.#owned.keep(state)
  readonly takeState = (state: object): object => {
    const own = copyQuickly(state, 'state')
    this.#owned.take(own)
    return own
  }
  up = true
  state: object | null = null
  disk: unknown = null
  /** Pending timers, in the order in which they were set, and the steps that set them. */
  readonly timers: string[] = []
  readonly timersSince: number[] = []
  /** When they are due on the node's own clock, as that was at the start; see `LiveTime`. */
  readonly timersDue: number[] = []
  /** How far its clock was set forward in all, and until when it is held up in true time. */
  jumped = 0
  pausedUntil = 0
  /** Its clock's rate in thousandths. */
  readonly rate: number
  /** By how much its clock may be set back in one run, in milliseconds. */
  readonly backMax: number
  /** Does its role read the clock? */
  readonly reads: boolean
  history: unknown = null
  /** Messages to it that have not arrived. */
  pending = 0

  constructor(system: System, index: number) {
    this.index = index
    this.node = system.nodes[index]!
    this.id = this.node.id
    this.site = siteOf(system, this.node)
    this.role = system.roles[this.node.role]!
    this.crashes = system.crashes?.roles.includes(this.node.role) ?? false
    this.beforeSends = system.crashes?.beforeSends?.includes(this.node.role) ?? false
    this.handled = new Set(Object.keys(this.node.definition.on))
    this.rate = EXACT + (system.time?.drift?.[this.id] ?? 0)
    this.backMax = system.time ? backMax(system.time, this.node.role) : 0
    this.reads = system.time?.readers?.includes(this.node.role) ?? false
  }

  /**
   * A local state as `execute` takes it. What is in it belongs to whoever asked.
   * @param now milliseconds since the start; null in a system without clocks
   */
  local(now: number | null): Parameters<typeof execute>[2] {
    const { up, state, disk, timers, history } = this
    const sorted = [...timers].sort()
    const local = { up, state: copy(state), disk: now === null ? disk : copy(disk), timers: sorted, history }
    return now === null ? local : { ...local, clock: this.clock(now, sorted) }
  }

  /** What of it depends on time. */
  clock(now: number, timers: readonly string[]): NodeClock {
    const own = this.own(now)
    return {
      left: timers.map((name) => Math.max(0, this.timersDue[this.timers.indexOf(name)]! - own)),
      paused: Math.max(0, this.pausedUntil - now),
      fraction: now * this.rate - own * EXACT,
      reading: this.reads ? own + this.jumped : null,
      ...(this.reads && this.jumped !== 0 && { set: this.jumped }),
    }
  }

  /** What its clock would show had nobody set it. */
  own(now: number): number {
    return Math.floor((now * this.rate) / EXACT)
  }

  /** Everything about it but its inbox, as text. */
  text(): string {
    return localText(this.up, this.state, this.disk, this.timers, this.history)
  }
}

/** Everything about a node but its inbox, as text. */
export function localText(
  up: boolean,
  state: unknown,
  disk: unknown,
  timers: readonly string[],
  history: unknown,
): string {
  return canonical([up, state, disk, [...timers].sort(), history], 'state')
}

/** Do two messages keep their order? */
export function isSameStream(one: LiveMessage, other: LiveMessage): boolean {
  return one.stream === other.stream && one.from === other.from && one.to === other.to
}

/** Takes a pending timer back; does nothing where it is not pending. */
export function clearTimer(node: LiveNode, name: string): void {
  const index = node.timers.indexOf(name)
  if (index < 0) return
  removeAt(node.timers, index)
  removeAt(node.timersSince, index)
  removeAt(node.timersDue, index)
}

/**
 * Replaces a node's pending timers.
 * @param pending the milliseconds that each has left
 * @param own what the node's own clock would show now had nobody set it
 * @param step the step that sets those that are new
 */
export function setTimers(
  node: LiveNode,
  pending: ReadonlyMap<string, number>,
  own: number,
  step: number,
): void {
  for (const name of [...node.timers]) if (!pending.has(name)) clearTimer(node, name)
  for (const [name, left] of pending) {
    const index = node.timers.indexOf(name)
    if (index >= 0) {
      node.timersDue[index] = own + left
      continue
    }
    node.timers.push(name)
    node.timersSince.push(step)
    node.timersDue.push(own + left)
  }
}

/** `splice` without the list of what was taken out. */
export function removeAt(list: unknown[], index: number): void {
  for (let next = index + 1; next < list.length; next++) list[next - 1] = list[next]
  list.pop()
}

/** The message as an action names it. */
export function dataOf({ from, type, fields }: LiveMessage): MessageData {
  return { from, type, fields }
}

/** The canonical text of sender, type and fields. */
export function textOfMessage(message: LiveMessage): string {
  return (message.text ??= canonical([message.from, message.type, message.fields], 'message'))
}
