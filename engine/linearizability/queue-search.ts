/**
 * The search for an order in the history of a queue. The search for objects in general (`search.ts`) guesses in which
 * order overlapping enqueues went in, and learns only much later, from the dequeues, that the guess was wrong. Here
 * nothing is guessed: what an enqueue put in has its place in the queue only when it is taken out.
 *
 * What is searched for is the order of the dequeues. An enqueue can be taken when it has been invoked and, where the
 * queue is first in, first out, no other that is still in there returned before it was invoked. That is enough: put each
 * enqueue as late as its own return, its own dequeue and those behind it allow, and it keeps to time. So a configuration
 * is the next return, which dequeues under way have taken effect, and which enqueues are taken; not the order of what
 * is in the queue, of which there are far more.
 *
 * Each of these rules is justified by exchanging or moving operations of an order that explains the history:
 * - Of equal values that can be taken, the one whose enqueue returns first is.
 * - Of equal dequeues under way, the one that returns first goes first; those of unknown outcome go last.
 * - A dequeue waits until it returns, unless what it takes stands before something else, or has to be out of the way
 *   for a dequeue that found the queue empty.
 * - A dequeue that found the queue empty takes effect as soon as nothing is certainly in there.
 * - A dequeue of which nothing is known doesn't take what will be missing for one that is known.
 */
import type { TimedOperation } from './models.ts'
import type { Outcome } from './search.ts'
import { byText, textOf } from './values.ts'

/** An enqueue, or what was in the queue at first. */
interface Put {
  /** The number of the operation; −1 for what was there at first. */
  readonly number: number
  readonly value: unknown
  /** Equal values have equal numbers. */
  readonly valueNumber: number
  readonly invoked: number
  /** Infinity for an unknown outcome. */
  readonly returned: number
}

/** A dequeue. */
interface Take {
  readonly number: number
  /** The number of the value that it took; or one of these two. */
  readonly took: number
  readonly invoked: number
  /** Infinity for an unknown outcome: it need not have happened. */
  readonly returned: number
}

/** `Take.took`: it found the queue empty. */
const EMPTY = -1
/** `Take.took`: it took whatever was in front, or found nothing. */
const ANYTHING = -2
/** In place of a put: nothing was taken. In place of a take: the return of an enqueue is passed. */
const NONE = -1

/** How many states are listed where a search got stuck, and how many orders are tried for it; past it, none is. */
const STATES_MAX = 64
const STATE_ORDERS_MAX = 5_000

/** A branching that is under way. */
interface Frame {
  readonly rank: number
  /** The length of the log when it was opened. */
  readonly length: number
  /** Pairs: a take and the put that it takes. */
  readonly choices: readonly number[]
  cursor: number
}

/**
 * Searches until an order is found, there is none, or `configurationsMax` configurations were looked at.
 * @param initial what is in the queue at first, the front first
 */
export type SearchOfQueue = (
  initial: readonly unknown[],
  operations: readonly TimedOperation[],
  configurationsMax: number,
) => Outcome

/** What was put in first comes out first. */
export const searchFifo: SearchOfQueue = (initial, operations, configurationsMax) =>
  new QueueSearch(initial, operations, true).run(configurationsMax)

/** Anything that is in there may come out. */
export const searchUnordered: SearchOfQueue = (initial, operations, configurationsMax) =>
  new QueueSearch(initial, operations, false).run(configurationsMax)

class QueueSearch {
  /** In the order in which they return, and those that never do in the order in which they are invoked. */
  readonly #puts: readonly Put[]
  /** The same, in the order in which they are invoked. */
  readonly #putsByInvocation: readonly number[]
  /** For each value, the numbers of its puts, in the order of `#puts`. */
  readonly #putsOf: readonly (readonly number[])[]
  readonly #takes: readonly Take[]
  /** Takes of unknown outcome, in the order in which they were invoked. */
  readonly #open: readonly number[]
  /** What returns, in order: its moment, and the number of the take or −1 for an enqueue. */
  readonly #returns: readonly { readonly moment: number; readonly number: number; readonly take: number }[]
  /** For each return, the takes under way that return there or later, in that order. */
  readonly #due: readonly (readonly number[])[]

