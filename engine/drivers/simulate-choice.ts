/**
 * Chooser: draws the next action of a simulated run from its seed. Faults are drawn where they hurt: a crash right after
 * a node has answered or written to its disk, in the middle of a handler, a message that comes after its time is over.
 *
 * Each run has a profile of its own, drawn from the seed: which kinds of fault it has at all, how often, in which order
 * messages come. A run with everything at once seldom gets far enough for anything to go wrong.
 * Reference: A. Groce et al., "Swarm Testing", 2012.
 */
import { Random } from '../random.ts'
import type { LiveSystem } from './simulate-live.ts'
import type { LiveMessage, LiveNode } from './simulate-node.ts'
import { Partitioning } from './simulate-partition.ts'

/** How the next action is chosen. `uniform`: each enabled one alike; for comparison. */
export type Choice = 'weighted' | 'uniform'

/** In which order messages tend to arrive. */
type Order = 'any' | 'oldest' | 'newest'

/** What one run is like. Weights are those of a kind of action as a whole, against 100 for a message to arrive. */
interface Profile {
  readonly fire: number
  readonly drop: number
  readonly duplicate: number
  /** A message that has arrived arrives once more. */
  readonly again: number
  readonly crash: number
  readonly restart: number
  readonly partition: number
  /** Out of 64, after a step that sent something or wrote to a disk: the node crashes at once. */
  readonly crashAfterStep: number
  /** Out of 64: a crash in the middle of the handler, where there is a place for one. */
  readonly cut: number
  readonly order: Order
  /** Out of 64: a message is held back when it is sent, and comes when nearly all others have come. */
  readonly hold: number
  /** Out of 256, at each step: a node hears nothing for a while, and its timers don't fire. */
  readonly starve: number
  /** Out of 256, at each step: nothing passes between a node and the others for a while. */
  readonly isolate: number
}

const DELIVER = 100

/** A message that is held back comes in one of so many draws. */
const HELD = 24

/** Steps for which a node hears nothing, at least, and how many more at most. */
const QUIET_MIN = 8
const QUIET_MORE = 64

/** With more messages on their way for each node, timers fire seldom, with this weight at most. */
const CROWDED = 6
const FIRE_CROWDED = 3

/** How often a message is drawn before the choice is made by going through all. */
const DRAWS = 6

/** Among so many of the oldest or newest the choice is by lot. */
const NEAR = 3

/** Once faults have stopped: so many steps for each node, and a timer that has waited longer fires. */
const PATIENCE = 16

/** Once faults have stopped, in a network that repeats: one step in so many is a message that has arrived before. */
const AGAIN_INTERVAL = 8

/** @param parts may the network fall apart? Where it can't, nothing is drawn for it. */
function profileOf(random: Random, parts: boolean): Profile {
  const one = <T>(...values: readonly T[]): T => values[random.below(values.length)]!
  return {
    fire: one(3, 10, 30, 100),
    drop: one(0, 0, 3, 12),
    duplicate: one(0, 0, 3, 12),
    again: one(0, 3, 12, 50),
    crash: one(0, 0, 1, 4),
    restart: one(2, 10, 100),
    crashAfterStep: one(0, 0, 2, 8),
    cut: one(0, 8, 32),
    order: one<Order>('any', 'oldest', 'newest'),
    hold: one(0, 0, 4, 16),
    starve: one(0, 0, 2, 6),
    isolate: one(0, 0, 3, 9),
    partition: parts ? one(0, 1, 4) : 0,
  }
}

export class Chooser {
  readonly #live: LiveSystem
  readonly #random: Random
  readonly #profile: Profile
  readonly #choice: Choice
  readonly #partitions: Partitioning
  /** The node that has just answered or written to its disk. */
  #hot: LiveNode | null = null
  /** The node that hears nothing, and the one that is cut off; −1 for none. */
  #starved = -1
  #isolated = -1
  #until = 0

  constructor(live: LiveSystem, seed: number, choice: Choice) {
    this.#live = live
    this.#random = new Random(seed)
    this.#partitions = new Partitioning(live, this.#random)
    this.#profile = profileOf(this.#random, this.#partitions.mayBegin)
    this.#choice = choice
  }

