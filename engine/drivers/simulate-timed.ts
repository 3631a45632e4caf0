/**
 * TimedChooser: draws the next action of a simulated run in a timed system. What is due happens, in any order; then time
 * passes. Faults come in between, as often as the run's own profile says; see `simulate-choice.ts` for why each run has one.
 */
import { Random } from '../random.ts'
import type { LiveSystem } from './simulate-live.ts'
import type { LiveNode } from './simulate-node.ts'
import { Partitioning } from './simulate-partition.ts'
import type { LiveTime } from './simulate-time.ts'

/** Out of 1,024, at each step. */
interface Profile {
  readonly drop: number
  readonly crash: number
  readonly pause: number
  readonly jump: number
  readonly restart: number
  readonly partition: number
  /** Out of 64, after a step that sent something or wrote to a disk: the node crashes at once. */
  readonly crashAfterStep: number
  /** Out of 64: a crash in the middle of the handler, where there is a place for one. */
  readonly cut: number
  /** Out of 64: what goes across while the network is cut is lost, and does not wait. Only where any message may be lost. */
  readonly lossy: number
}

const CALM: Profile = {
  drop: 0,
  crash: 0,
  pause: 0,
  jump: 0,
  restart: 0,
  partition: 0,
  crashAfterStep: 0,
  cut: 0,
  lossy: 0,
}

/** @param parts may the network fall apart? Where it can't, nothing is drawn for it. */
function profileOf(random: Random, parts: boolean): Profile {
  const one = (...values: readonly number[]): number => values[random.below(values.length)]!
  return {
    drop: one(0, 0, 8, 64),
    crash: one(0, 0, 4, 32),
    pause: one(0, 4, 32, 128),
    jump: one(0, 4, 32),
    restart: one(8, 64, 512),
    crashAfterStep: one(0, 0, 2, 8),
    cut: one(0, 8, 32),
    partition: parts ? one(0, 4, 32) : 0,
    lossy: parts ? one(0, 32, 64) : 0,
  }
}

export class TimedChooser {
  readonly #live: LiveSystem
  readonly #time: LiveTime
  readonly #random: Random
  readonly #profile: Profile
  readonly #partitions: Partitioning
  /** The node that has just answered or written to its disk. */
  #hot: LiveNode | null = null

  constructor(live: LiveSystem, seed: number) {
    this.#live = live
    this.#time = live.time!
    this.#random = new Random(seed)
    this.#partitions = new Partitioning(live, this.#random)
    this.#profile = profileOf(this.#random, this.#partitions.mayBegin)
    this.#time.random = this.#random
  }

  /** A number from 0 to `limit` − 1. */
  below(limit: number): number {
    return this.#random.below(limit)
  }

