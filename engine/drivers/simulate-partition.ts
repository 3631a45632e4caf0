/**
 * Partitioning: the partitions of one simulated run: who is parted from whom, drawn from the run's seed, and when the network is
 * whole again. When one begins is the chooser's to draw, as with other faults.
 */
import type { NodeId } from '../api.ts'
import type { Random } from '../random.ts'
import type { LiveSystem } from './simulate-live.ts'

/** Without clocks: steps for which a partition lasts, at least, and how many more at most. */
const STEPS_MIN = 8
const STEPS_MORE = 64

export class Partitioning {
  readonly #live: LiveSystem
  readonly #random: Random
  /** Who is drawn to a side, and who reaches both. */
  readonly #parted: readonly NodeId[]
  readonly #others: readonly NodeId[]
  /** The step, or in a timed system the millisecond, from which on the network is to be whole again. */
  #until = 0

  constructor(live: LiveSystem, random: Random) {
    this.#live = live
    this.#random = random
    const roles = live.system.network.partitions?.roles ?? []
    const ids = (counts: boolean): NodeId[] =>
      live.nodes.filter(({ node }) => roles.includes(node.role) === counts).map(({ id }) => id)
    this.#parted = ids(true)
    this.#others = ids(false)
  }

  /** May the network fall apart now? One partition comes after the other. */
  get mayBegin(): boolean {
    return !this.#live.isCut && this.#parted.length > 1 && this.#live.allows('partition')
  }

  /**
   * The network falls apart. How many are on the smaller side is drawn first, so that one alone, which may be the one that leads,
   * is as likely as any other number.
   */
  begin(): void {
    const random = this.#random
    const { partitions } = this.#live.system.network
    const rest = [...this.#parted]
    const smaller = 1 + random.below(rest.length >> 1)
    const one = Array.from({ length: smaller }, () => rest.splice(random.below(rest.length), 1)[0]!)
    const side = (ids: readonly NodeId[]): NodeId[] =>
      this.#live.nodes.map(({ id }) => id).filter((id) => ids.includes(id) || this.#others.includes(id))
    const { time, steps } = this.#live
    if (time === null) this.#until = steps + STEPS_MIN + random.below(STEPS_MORE)
    else {
      const [from, to] = [Math.min(...partitions!.milliseconds!), Math.max(...partitions!.milliseconds!)]
      this.#until = time.now + from + random.below(to - from + 1)
    }
    this.#live.partition([side(one), side(rest)])
  }

  /** Makes the network whole again where it has been cut for long enough; true if it did. */
  end(): boolean {
    const { time, steps } = this.#live
    return (time?.now ?? steps) >= this.#until && this.heal()
  }

  /** Makes the network whole again where it is cut; true if it did. */
  heal(): boolean {
    if (!this.#live.isCut) return false
    this.#live.heal()
    return true
  }
}
