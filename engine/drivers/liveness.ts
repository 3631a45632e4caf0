/**
 * liveness: looks for runs that never reach a goal. In a finite model such a run is a lasso: a stem, and a loop that is
 * taken for ever. Not every loop counts. Faults stop some time, and what could happen at any moment from some moment on
 * does happen: so a loop has no fault in it, and for each fair action it comes by a state in which the action is not
 * enabled, or takes it (an action that changes nothing is taken where it is enabled). That is weak fairness.
 *
 * A strongly connected component of the states without the goal, its faults left out, holds such a loop if and only if
 * the run that goes round all of it is fair: what a smaller loop in it takes or comes by, the larger one does too. So one
 * pass of Tarjan's algorithm decides. A single state is a component as well: the run stays there for ever, which is fair
 * where every fair action that is enabled changes nothing. Such a state is called *restful*; a dead end is one.
 * References: R. Tarjan, "Depth-First Search and Linear Graph Algorithms", 1972; O. Lichtenstein, A. Pnueli, "Checking
 * That Finite State Concurrent Programs Satisfy Their Linear Specification", 1985.
 */
import { type Action, FAULT, type Model, actionsThrough } from '../model.ts'
import type { Finding } from './explore.ts'
import { Steps } from './steps.ts'
import type { Visited } from './visited.ts'

/** States between two moments in which a search can be watched or ended. */
const STATES_BETWEEN_TICKS = 8_192

/** Of a component, the loops through so many of its states are compared, the nearest to the start of the run first. */
const STARTS_MAX = 24

/** Once so many states were looked at for a short loop, the best so far will do. */
const LOOKED_MAX = 300_000

/** What is known of so many states of a component is kept at hand. */
const MEMBERS_MAX = 50_000

/** The states in which the condition of a property holds, or those in which it does not. */
export interface Region {
  readonly property: number
  readonly holds: boolean
}

/** A stack of integers. */
class Stack {
  length = 0
  #items = new Int32Array(1_024)

  push(item: number): void {
    if (this.length === this.#items.length) {
      const larger = new Int32Array(this.length * 2)
      larger.set(this.#items)
      this.#items = larger
    }
    this.#items[this.length++] = item
  }

  pop(): number {
    return this.#items[--this.length]!
  }

  at(index: number): number {
    return this.#items[index]!
  }

  set(index: number, item: number): void {
    this.#items[index] = item
  }

  get bytes(): number {
    return this.#items.byteLength
  }
}

/** A state that is not in the region, or whose component is finished and not fair. */
const DONE = -1

/** What a fair component is marked with: this number less the component's own. */
const FAIR = -2

/** What `FairComponents` is to do. */
export interface FairOptions {
  /** Number states that were not met before, up to so many in all. Left out: every state is known. */
  readonly statesMax?: number
  /** Ends with the first fair component. */
  readonly first?: boolean
}

/**
 * The strongly connected components of a region, faults left out, and which of them hold a fair loop. One pass over the
 * region, without its steps being kept: four bytes a state, besides what lies on the way of the search.
 */
export class FairComponents {
  /** Fair components found. */
  count = 0
  /** Some of them, if any, hold a state in which it is fair to stay for ever. */
  restful = false
  /** Is there a loop at all, fair or not? */
  cyclic = false
  /** There were more states than are to be looked at. */
  exhausted = false
  readonly #visited: Visited
  readonly #region: Region
  readonly #options: FairOptions
  readonly #steps: Steps
  /** By state: 0 before it is met; while its component is open, the place in the order in which states were met; then a mark. */
  #marks: Int32Array
  #met = 0
  /** States of open components. */
  readonly #open = new Stack()
  /** The way of the search: each state, the first state of an open component that it is known to reach, and where its targets begin. */
  readonly #way = new Stack()
  readonly #low = new Stack()
  readonly #begins = new Stack()
  /** Targets that are still to be looked at, those of the last state on the way on top. */
  readonly #targets = new Stack()
  /** The open states in which it is fair to stay, by their places in the order, ascending. */
  readonly #restfulOpen: number[] = []