  /**
   * Takes one step, faults among them.
   * @returns false where nothing will happen any more
   * @throws Fault of a handler
   */
  step(): boolean {
    const { faultsUntil } = this.#live.system.time!
    if (faultsUntil !== undefined && this.#time.now >= faultsUntil) return this.fairStep()
    const hot = this.#hot
    this.#hot = null
    const { crashAfterStep } = this.#profile
    if (hot !== null && hot.up && this.#random.below(64) < crashAfterStep && this.#live.allows('crash')) {
      this.#live.crash(hot)
      return true
    }
    if (this.#partitions.end() || this.#loseAcross() || this.#fault()) return true
    return this.#advance(this.#profile) || this.#partitions.heal() || this.#anyFault()
  }

  /** Takes one step of a run whose faults have stopped: the network is whole, and nodes that are down restart. */
  fairStep(): boolean {
    if (this.#partitions.heal()) return true
    const { nodes, system } = this.#live
    if (system.crashes?.restart === 'later') {
      const down = nodes.find(({ up }) => !up)
      if (down) {
        this.#live.restart(down)
        return true
      }
    }
    return this.#advance(CALM)
  }

  #fault(): boolean {
    const live = this.#live
    const random = this.#random
    let draw = random.below(1_024)
    const { drop, crash, pause, jump, restart, partition } = this.#profile
    if ((draw -= drop) < 0) return this.#drop()
    if ((draw -= crash) < 0) {
      if (!live.allows('crash')) return false
      const node = this.#among((one) => one.up && one.crashes)
      if (node) live.crash(node)
      return node !== null
    }
    if ((draw -= restart) < 0) return live.system.crashes?.restart === 'later' && this.#restart()
    const { pauses, jumps } = live.system.time!
    if ((draw -= pause) < 0) {
      if (!pauses || !live.allows('pause')) return false
      const node = this.#among(
        (one) => one.up && pauses.roles.includes(one.node.role) && !this.#time.isPaused(one),
      )
      if (node) live.pause(node, pauses.milliseconds[random.below(pauses.milliseconds.length)]!)
      return node !== null
    }
    if ((draw -= jump) < 0) {
      if (!jumps || !live.allows('jump')) return false
      const node = this.#among((one) => jumps.roles.includes(one.node.role))
      if (node) live.jump(node, jumps.milliseconds[random.below(jumps.milliseconds.length)]!)
      return node !== null
    }
    if (draw - partition >= 0 || !this.#partitions.mayBegin) return false
    this.#partitions.begin()
    return true
  }

  /** While the network is cut: a message across is lost, or is left to wait for good. */
  #loseAcross(): boolean {
    const live = this.#live
    const { drops, streams } = live.system.network
    if (!live.isCut || this.#profile.lossy === 0 || drops !== Infinity || streams) return false
    for (;;) {
      const index = live.pending.findIndex((message) => !message.held && !live.reaches(message))
      if (index < 0) return false
      if (this.#random.below(64) < this.#profile.lossy) {
        live.drop(index)
        return true
      }
      live.pending[index]!.held = true
    }
  }

  /** A fault where nothing else can happen any more; it may set things going again. */
  #anyFault(): boolean {
    const live = this.#live
    const { pauses, jumps } = live.system.time!
    const faults: (() => void)[] = []
    live.pending.forEach((_, index) => {
      if (live.allows('drop') && live.headOf(index) === index && live.mayLose(index))
        faults.push(() => live.drop(index))
    })
    for (const node of live.nodes) {
      const { role } = node.node
      if (node.up && node.crashes && live.allows('crash')) faults.push(() => live.crash(node))
      if (pauses && node.up && pauses.roles.includes(role) && live.allows('pause'))
        for (const milliseconds of pauses.milliseconds) faults.push(() => live.pause(node, milliseconds))
      if (jumps && live.allows('jump') && live.jumpMatters(node))
        for (const milliseconds of jumps.milliseconds) faults.push(() => live.jump(node, milliseconds))
    }
    if (faults.length === 0) return false
    faults[this.#random.below(faults.length)]!()
    return true
  }

  #drop(): boolean {
    const live = this.#live
    if (live.pending.length === 0 || !live.allows('drop')) return false
    const index = live.headOf(this.#random.below(live.pending.length))
    if (!live.mayLose(index)) return false
    live.drop(index)
    return true
  }

  #restart(): boolean {
    const node = this.#among(({ up }) => !up)
    if (node) this.#live.restart(node)
    return node !== null
  }

  /** What is due, one of it by lot; where nothing is, time passes. */
  #advance(profile: Profile): boolean {
    const live = this.#live
    const random = this.#random
    const { pending, nodes } = live
    let due = 0
    for (let index = 0; index < pending.length; index++) if (this.#arrives(index)) due++
    const messages = due
    for (const node of nodes) {
      if (!node.up) continue
      for (let timer = 0; timer < node.timers.length; timer++) if (this.#time.isTimerDue(node, timer)) due++
    }
    if (due === 0) {
      const milliseconds = this.#time.untilDue(live)
      if (milliseconds === Infinity) return live.system.crashes?.restart === 'later' && this.#restart()
      live.pass(milliseconds)
      return true
    }
    let draw = random.below(due)
    if (draw < messages) {
      let index = 0
      while (!this.#arrives(index) || draw-- > 0) index++
      const node = nodes[pending[index]!.to]!
      live.deliver(index, false, this.#cut(node, profile))
      this.#heat(node)
      return true
    }
    draw -= messages
    for (const node of nodes) {
      if (!node.up) continue
      for (let timer = 0; timer < node.timers.length; timer++) {
        if (!this.#time.isTimerDue(node, timer) || draw-- > 0) continue
        live.fire(node, timer, this.#cut(node, profile))
        this.#heat(node)
        return true
      }
    }
    throw new Error('what was due is not')
  }

  #arrives(index: number): boolean {
    const message = this.#live.pending[index]!
    return message.due <= this.#time.now && this.#live.nodes[message.to]!.up && this.#live.isDue(index)
  }

  #among(counts: (node: LiveNode) => boolean): LiveNode | null {
    const found = this.#live.nodes.filter(counts)
    return found.length === 0 ? null : found[this.#random.below(found.length)]!
  }

  #heat(node: LiveNode): void {
    if (this.#live.effects > 0 && node.up && node.crashes) this.#hot = node
  }

  #cut(node: LiveNode, { cut }: Profile): Random | null {
    if (cut === 0 || !node.crashes || !this.#live.allows('crash')) return null
    return this.#random.below(64) < cut ? this.#random : null
  }
}