  /** A number from 0 to `limit` − 1. */
  below(limit: number): number {
    return this.#random.below(limit)
  }

  /**
   * Takes one step, faults among them.
   * @returns false where no action is enabled
   * @throws Fault of a handler
   */
  step(): boolean {
    return this.#choice === 'uniform' ? this.#uniform() : this.#weighted()
  }

  #weighted(): boolean {
    const live = this.#live
    const random = this.#random
    const profile = this.#profile
    if (profile.hold > 0) this.#hold()
    const hot = this.#hot
    this.#hot = null
    if (hot !== null && random.below(64) < profile.crashAfterStep && hot.up && live.allows('crash')) {
      live.crash(hot)
      return true
    }
    if (this.#partitions.end()) return true
    this.#starve()

    const crashable = live.allows('crash')
    let ready = 0
    let timers = 0
    let up = 0
    let down = 0
    for (const node of live.nodes) {
      if (!node.up) {
        down++
        continue
      }
      if (crashable && node.crashes) up++
      if (node.index === this.#starved) continue
      ready += node.pending
      timers += node.timers.length
    }
    if (this.#isolated >= 0 || live.isCut) {
      ready = 0
      for (const message of live.pending) if (this.#isReady(message)) ready++
    }
    const { length } = live.pending
    const deliver = ready > 0 ? DELIVER : 0
    // Where timers fire faster than messages arrive, the network fills up with what nobody will ever read.
    const crowded = length > CROWDED * live.nodes.length
    const fire = timers > 0 ? (crowded ? Math.min(profile.fire, FIRE_CROWDED) : profile.fire) : 0
    const again = live.arrived.length > 0 ? profile.again : 0
    const drop = length > 0 && live.allows('drop') ? profile.drop : 0
    const duplicate = length > 0 && live.allows('duplicate') ? profile.duplicate : 0
    const crash = up > 0 ? profile.crash : 0
    const restart = down > 0 && live.system.crashes?.restart === 'later' ? profile.restart : 0
    const partition = this.#partitions.mayBegin ? profile.partition : 0
    const total = deliver + fire + again + drop + duplicate + crash + restart + partition
    if (total === 0) return this.#partitions.heal() || this.#rest()

    let draw = random.below(total)
    if ((draw -= deliver) < 0) {
      const index = this.#pickPending()
      const node = live.nodes[live.pending[index]!.to]!
      live.deliver(index, false, this.#cut(node))
      this.#heat(node)
    } else if ((draw -= fire) < 0) {
      let number = random.below(timers)
      for (const node of live.nodes) {
        if (!node.up || node.index === this.#starved) continue
        if (number < node.timers.length) {
          live.fire(node, number, this.#cut(node))
          this.#heat(node)
          break
        }
        number -= node.timers.length
      }
    } else if ((draw -= again) < 0) {
      const index = this.#pickArrived()
      if (index < 0) return this.#rest()
      const node = live.nodes[live.arrived[index]!.to]!
      live.deliver(index, true, this.#cut(node))
      this.#heat(node)
    } else if ((draw -= drop) < 0) {
      const index = live.headOf(this.#recent(length))
      if (!live.mayLose(index)) return this.#rest()
      live.drop(index)
    } else if ((draw -= duplicate) < 0) {
      live.duplicate(this.#recent(length))
    } else if ((draw -= crash) < 0) {
      live.crash(nth(live.nodes, random.below(up), (node) => node.up && node.crashes))
    } else if (draw < restart) {
      live.restart(nth(live.nodes, random.below(down), (node) => !node.up))
    } else this.#partitions.begin()
    return true
  }

  /** What may happen where the weights of this run allow nothing: all hear again, and then anything at all. */
  #rest(): boolean {
    if (this.#starved < 0 && this.#isolated < 0) return this.#uniform()
    this.#starved = -1
    this.#isolated = -1
    this.#until = this.#live.steps + 1
    return this.#weighted()
  }

  /** Each enabled action alike, a crash in the middle of a handler counted as one that comes with it. */
  #uniform(): boolean {
    const live = this.#live
    const random = this.#random
    const { pending, arrived, nodes } = live
    const ordered = live.system.network.streams !== undefined
    /** Does more than its receiver decide whether a message may arrive? */
    const looked = ordered || live.isCut
    const mayArrive = ({ to }: LiveMessage, index: number): boolean => nodes[to]!.up && live.isDue(index)
    const mayBeLost = (_: LiveMessage, index: number): boolean =>
      !ordered || (live.headOf(index) === index && live.mayLose(index))
    const drops = !live.allows('drop') ? 0 : ordered ? pending.filter(mayBeLost).length : pending.length
    const duplicates = live.allows('duplicate') ? pending.length : 0
    const crashable = live.allows('crash')
    const restartable = live.system.crashes?.restart === 'later'
    let deliveries = 0
    let again = 0
    let timers = 0
    let up = 0
    let down = 0
    const mayAgain = (message: LiveMessage): boolean => nodes[message.to]!.up && live.reaches(message)
    for (const message of arrived) if (mayAgain(message)) again++
    for (const node of nodes) {
      if (!node.up) {
        if (restartable) down++
        continue
      }
      if (!looked) deliveries += node.pending
      timers += node.timers.length
      if (crashable && node.crashes) up++
    }
    if (looked) deliveries = pending.filter(mayArrive).length
    const partitions = live.isCut || this.#partitions.mayBegin ? 1 : 0
    const total = deliveries + again + timers + drops + duplicates + up + down + partitions
    if (total === 0) return false
    let draw = random.below(total)
    if (draw < deliveries) {
      const index = nthIndex(pending, draw, mayArrive)
      live.deliver(index, false, this.#evenCut(nodes[pending[index]!.to]!))
    } else if ((draw -= deliveries) < again) {
      const index = nthIndex(arrived, draw, mayAgain)
      live.deliver(index, true, this.#evenCut(nodes[arrived[index]!.to]!))
    } else if ((draw -= again) < timers) {
      for (const node of nodes) {
        if (!node.up) continue
        if (draw < node.timers.length) {
          live.fire(node, draw, this.#evenCut(node))
          break
        }
        draw -= node.timers.length
      }
    } else if ((draw -= timers) < drops) {
      live.drop(nthIndex(pending, draw, mayBeLost))
    } else if ((draw -= drops) < duplicates) {
      live.duplicate(draw)
    } else if ((draw -= duplicates) < up) {
      live.crash(nth(nodes, draw, (node) => node.up && node.crashes))
    } else if ((draw -= up) < down) {
      live.restart(nth(nodes, draw, (node) => !node.up))
    } else if (!this.#partitions.heal()) this.#partitions.begin()
    return true
  }

  /**
   * Takes one step of a run whose faults have stopped: the network is whole, nodes that are down restart, messages arrive, roughly the
   * oldest first, and a timer fires when nothing is on its way any more or when it has waited long.
   * @returns false where nothing is left to do
   */
  fairStep(): boolean {
    const live = this.#live
    const random = this.#random
    if (this.#partitions.heal()) return true
    if (live.system.crashes?.restart === 'later') {
      for (const node of live.nodes) {
        if (node.up) continue
        live.restart(node)
        return true
      }
    }
    let oldest: LiveNode | null = null
    let oldestTimer = 0
    let ready = 0
    for (const node of live.nodes) {
      if (!node.up) continue
      ready += node.pending
      for (let timer = 0; timer < node.timers.length; timer++) {
        if (oldest !== null && node.timersSince[timer]! >= oldest.timersSince[oldestTimer]!) continue
        oldest = node
        oldestTimer = timer
      }
    }
    if (oldest !== null) {
      const waited = live.steps - oldest.timersSince[oldestTimer]!
      if (ready === 0 || waited > PATIENCE * live.nodes.length) {
        if (live.arrived.length === 0 || random.below(AGAIN_INTERVAL) > 0) {
          live.fire(oldest, oldestTimer, null)
          return true
        }
      }
    }
    if (ready > 0 && (live.arrived.length === 0 || random.below(AGAIN_INTERVAL) > 0)) {
      const draw = random.below(Math.min(NEAR, ready))
      const index = nthIndex(live.pending, draw, ({ to }) => live.nodes[to]!.up)
      live.deliver(live.headOf(index), false, null)
      return true
    }
    const index = live.arrived.findIndex(({ to }) => live.nodes[to]!.up)
    if (index >= 0) {
      // To the end of the queue, so that each has its turn.
      const [message] = live.arrived.splice(index, 1)
      live.arrived.push(message!)
      live.deliver(live.arrived.length - 1, true, null)
      return true
    }
    if (oldest === null) return false
    live.fire(oldest, oldestTimer, null)
    return true
  }

  /** A node that has answered or written to its disk is the one whose crash would hurt. */
  #heat(node: LiveNode): void {
    if (this.#live.effects > 0 && node.up && node.crashes) this.#hot = node
  }

  #cut(node: LiveNode): Random | null {
    const { cut } = this.#profile
    if (cut === 0 || !node.crashes || !this.#live.allows('crash')) return null
    return this.#random.below(64) < cut ? this.#random : null
  }

  #evenCut(node: LiveNode): Random | null {
    if (!node.crashes || !this.#live.allows('crash')) return null
    return this.#random.below(2) === 0 ? this.#random : null
  }

  /** Holds some of the messages back that were sent in the last step. They stand at the end. */
  #hold(): void {
    const { pending, steps } = this.#live
    for (let index = pending.length - 1; index >= 0 && pending[index]!.sentAt === steps; index--) {
      pending[index]!.held = this.#random.below(64) < this.#profile.hold
    }
  }

  /** Begins and ends the times in which a node hears nothing. */
  #starve(): void {
    const { starve, isolate } = this.#profile
    if (starve + isolate === 0) return
    const { steps, nodes } = this.#live
    if (steps < this.#until) return
    this.#starved = -1
    this.#isolated = -1
    const draw = this.#random.below(256)
    if (draw >= starve + isolate) return
    if (draw < starve) this.#starved = this.#random.below(nodes.length)
    else this.#isolated = this.#random.below(nodes.length)
    this.#until = steps + QUIET_MIN + this.#random.below(QUIET_MORE)
  }

  #isReady(message: LiveMessage): boolean {
    const { nodes } = this.#live
    const { to, from } = message
    if (!nodes[to]!.up || to === this.#starved || !this.#live.reaches(message)) return false
    const isolated = this.#isolated
    return isolated < 0 || (to === isolated) === (from === nodes[isolated]!.id)
  }

  /** A message that may arrive; there is one. */
  #pickPending(): number {
    const { pending } = this.#live
    const random = this.#random
    const { length } = pending
    const { order } = this.#profile
    for (let draw = 0; draw < DRAWS; draw++) {
      let index: number
      if (order === 'any' || length <= NEAR || random.below(4) === 0) index = random.below(length)
      else if (order === 'oldest') index = random.below(NEAR)
      else index = length - 1 - random.below(NEAR)
      const message = pending[index]!
      if (this.#isReady(message) && (!message.held || random.below(HELD) === 0))
        return this.#live.headOf(index)
    }
    let index = random.below(length)
    while (!this.#isReady(pending[index]!)) index = index + 1 === length ? 0 : index + 1
    return this.#live.headOf(index)
  }

  /** A message that has arrived before and may arrive again, or −1. */
  #pickArrived(): number {
    const { arrived } = this.#live
    for (let draw = 0; draw < DRAWS; draw++) {
      const index = this.#random.below(arrived.length)
      if (this.#isReady(arrived[index]!)) return index
    }
    return -1
  }

  /** One of so many messages, the last as likely as all others. */
  #recent(length: number): number {
    return this.#random.below(2) === 0 ? length - 1 : this.#random.below(length)
  }
}

function nth(nodes: readonly LiveNode[], number: number, counts: (node: LiveNode) => boolean): LiveNode {
  return nodes[nthIndex(nodes, number, counts)]!
}

/** The index of the entry with this number among those that count; there is one. */
function nthIndex<T>(
  list: readonly T[],
  number: number,
  counts: (entry: T, index: number) => boolean,
): number {
  let left = number
  let index = 0
  for (;;) {
    if (counts(list[index]!, index) && left-- === 0) return index
    index++
  }
}