  readonly #taken: Uint8Array
  readonly #done: Uint8Array
  /** For each value, how many are not taken yet, and how many dequeues that have yet to happen are known to take it. */
  readonly #supply: number[]
  readonly #demand: number[]
  /** How many takes of unknown outcome that may take anything have taken something. */
  #spent = 0
  /** The first put that is not taken. */
  #low = 0
  /** What was done: pairs of a take and the put that it took. */
  readonly #log: number[] = []
  /** For each return that was passed, the length of the log then. */
  readonly #passedAt: number[] = []
  /** For a configuration, the fewest takes of unknown outcome that led to it. */
  readonly #visited = new Map<string, number>()
  #deepest: { readonly rank: number; order: readonly number[]; length: number; snapshots: Uint8Array[] } = {
    rank: -1,
    order: [],
    length: -1,
    snapshots: [],
  }
  /** Could some other dequeue have taken effect where the search got furthest? Then more states are possible. */
  #moreStates = false

  /** First in, first out. */
  readonly #ordered: boolean

  constructor(initial: readonly unknown[], operations: readonly TimedOperation[], ordered: boolean) {
    this.#ordered = ordered
    const numbers = new Map<string, number>()
    const numberOf = (value: unknown): number => {
      const text = textOf(value)
      const known = numbers.get(text)
      if (known !== undefined) return known
      numbers.set(text, numbers.size)
      return numbers.size - 1
    }
    const puts: Put[] = initial.map((value, index) => {
      const invoked = 2 * (index - initial.length)
      return { number: -1, value, valueNumber: numberOf(value), invoked, returned: invoked + 1 }
    })
    const takes: Take[] = []
    operations.forEach(({ f, value, invoked, returned: end }, number) => {
      const returned = end ?? Infinity
      if (f === 'enqueue') puts.push({ number, value, valueNumber: numberOf(value), invoked, returned })
      else if (value === null && end === null) return
      else {
        const took = value === undefined ? ANYTHING : value === null ? EMPTY : numberOf(value)
        takes.push({ number, took, invoked, returned })
      }
    })
    const inTime = (one: Put | Take, other: Put | Take): number =>
      one.returned === other.returned ? one.invoked - other.invoked : one.returned - other.returned
    this.#puts = puts.sort(inTime)
    this.#takes = takes.sort(inTime)
    this.#putsByInvocation = puts
      .map((_, index) => index)
      .sort((one, other) => puts[one]!.invoked - puts[other]!.invoked)
    const putsOf: number[][] = Array.from({ length: numbers.size }, () => [])
    puts.forEach(({ valueNumber }, index) => putsOf[valueNumber]!.push(index))
    this.#putsOf = putsOf
    this.#supply = putsOf.map(({ length }) => length)
    this.#demand = putsOf.map(() => 0)
    for (const { took, returned } of takes) if (took >= 0 && returned < Infinity) this.#demand[took]!++
    this.#open = takes.flatMap(({ returned }, index) => (returned === Infinity ? index : []))
    const takeOf = new Map(takes.map(({ number }, index) => [number, index]))
    this.#returns = operations
      .flatMap(({ returned }, number) =>
        returned === null ? [] : { moment: returned, number, take: takeOf.get(number) ?? NONE },
      )
      .sort((one, other) => one.moment - other.moment)
    this.#due = this.#layOut()
    this.#taken = new Uint8Array(puts.length)
    this.#done = new Uint8Array(takes.length)
  }

  /** For each return, what is under way then. */
  #layOut(): number[][] {
    const known = this.#takes.flatMap(({ returned }, take) => (returned < Infinity ? take : []))
    const byInvocation = known.toSorted(
      (one, other) => this.#takes[one]!.invoked - this.#takes[other]!.invoked,
    )
    let due: number[] = []
    let next = 0
    return this.#returns.map(({ moment }) => {
      due = due.filter((take) => this.#takes[take]!.returned >= moment)
      while (next < byInvocation.length && this.#takes[byInvocation[next]!]!.invoked < moment) {
        due.push(byInvocation[next++]!)
      }
      // Takes are numbered in the order in which they return.
      return (due = due.toSorted((one, other) => one - other))
    })
  }

  run(configurationsMax: number): Outcome {
    const frames: Frame[] = []
    let configurations = 0
    const enter = (rank: number): void => {
      this.#note(rank)
      if (!this.#isNew(rank)) return
      configurations++
      frames.push({ rank, length: this.#log.length, choices: this.#choices(rank), cursor: 0 })
    }
    const first = this.#settle(0)
    if (first === this.#returns.length) return this.#found(configurations)
    enter(first)
    while (frames.length > 0) {
      if (configurations > configurationsMax) {
        return { verdict: 'inconclusive', configurations, hit: 'configurations' }
      }
      const frame = frames.at(-1)!
      this.#backTo(frame.length)
      if (frame.cursor === frame.choices.length) {
        frames.pop()
        continue
      }
      const take = frame.choices[frame.cursor++]!
      const put = frame.choices[frame.cursor++]!
      let from = frame.rank
      if (take === NONE) this.#passedAt[from++] = this.#log.length
      else this.#do(take, put)
      const rank = this.#settle(from)
      if (rank === this.#returns.length) return this.#found(configurations)
      enter(rank)
    }
    const { rank, order } = this.#deepest
    const states = this.#states(rank)
    const stuck = this.#returns[rank]!.number
    return {
      verdict: 'not-linearizable',
      stuck,
      order,
      states: states ?? [],
      complete: states !== null,
      configurations,
    }
  }

  #do(take: number, put: number): void {
    this.#done[take] = 1
    const { took, returned } = this.#takes[take]!
    if (took >= 0 && returned < Infinity) this.#demand[took]!--
    if (took === ANYTHING && returned === Infinity) this.#spent++
    this.#log.push(take, put)
    if (put === NONE) return
    this.#taken[put] = 1
    this.#supply[this.#puts[put]!.valueNumber]!--
    while (this.#taken[this.#low] === 1) this.#low++
  }

  #backTo(length: number): void {
    while (this.#log.length > length) {
      const put = this.#log.pop()!
      const take = this.#log.pop()!
      this.#done[take] = 0
      const { took, returned } = this.#takes[take]!
      if (took >= 0 && returned < Infinity) this.#demand[took]!++
      if (took === ANYTHING && returned === Infinity) this.#spent--
      if (put === NONE) continue
      this.#taken[put] = 0
      this.#supply[this.#puts[put]!.valueNumber]!++
      if (put < this.#low) this.#low = put
    }
  }

  /** When the first of what is in the queue returned: nothing that was invoked later can be in front. */
  #firstReturn(): number {
    return this.#puts[this.#low]?.returned ?? Infinity
  }

  /** Lets operations return for as long as there is nothing to decide. @returns the next return that needs a decision */
  #settle(from: number): number {
    for (let rank = from; rank < this.#returns.length; rank++) {
      const { moment, take } = this.#returns[rank]!
      if (this.#firstReturn() >= moment) {
        for (const other of this.#due[rank]!) {
          if (this.#takes[other]!.took === EMPTY && this.#done[other] === 0) this.#do(other, NONE)
        }
      }
      if (take === NONE ? this.#anyFindsEmpty(rank) : this.#done[take] === 0) return rank
      this.#passedAt[rank] = this.#log.length
    }
    return this.#returns.length
  }

  /** Is a dequeue under way that has yet to find the queue empty, or may? Then it matters what is taken before a return. */
  #anyFindsEmpty(rank: number): boolean {
    return this.#due[rank]!.some((take) => this.#takes[take]!.took < 0 && this.#done[take] === 0)
  }

  /** What may come next: pairs of a take and the put that it takes. */
  #choices(rank: number): number[] {
    const choices: number[] = []
    const { moment, take: returning } = this.#returns[rank]!
    const first = this.#firstReturn()
    const before = this.#ordered ? Math.min(moment, first) : moment
    const latest = this.#latestInvoked(moment)
    const emptied = this.#anyFindsEmpty(rank)
    const considered = new Set<number>()
    const matters = (put: number): boolean => {
      const { returned } = this.#puts[put]!
      return (this.#ordered && returned < latest) || (emptied && returned < moment)
    }
    const consider = (take: number): void => {
      const { took } = this.#takes[take]!
      if (this.#done[take] === 1 || took === EMPTY || considered.has(took)) return
      considered.add(took)
      const offer = (put: number): void => {
        if (take === returning || matters(put)) choices.push(take, put)
        else if (rank === this.#deepest.rank) this.#moreStates = true
      }
      if (took >= 0) {
        const put = this.#putsOf[took]!.find((one) => this.#canBeTaken(one, before))
        if (put !== undefined && this.#isToSpare(take)) offer(put)
        return
      }
      const values = new Set<number>()
      for (let put = this.#low; put < this.#puts.length; put++) {
        const { valueNumber } = this.#puts[put]!
        if (values.has(valueNumber) || !this.#canBeTaken(put, before)) continue
        values.add(valueNumber)
        if (this.#supply[valueNumber]! > this.#demand[valueNumber]!) offer(put)
      }
      const returns = take === returning || returning === NONE
      if (returns && this.#takes[take]!.returned < Infinity && first >= moment) choices.push(take, NONE)
    }
    if (returning === NONE) choices.push(NONE, NONE)
    else consider(returning)
    for (const take of this.#due[rank]!) consider(take)
    for (const take of this.#open) {
      if (this.#takes[take]!.invoked > moment) break
      consider(take)
    }
    return choices
  }

  #canBeTaken(put: number, before: number): boolean {
    return this.#taken[put] === 0 && this.#puts[put]!.invoked < before
  }

  /** Is there enough of what this dequeue takes? One that returns is counted with already. */
  #isToSpare(take: number): boolean {
    const { took, returned } = this.#takes[take]!
    return this.#supply[took]! > this.#demand[took]! - (returned < Infinity ? 1 : 0)
  }

  /** When the last of what may be in the queue was invoked. */
  #latestInvoked(moment: number): number {
    const order = this.#putsByInvocation
    let low = 0
    let high = order.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#puts[order[middle]!]!.invoked < moment) low = middle + 1
      else high = middle
    }
    while (--low >= 0) if (this.#taken[order[low]!] === 0) return this.#puts[order[low]!]!.invoked
    return -Infinity
  }

  /** Whether a configuration is worth looking at: no known one is equal and has as many takes left. */
  #isNew(rank: number): boolean {
    const words = [rank & 0xffff, rank >> 16, this.#low & 0xffff, this.#low >> 16]
    const pack = (count: number, bit: (index: number) => number): void => {
      for (let start = 0; start < count; start += 16) {
        let word = 0
        for (let index = start; index < Math.min(start + 16, count); index++) {
          if (bit(index) === 1) word |= 1 << (index - start)
        }
        words.push(word)
      }
    }
    const due = this.#due[rank]!
    pack(due.length, (index) => this.#done[due[index]!]!)
    for (const take of this.#open) {
      if (this.#takes[take]!.took !== ANYTHING && this.#done[take] === 1)
        words.push(take & 0xffff, take >> 16)
    }
    words.push(0xffff)
    let last = this.#puts.length - 1
    while (last > this.#low && this.#taken[last] === 0) last--
    pack(last - this.#low + 1, (index) => this.#taken[this.#low + index]!)
    const key = String.fromCharCode(...words)
    const known = this.#visited.get(key)
    if (known !== undefined && known <= this.#spent) return false
    this.#visited.set(key, this.#spent)
    return true
  }

  /** Remembers how far the search came, for what is said of a history that has no order. */
  #note(rank: number): void {
    if (rank > this.#deepest.rank) {
      this.#deepest = { rank, order: [], length: -1, snapshots: [] }
      this.#moreStates = false
    }
    if (rank < this.#deepest.rank) return
    if (this.#deepest.snapshots.length <= STATES_MAX) this.#deepest.snapshots.push(this.#taken.slice())
    if (this.#log.length <= this.#deepest.length) return
    this.#deepest.length = this.#log.length
    this.#deepest.order = this.#order(rank)
  }

  #found(configurations: number): Outcome {
    return {
      verdict: 'linearizable',
      order: this.#order(this.#returns.length),
      state: this.#valuesOf(this.#remaining()),
      configurations,
    }
  }

  /** What has been put in and not taken, in an order in which it may have been put in. */
  #remaining(): number[] {
    return this.#puts.flatMap(({ returned }, put) =>
      this.#taken[put] === 0 && returned < Infinity ? put : [],
    )
  }

  /** The values of what is in the queue, given in the order in which it was put in. */
  #valuesOf(puts: readonly number[]): unknown[] {
    const values = puts.map((put) => this.#puts[put]!.value)
    return this.#ordered ? values : values.sort(byText)
  }

  /** The numbers of the operations in an order that explains everything before a return. */
  #order(rank: number): number[] {
    const end = rank === this.#returns.length ? Infinity : this.#returns[rank]!.moment
    const passedAt = new Map(
      this.#returns.slice(0, rank).map(({ moment }, at) => [moment, this.#passedAt[at]!]),
    )
    // Each put comes as late as its own return and take allow, and no later than those behind it.
    const puts: { readonly put: number; at: number }[] = []
    const latest = (put: number): number => {
      const { returned } = this.#puts[put]!
      return returned < 0 ? 0 : (passedAt.get(returned) ?? this.#log.length)
    }
    for (let at = 0; at < this.#log.length; at += 2) {
      const put = this.#log[at + 1]!
      if (put !== NONE) puts.push({ put, at: Math.min(at, latest(put)) })
    }
    for (const put of this.#remaining()) {
      if (this.#puts[put]!.returned < end) puts.push({ put, at: latest(put) })
    }
    if (this.#ordered) {
      for (let index = puts.length - 2; index >= 0; index--) {
        puts[index]!.at = Math.min(puts[index]!.at, puts[index + 1]!.at)
      }
    } else puts.sort((one, other) => one.at - other.at || one.put - other.put)
    const order: number[] = []
    let next = 0
    for (let at = 0; at <= this.#log.length; at += 2) {
      while (next < puts.length && puts[next]!.at <= at) order.push(this.#puts[puts[next++]!.put]!.number)
      if (at < this.#log.length) order.push(this.#takes[this.#log[at]!]!.number)
    }
    return order.filter((number) => number >= 0)
  }

  /** Every state in which the queue can be when the search got stuck; null where there are too many to list. */
  #states(rank: number): unknown[][] | null {
    const { snapshots } = this.#deepest
    if (this.#moreStates || snapshots.length > STATES_MAX) return null
    const { moment } = this.#returns[rank]!
    const states = new Map<string, unknown[]>()
    let orders = 0
    const list = (inside: readonly number[], left: readonly number[]): boolean => {
      if (left.every((put) => this.#puts[put]!.returned > moment)) {
        const values = this.#valuesOf(inside)
        states.set(values.map(textOf).join(), values)
      }
      if (states.size > STATES_MAX || ++orders > STATE_ORDERS_MAX) return false
      const first = Math.min(...left.map((put) => this.#puts[put]!.returned))
      const candidates = left.filter((put) => this.#puts[put]!.invoked < first)
      return candidates.every((put, index) => {
        // Without an order it is enough to try each set of them.
        const passed = this.#ordered ? [put] : candidates.slice(0, index + 1)
        return list(
          [...inside, put],
          left.filter((other) => !passed.includes(other)),
        )
      })
    }
    const complete = snapshots.every((taken) => {
      const inside = this.#putsByInvocation.filter(
        (put) => taken[put] === 0 && this.#puts[put]!.invoked < moment,
      )
      if (this.#ordered) return list([], inside)
      const isCertain = (put: number): boolean => this.#puts[put]!.returned < moment
      return list(
        inside.filter(isCertain),
        inside.filter((put) => !isCertain(put)),
      )
    })
    return complete ? [...states.values()] : null
  }
}