  /** @param visited the states, where the caller knows them; new ones are added up to `statesMax` */
  constructor(model: Model, visited: Visited, region: Region, options: FairOptions = {}) {
    this.#visited = visited
    this.#region = region
    this.#options = options
    this.#steps = new Steps(model, visited)
    this.#marks = new Int32Array(Math.max(1_024, visited.count))
  }

  /** Bytes held. */
  get bytes(): number {
    const stacks = [this.#open, this.#way, this.#low, this.#begins, this.#targets]
    return stacks.reduce((sum, { bytes }) => sum + bytes, this.#marks.byteLength)
  }

  /** The number of the fair component of a state; −1 where it is in none. */
  of(state: number): number {
    return Math.max(-1, FAIR - this.#marks[state]!)
  }

  /** Was a state looked at already? */
  has(state: number): boolean {
    return this.#mark(state) !== 0
  }

  /**
   * Looks at all that a state leads to, what was looked at before left out. Yields from time to time.
   * @returns whether there is a fair component among it
   */
  *from(root: number): Generator<undefined, boolean> {
    const before = this.count
    this.#meet(root)
    while (this.#way.length > 0) {
      if (this.exhausted || (this.#options.first && this.count > before)) return this.count > before
      const top = this.#way.length - 1
      if (this.#targets.length > this.#begins.at(top)) {
        const target = this.#targets.pop()
        // What was met meanwhile was met after the last state on the way: that it is reached from there is no news.
        if (!this.has(target)) {
          this.#meet(target)
          if (this.#met % STATES_BETWEEN_TICKS === 0) yield
        }
        continue
      }
      this.#leave()
    }
    return this.count > before
  }

  /** Goes on to a state that has not been met. */
  #meet(state: number): void {
    const { property, holds } = this.#region
    const steps = this.#steps
    if (this.#mark(state) !== 0) return
    if (((steps.inspect(state) & (1 << property)) !== 0) !== holds) {
      this.#marks[state] = DONE
      return
    }
    const number = ++this.#met
    this.#marks[state] = number
    this.#open.push(state)
    this.#way.push(state)
    this.#low.push(number)
    this.#begins.push(this.#targets.length)
    const { statesMax } = this.#options
    steps.read(state, statesMax !== undefined)
    if (statesMax !== undefined && this.#visited.count > statesMax) {
      this.exhausted = true
      return
    }
    if (steps.restful) this.#restfulOpen.push(number)
    const top = this.#way.length - 1
    for (let successor = 0; successor < steps.count; successor++) {
      if (steps.fairness[successor] === FAULT) continue
      const target = steps.targets[successor]!
      if (target === state) this.cyclic = true
      if (target < 0) continue
      const mark = this.#mark(target)
      if (mark > 0) this.#reaches(top, mark)
      else if (mark === 0) this.#targets.push(target)
    }
  }

  /** Takes note that the state at a place of the way reaches one of an open component. */
  #reaches(place: number, number: number): void {
    if (number < this.#low.at(place)) this.#low.set(place, number)
  }

  /** Everything that the last state on the way leads to has been looked at. */
  #leave(): void {
    const state = this.#way.pop()
    const low = this.#low.pop()
    this.#begins.pop()
    const number = this.#marks[state]!
    if (low < number) {
      this.#reaches(this.#way.length - 1, low)
      return
    }
    let begin = this.#open.length - 1
    while (this.#open.at(begin) !== state) begin--
    const size = this.#open.length - begin
    if (size > 1) this.cyclic = true
    const rests = this.#restfulOpen.length > 0 && this.#restfulOpen.at(-1)! >= number
    while (this.#restfulOpen.length > 0 && this.#restfulOpen.at(-1)! >= number) this.#restfulOpen.pop()
    const fair = rests || (size > 1 && this.#isFair(begin))
    if (rests) this.restful = true
    const mark = fair ? FAIR - this.count++ : DONE
    for (let index = begin; index < begin + size; index++) this.#marks[this.#open.at(index)] = mark
    this.#open.length = begin
  }

  /**
   * Is the run that goes round a whole component fair? Only an action that is enabled in all of its states can be left
   * out unfairly. Its steps lead to no other open component, or it would be part of it.
   * @param begin its states are the open ones from here on
   */
  #isFair(begin: number): boolean {
    const steps = this.#steps
    let leftOut: Set<number> | null = null
    for (let index = begin; index < this.#open.length; index++) {
      steps.read(this.#open.at(index))
      const enabled = new Set<number>()
      for (let successor = 0; successor < steps.count; successor++) {
        const fair = steps.fairness[successor]!
        if (fair >= 0) enabled.add(fair)
      }
      // What changes nothing is taken: it counts as if it were not enabled.
      for (const fair of steps.idle) enabled.delete(fair)
      if (leftOut === null) leftOut = enabled
      else for (const fair of leftOut) if (!enabled.has(fair)) leftOut.delete(fair)
      for (let successor = 0; successor < steps.count; successor++) {
        const fair = steps.fairness[successor]!
        const target = steps.targets[successor]!
        if (fair >= 0 && target >= 0 && this.#marks[target]! > 0) leftOut.delete(fair)
      }
      if (leftOut.size === 0) return true
    }
    return false
  }

  #mark(state: number): number {
    if (state >= this.#marks.length) {
      const larger = new Int32Array(Math.max(this.#visited.count, this.#marks.length * 2))
      larger.set(this.#marks)
      this.#marks = larger
    }
    return this.#marks[state]!
  }
}

/**
 * Looks for a run that never reaches the goal of a property, in a model whose states are all known.
 * @returns the run; null where every fair run reaches the goal; `undecided` where the rows stand for several states each
 * and there is a loop, of which it can't be said whether it is fair
 */
export function* findUnfulfilled(
  model: Model,
  visited: Visited,
  property: number,
): Generator<undefined, Finding | 'undecided' | null> {
  const components = new FairComponents(model, visited, { property, holds: false })
  for (let state = 0; state < visited.count; state++) {
    if (components.has(state)) continue
    yield* components.from(state)
    if (model.quotient && (components.cyclic || components.count > 0)) return 'undecided'
  }
  if (components.count === 0) return null
  // The goal may have been reached before every one of them, so this may end with nothing found.
  const stems = new Stems(model, visited, property)
  let nearest = -1
  for (let state = stems.next(); state >= 0; state = stems.next()) {
    if (stems.expanded % STATES_BETWEEN_TICKS === 0) yield
    if (components.restful && stems.restful) return stems.finding(state)
    if (nearest < 0 && components.of(state) >= 0) nearest = state
  }
  if (nearest < 0) return null
  const component = components.of(nearest)
  const isMember = (state: number): boolean => components.of(state) === component
  return new Loops(model, visited, isMember).finding(property, stems)
}

/**
 * The shortest run to a state in which nothing that can happen changes anything, among the states that are known, if the
 * goal of the property is not reached on it.
 */
export function nearestDeadEnd(model: Model, visited: Visited, property: number): Finding | null {
  const stems = new Stems(model, visited, property)
  for (let state = stems.next(); state >= 0; state = stems.next()) {
    if (stems.isDeadEnd) return stems.finding(state)
  }
  return null
}

/** The shortest runs on which the goal of a property is not reached, faults included, to one state after another. */
class Stems {
  /** States that were given so far. */
  expanded = 0
  readonly #model: Model
  readonly #visited: Visited
  readonly #property: number
  readonly #steps: Steps
  /** By state: −2 before it is met, −1 for an initial one, else the one before it. */
  readonly #parents: Int32Array
  readonly #queue: Int32Array
  #queued = 0

  constructor(model: Model, visited: Visited, property: number) {
    this.#model = model
    this.#visited = visited
    this.#property = property
    this.#steps = new Steps(model, visited)
    this.#parents = new Int32Array(visited.count).fill(-2)
    this.#queue = new Int32Array(visited.count)
    for (const row of model.initial()) this.#enqueue(visited.find(row), -1)
  }

  /** The next state, nearest first; −1 after the last. */
  next(): number {
    if (this.expanded === this.#queued) return -1
    const state = this.#queue[this.expanded++]!
    const steps = this.#steps
    steps.read(state)
    const { count } = steps
    // The list is read anew only with the next state; `inspect` leaves it as it is.
    for (let successor = 0; successor < count; successor++) this.#enqueue(steps.targets[successor]!, state)
    return state
  }

  /** May the state that `next` gave last be stayed in for ever? */
  get restful(): boolean {
    return this.#steps.restful
  }

  /** Can nothing happen any more in the state that `next` gave last that would make a difference, not even a fault? */
  get isDeadEnd(): boolean {
    return this.#steps.count === this.#steps.moot
  }

  /** The states that were given, nearest first. */
  get states(): Int32Array {
    return this.#queue.subarray(0, this.expanded)
  }

  /** The states from an initial one to this one. */
  to(state: number): number[] {
    const path: number[] = []
    for (let step = state; step >= 0; step = this.#parents[step]!) path.push(step)
    return path.reverse()
  }

  /** The run to a state, which ends there. */
  finding(state: number): Finding {
    const rows = this.to(state).map((step) => this.#visited.row(step))
    const property = this.#property
    return { property, actions: actionsThrough(this.#model, rows, property), row: rows.at(-1)! }
  }

  #enqueue(state: number, parent: number): void {
    if (state < 0 || this.#parents[state] !== -2) return
    if ((this.#steps.inspect(state) & (1 << this.#property)) !== 0) return
    this.#parents[state] = parent
    this.#queue[this.#queued++] = state
  }
}

/** One step inside a component. */
interface Step {
  readonly from: number
  readonly to: number
  /** Its place among the successors of `from`. */
  readonly index: number
  readonly fairness: number
}

/** What there is to know of a state of a component. */
interface Member {
  /** Steps that stay in the component, faults left out. */
  readonly steps: readonly Step[]
  /** Fair actions that are enabled here and that change something. */
  readonly pressing: ReadonlySet<number>
}

/** Loops in one fair component: looks for a short one that is fair. */
class Loops {
  readonly #model: Model
  readonly #visited: Visited
  readonly #isMember: (state: number) => boolean
  readonly #steps: Steps
  readonly #members = new Map<number, Member>()
  /** How often a state was looked at. */
  #looked = 0

  constructor(model: Model, visited: Visited, isMember: (state: number) => boolean) {
    this.#model = model
    this.#visited = visited
    this.#isMember = isMember
    this.#steps = new Steps(model, visited)
  }

  /** A run into a fair loop, the shortest that is found. */
  finding(property: number, stems: Stems): Finding {
    const depths = new Map<number, number>()
    const starts: number[] = []
    for (const state of stems.states) {
      if (!this.#isMember(state)) continue
      starts.push(state)
      if (starts.length === STARTS_MAX) break
    }
    const depthOf = (state: number): number => {
      const known = depths.get(state) ?? stems.to(state).length
      depths.set(state, known)
      return known
    }
    let best: readonly Step[] = []
    let bestLength = Infinity
    for (const start of starts) {
      if (best.length > 0 && this.#looked > LOOKED_MAX) break
      const loop = this.#shortened(this.#fairLoop(start))
      let enters = 0
      loop.forEach(({ from }, index) => {
        if (depthOf(from) < depthOf(loop[enters]!.from)) enters = index
      })
      const length = depthOf(loop[enters]!.from) + loop.length
      if (length >= bestLength) continue
      bestLength = length
      best = [...loop.slice(enters), ...loop.slice(0, enters)]
    }
    const stem = stems.finding(best[0]!.from)
    const loop = best.map(({ from, index }): Action => this.#model.actionAt(this.#visited.row(from), index))
    return {
      property,
      actions: [...stem.actions, ...loop],
      row: stem.row,
      loopFrom: stem.actions.length + 1,
    }
  }

  /** A fair loop through a state: always on to the nearest place that does justice to an action that is left out so far. */
  #fairLoop(start: number): readonly Step[] {
    const loop: Step[] = []
    const leftOut = new Set(this.#member(start).pressing)
    let at = start
    const walk = (steps: readonly Step[]): void => {
      for (const step of steps) {
        loop.push(step)
        this.#serve(leftOut, step)
        at = step.to
      }
    }
    while (leftOut.size > 0) walk(this.#way(at, (step) => this.#serves(leftOut, step))!)
    if (at !== start) walk(this.#way(at, ({ to }) => to === start)!)
    return loop
  }

  /** The loop with detours left out for which there is a shorter way, as long as it stays fair. */
  #shortened(loop: readonly Step[]): readonly Step[] {
    let current = loop
    for (let shorter = true; shorter;) {
      shorter = false
      const { length } = current
      for (let start = 0; start < length && !shorter; start++) {
        const turned = [...current.slice(start), ...current.slice(0, start)]
        for (let cut = length - 1; cut > 1 && !shorter; cut--) {
          if (this.#looked > LOOKED_MAX) return current
          const from = turned[0]!.from
          const to = turned[cut - 1]!.to
          const way = from === to ? [] : this.#way(from, (step) => step.to === to, cut - 1)
          if (way === null) continue
          const candidate = [...way, ...turned.slice(cut)]
          if (!this.#isFair(candidate)) continue
          current = candidate
          shorter = true
        }
      }
    }
    return current
  }

  #isFair(loop: readonly Step[]): boolean {
    const leftOut = new Set(this.#member(loop[0]!.from).pressing)
    for (const step of loop) this.#serve(leftOut, step)
    return leftOut.size === 0
  }

  /** Takes out of the actions that are left out so far those to which a step does justice. */
  #serve(leftOut: Set<number>, { fairness, to }: Step): void {
    leftOut.delete(fairness)
    const { pressing } = this.#member(to)
    for (const action of leftOut) if (!pressing.has(action)) leftOut.delete(action)
  }

  #serves(leftOut: ReadonlySet<number>, { fairness, to }: Step): boolean {
    if (leftOut.has(fairness)) return true
    const { pressing } = this.#member(to)
    for (const action of leftOut) if (!pressing.has(action)) return true
    return false
  }

  /** The fewest steps from a state whose last is the wanted one; null where there are none, or only more than `lengthMax`. */
  #way(from: number, isWanted: (step: Step) => boolean, lengthMax = Infinity): Step[] | null {
    const reachedBy = new Map<number, Step | null>([[from, null]])
    let level = [from]
    for (let length = 1; length <= lengthMax && level.length > 0; length++) {
      const next: number[] = []
      for (const state of level) {
        for (const step of this.#member(state).steps) {
          if (isWanted(step)) {
            const way = [step]
            for (let last = reachedBy.get(state); last; last = reachedBy.get(last.from)) way.push(last)
            return way.reverse()
          }
          if (reachedBy.has(step.to)) continue
          reachedBy.set(step.to, step)
          next.push(step.to)
        }
      }
      level = next
    }
    return null
  }

  #member(state: number): Member {
    this.#looked++
    const known = this.#members.get(state)
    if (known) return known
    const read = this.#steps
    read.read(state)
    const steps: Step[] = []
    const pressing = new Set<number>()
    for (let index = 0; index < read.count; index++) {
      const fairness = read.fairness[index]!
      const to = read.targets[index]!
      if (fairness === FAULT) continue
      if (fairness >= 0) pressing.add(fairness)
      if (this.#isMember(to)) steps.push({ from: state, to, index, fairness })
    }
    for (const idle of read.idle) pressing.delete(idle)
    const member = { steps, pressing }
    if (this.#members.size === MEMBERS_MAX) this.#members.clear()
    this.#members.set(state, member)
    return member
  }
}
