/**
 * The search for an order: can the operations of a history be put in an order that the object allows and that keeps an
 * operation before those that were invoked after it had returned?
 * Reference: J. Wing, C. Gong, "Testing and Verifying Concurrent Objects", 1993, with the memory and the just-in-time
 * rule of G. Lowe, "Testing for Linearizability", 2017: an operation is put in the order when the next return needs it.
 *
 * A configuration is how far a branch has come: the next return, the object's state, and which of the operations that
 * are under way have taken effect. What keeps configurations few, beside never looking at one twice:
 * - A read that fits takes effect at once. It changes nothing, so waiting can't help.
 * - Of equal operations under way, the one that returns first goes first; those of unknown outcome go last.
 * - A configuration is dropped when another with the same state has spent fewer operations of unknown outcome and
 *   satisfied more reads: whatever the first can do, the other can.
 * - An operation of unknown outcome whose effect nothing saw before it was overwritten is taken not to have happened.
 */
import { mix } from '../actors/tables.ts'
import type { Way } from './foresight.ts'
import type { SequentialModel, TimedOperation } from './models.ts'
import { textOf } from './values.ts'

/** What came of a search. `configurations` counts those that were looked at, the measure of the bound. */
export type Outcome =
  | {
      readonly verdict: 'linearizable'
      /** Numbers of the operations in an order that explains the history. */
      readonly order: readonly number[]
      /** The state after it. */
      readonly state: unknown
      readonly configurations: number
    }
  | {
      readonly verdict: 'not-linearizable'
      /** The operation whose return no branch got past. */
      readonly stuck: number
      /** The longest order that came so far. */
      readonly order: readonly number[]
      /** States in which the object can be when `stuck` has to return. */
      readonly states: readonly unknown[]
      /** `states` are all there are. */
      readonly complete: boolean
      readonly configurations: number
    }
  | {
      readonly verdict: 'inconclusive'
      readonly configurations: number
      /** The bound that was hit: configurations looked at, or characters in the texts of the object's states. */
      readonly hit: 'configurations' | 'characters'
    }

/** The longest that the texts of all states may be together: past it, searching on would only fill memory. */
export const CHARACTERS_MAX = 200_000_000

/** Searches until an order is found, there is none, or `configurationsMax` configurations were looked at. */
export function search(
  operations: readonly TimedOperation[],
  model: SequentialModel,
  configurationsMax: number,
  charactersMax: number = CHARACTERS_MAX,
): Outcome {
  if (model.search) return model.search(model.initial, operations, configurationsMax)
  return new Search(operations, model).run(configurationsMax, charactersMax)
}

/** An operation under way, as the search needs it. */
interface Live {
  readonly number: number
  /** Equal operations have equal classes. */
  readonly class: number
  readonly observes: boolean
  /** Its bit in a configuration; bits of operations that have returned are used again. */
  readonly bit: number
  /** Position among the returns; Infinity for an operation of unknown outcome. */
  readonly rank: number
}

/** How many configurations with the same state are compared with a new one, the latest first. */
const COMPARED_MAX = 64

class Search {
  /** Operations that must take effect, in the order in which they return. */
  readonly #returns: Live[] = []
  /** For each return, what is under way then and must take effect, in the order in which it is tried. */
  readonly #due: (readonly Live[])[] = []
  /** Operations of unknown outcome that might change something, in the order in which they were invoked. */
  readonly #open: Live[] = []
  /** For each return, how many of `#open` have been invoked. */
  readonly #opened: number[] = []
  readonly #lives = new Map<number, Live>()
  /** For each return, the bits of reads. */
  readonly #readBits: Int32Array[] = []
  readonly #dueWords: number
  readonly #words: number
  readonly #operations: readonly TimedOperation[]
  readonly #states: StateTable
  readonly #way: Way | null

  constructor(operations: readonly TimedOperation[], model: SequentialModel) {
    this.#operations = operations
    this.#way = model.foresee?.(operations)?.way ?? null
    const classes = new Map<string, number>()
    const classOf = ({ f, value }: TimedOperation): number => {
      const text = value === undefined ? f : `${f} ${textOf(value)}`
      const known = classes.get(text)
      if (known !== undefined) return known
      classes.set(text, classes.size)
      return classes.size - 1
    }
    const numbers = operations.map((_, number) => number)
    const byReturn = numbers
      .filter((number) => operations[number]!.returned !== null)
      .sort((one, other) => operations[one]!.returned! - operations[other]!.returned!)
    const open = numbers
      .filter((number) => operations[number]!.returned === null && !model.observes(operations[number]!))
      .sort((one, other) => operations[one]!.invoked - operations[other]!.invoked)

    const bits = bitsOf(byReturn.map((number) => operations[number]!))
    this.#dueWords = Math.ceil(bits.count / 32)
    this.#words = this.#dueWords + Math.ceil(open.length / 32)
    const live = (number: number, bit: number, rank: number): Live => {
      const operation = operations[number]!
      const made: Live = {
        number,
        class: classOf(operation),
        observes: model.observes(operation),
        bit,
        rank,
      }
      this.#lives.set(number, made)
      return made
    }
    this.#returns = byReturn.map((number, rank) => live(number, bits.of[rank]!, rank))
    this.#open = open.map((number, index) => live(number, this.#dueWords * 32 + index, Infinity))
    this.#layOut()
    this.#states = new StateTable(model, classes.size)
  }

  /** Fills in what is under way at each return. */
  #layOut(): void {
    const invokedOf = (live: Live): number => this.#operations[live.number]!.invoked
    const byInvocation = [...this.#returns].sort((one, other) => invokedOf(one) - invokedOf(other))
    let due: Live[] = []
    let next = 0
    let opened = 0
    this.#returns.forEach((returning, rank) => {
      const moment = this.#operations[returning.number]!.returned!
      due = due.filter((live) => live.rank >= rank)
      while (next < byInvocation.length && invokedOf(byInvocation[next]!) < moment) {
        due.push(byInvocation[next++]!)
      }
      due = due.toSorted((one, other) => one.rank - other.rank)
      while (opened < this.#open.length && invokedOf(this.#open[opened]!) < moment) opened++
      const reads = new Int32Array(this.#dueWords)
      for (const { observes, bit } of due) if (observes) reads[bit >> 5]! |= 1 << (bit & 31)
      this.#due.push(due)
      this.#opened.push(opened)
      this.#readBits.push(reads)
    })
  }

  run(configurationsMax: number, charactersMax: number): Outcome {
    const words = this.#words
    const states = this.#states
    const visited = new Visited(this.#dueWords, words)
    const order: number[] = []
    const deepest = { rank: -1, order: [] as number[], states: new Set<number>() }
    /** One entry for each branching that is under way: its configuration and what is left to try there. */
    const ranks: number[] = []
    const stateAt: number[] = []
    /** The state before an operation of unknown outcome that nothing has seen yet; −1 where there is none. */
    const unseen: number[] = []
    const orderAt: number[] = []
    const cursor: number[] = []
    const end: number[] = []
    /** Pairs: what may come next, and the state that it leads to. */
    const choices: number[] = []
    let bits = new Int32Array(64 * Math.max(words, 1))
    const tried = new Int32Array(states.classes).fill(-1)
    let stamp = 0
    let depth = 0
    let configurations = 0

    const isDone = (offset: number, bit: number): boolean =>
      (bits[offset + (bit >> 5)]! & (1 << (bit & 31))) !== 0
    const setDone = (offset: number, bit: number): void => {
      bits[offset + (bit >> 5)]! |= 1 << (bit & 31)
    }

    /** Lets reads take effect and operations return for as long as there is nothing to decide. @returns the next return */
    const settle = (offset: number, from: number, state: number): number => {
      for (let rank = from; rank < this.#returns.length; rank++) {
        for (const live of this.#due[rank]!) {
          if (!live.observes || isDone(offset, live.bit)) continue
          if (states.after(state, live.class, this.#operations[live.number]!).length === 0) continue
          setDone(offset, live.bit)
          order.push(live.number)
        }
        const { bit } = this.#returns[rank]!
        if (!isDone(offset, bit)) return rank
        bits[offset + (bit >> 5)]! &= ~(1 << (bit & 31))
      }
      return this.#returns.length
    }
    /** Is there no way from here to the next goal that has yet to take effect? */
    const isDeadEnd = (way: Way, rank: number, state: number, offset: number, just: Live): boolean => {
      const now = this.#momentOf(rank)
      const isUndone = (live: Live): boolean =>
        live !== just && (this.#operations[live.number]!.invoked > now || !isDone(offset, live.bit))
      const question = way.from(states.values[state])
      // The goals come one after the other, and so does what may take effect before each of them.
      const waiting: Live[] = []
      let since = -1
      let opened = 0
      let asked = 0
      for (let next = rank; next < this.#returns.length; next++) {
        const goal = this.#returns[next]!
        for (const live of this.#due[next]!) {
          if (this.#operations[live.number]!.invoked > since && isUndone(live)) waiting.push(live)
        }
        for (; opened < this.#opened[next]!; opened++) {
          if (isUndone(this.#open[opened]!)) waiting.push(this.#open[opened]!)
        }
        since = this.#momentOf(next)
        if (!way.isGoal(this.#operations[goal.number]!) || !isUndone(goal)) continue
        for (const live of waiting) if (live !== goal) question.add(this.#operations[live.number]!)
        waiting.length = 0
        if (!question.leadsTo(this.#operations[goal.number]!)) return true
        // It may go before those that return later.
        waiting.push(goal)
        if (++asked === way.goalsMax) return false
      }
      return false
    }
    /** Adds what may come next in this configuration. */
    const branch = (rank: number, state: number, before: number, offset: number): void => {
      stamp++
      const consider = (live: Live): void => {
        if (isDone(offset, live.bit) || tried[live.class] === stamp) return
        tried[live.class] = stamp
        const operation = this.#operations[live.number]!
        const next = states.after(state, live.class, operation)
        if (before !== -1 && next.length === 1) {
          const without = states.after(before, live.class, operation)
          if (without.length === 1 && without[0] === next[0]) return
        }
        for (const target of next) {
          if (target === state && live.rank === Infinity) continue
          if (this.#way && isDeadEnd(this.#way, rank, target, offset, live)) continue
          choices.push(live.number, target)
        }
      }
      for (const live of this.#due[rank]!) consider(live)
      for (let index = 0; index < this.#opened[rank]!; index++) consider(this.#open[index]!)
    }
    /** Looks at the configuration that stands at `depth`; opens a branching there unless it is known. */
    const enter = (rank: number, state: number, before: number): void => {
      const offset = depth * words
      if (rank > deepest.rank) {
        deepest.rank = rank
        deepest.order = []
        deepest.states.clear()
      }
      if (rank === deepest.rank) {
        deepest.states.add(state)
        if (order.length > deepest.order.length) deepest.order = [...order]
      }
      if (!visited.add(rank, state, bits, offset, this.#readBits[rank]!)) return
      configurations++
      ranks.push(rank)
      stateAt.push(state)
      unseen.push(before)
      orderAt.push(order.length)
      cursor.push(choices.length)
      branch(rank, state, before, offset)
      end.push(choices.length)
      depth++
    }

    const first = settle(0, 0, 0)
    if (first === this.#returns.length) return this.#found(order, 0, configurations)
    enter(first, 0, -1)
    while (depth > 0) {
      if (configurations > configurationsMax) {
        return { verdict: 'inconclusive', configurations, hit: 'configurations' }
      }
      if (states.characters > charactersMax) {
        return { verdict: 'inconclusive', configurations, hit: 'characters' }
      }
      const top = depth - 1
      order.length = orderAt[top]!
      if (cursor[top] === end[top]) {
        ranks.pop()
        stateAt.pop()
        unseen.pop()
        orderAt.pop()
        cursor.pop()
        end.pop()
        depth--
        choices.length = depth === 0 ? 0 : end[depth - 1]!
        continue
      }
      const live = this.#lives.get(choices[cursor[top]!]!)!
      const state = choices[cursor[top]! + 1]!
      cursor[top]! += 2
      const offset = depth * words
      if (offset + words > bits.length) {
        const larger = new Int32Array(bits.length * 2)
        larger.set(bits)
        bits = larger
      }
      bits.copyWithin(offset, top * words, offset)
      setDone(offset, live.bit)
      order.push(live.number)
      const length = order.length
      const rank = settle(offset, ranks[top]!, state)
      if (rank === this.#returns.length) return this.#found(order, state, configurations)
      const seen = live.rank !== Infinity || order.length > length
      enter(rank, state, seen ? -1 : stateAt[top]!)
    }
    return {
      verdict: 'not-linearizable',
      stuck: this.#returns[deepest.rank]!.number,
      order: deepest.order,
      states: [...deepest.states].map((state) => states.values[state]!),
      complete: true,
      configurations,
    }
  }

  #momentOf(rank: number): number {
    return this.#operations[this.#returns[rank]!.number]!.returned!
  }

  #found(order: readonly number[], state: number, configurations: number): Outcome {
    return {
      verdict: 'linearizable',
      order: [...order],
      state: this.#states.values[state],
      configurations,
    }
  }
}

/** Gives operations that are ever under way at the same time different bits. Given in the order of their return. */
function bitsOf(byReturn: readonly TimedOperation[]): {
  readonly of: readonly number[]
  readonly count: number
} {
  const byInvocation = byReturn
    .map((operation, rank) => ({ operation, rank }))
    .sort((one, other) => one.operation.invoked - other.operation.invoked)
  const of: number[] = []
  const free: number[] = []
  let count = 0
  let returned = 0
  for (const { operation, rank } of byInvocation) {
    while (byReturn[returned]!.returned! < operation.invoked) free.push(of[returned++]!)
    of[rank] = free.pop() ?? count++
  }
  return { of, count }
}

/** The states of the object that were met, numbered, and what follows each: every step is worked out once. */
class StateTable {
  readonly values: unknown[] = []
  readonly classes: number
  /** The length of all keys together. */
  characters = 0
  readonly #model: SequentialModel
  readonly #numbers = new Map<string, number>()
  readonly #after: (readonly number[] | undefined)[][] = []

  constructor(model: SequentialModel, classes: number) {
    this.#model = model
    this.classes = classes
    this.#number(model.initial)
  }

  /** The numbers of the states after an operation of this class. */
  after(state: number, operationClass: number, operation: TimedOperation): readonly number[] {
    const row = this.#after[state]!
    return (row[operationClass] ??= this.#model
      .step(this.values[state], operation)
      .map((next) => this.#number(next)))
  }

  #number(state: unknown): number {
    const key = this.#model.key(state)
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    const number = this.values.length
    this.#numbers.set(key, number)
    this.characters += key.length
    this.values.push(state)
    this.#after.push([])
    return number
  }
}

/**
 * The configurations that were looked at, one row each: next return, state, bits. Open hashing over typed arrays, with
 * two chains a row: through those that are alike in everything but reads and unknown outcomes, and through those that are
 * the same.
 */
class Visited {
  readonly #dueWords: number
  readonly #words: number
  readonly #width: number
  #rows = new Int32Array(1024)
  #count = 0
  #alikeHeads = new Int32Array(1024).fill(-1)
  #sameHeads = new Int32Array(1024).fill(-1)
  #hashes = new Int32Array(2048)
  #links = new Int32Array(2048)

  constructor(dueWords: number, words: number) {
    this.#dueWords = dueWords
    this.#words = words
    this.#width = words + 2
  }

  /** Adds a configuration unless a known one can do all that it can. @returns whether it was added */
  add(rank: number, state: number, bits: Int32Array, offset: number, reads: Int32Array): boolean {
    let alike = mix(rank, state)
    let whole = alike
    for (let word = 0; word < this.#words; word++) {
      const value = bits[offset + word]!
      if (word < this.#dueWords) alike = mix(alike, value & ~reads[word]!)
      whole = mix(whole, value)
    }
    const mask = this.#alikeHeads.length - 1
    let compared = 0
    for (let row = this.#alikeHeads[alike & mask]!; row !== -1; row = this.#links[row * 2]!) {
      if (this.#hashes[row * 2] !== alike) continue
      if (this.#covers(row, rank, state, bits, offset, reads)) return false
      if (++compared === COMPARED_MAX) break
    }
    for (let row = this.#sameHeads[whole & mask]!; row !== -1; row = this.#links[row * 2 + 1]!) {
      if (this.#hashes[row * 2 + 1] === whole && this.#equals(row, rank, state, bits, offset)) return false
    }
    this.#append(rank, state, bits, offset, alike, whole)
    return true
  }

  #covers(
    row: number,
    rank: number,
    state: number,
    bits: Int32Array,
    offset: number,
    reads: Int32Array,
  ): boolean {
    const start = row * this.#width
    const rows = this.#rows
    if (rows[start] !== rank || rows[start + 1] !== state) return false
    for (let word = 0; word < this.#words; word++) {
      const known = rows[start + 2 + word]!
      const value = bits[offset + word]!
      if (word >= this.#dueWords) {
        if ((known & ~value) !== 0) return false
      } else if (((known ^ value) & ~reads[word]!) !== 0 || (value & ~known & reads[word]!) !== 0) {
        return false
      }
    }
    return true
  }

  #equals(row: number, rank: number, state: number, bits: Int32Array, offset: number): boolean {
    const start = row * this.#width
    const rows = this.#rows
    if (rows[start] !== rank || rows[start + 1] !== state) return false
    for (let word = 0; word < this.#words; word++) {
      if (rows[start + 2 + word] !== bits[offset + word]) return false
    }
    return true
  }

  #append(rank: number, state: number, bits: Int32Array, offset: number, alike: number, whole: number): void {
    const row = this.#count++
    const start = row * this.#width
    if (start + this.#width > this.#rows.length) {
      this.#rows = grown(this.#rows, Math.max(this.#rows.length * 2, start + this.#width))
    }
    this.#rows[start] = rank
    this.#rows[start + 1] = state
    for (let word = 0; word < this.#words; word++) this.#rows[start + 2 + word] = bits[offset + word]!
    if (row * 2 + 2 > this.#hashes.length) {
      this.#hashes = grown(this.#hashes, this.#hashes.length * 2)
      this.#links = grown(this.#links, this.#links.length * 2)
    }
    this.#hashes[row * 2] = alike
    this.#hashes[row * 2 + 1] = whole
    if (this.#count > this.#alikeHeads.length) this.#rehash()
    else this.#link(row)
  }

  #link(row: number): void {
    const mask = this.#alikeHeads.length - 1
    const alike = this.#hashes[row * 2]! & mask
    const whole = this.#hashes[row * 2 + 1]! & mask
    this.#links[row * 2] = this.#alikeHeads[alike]!
    this.#links[row * 2 + 1] = this.#sameHeads[whole]!
    this.#alikeHeads[alike] = row
    this.#sameHeads[whole] = row
  }

  #rehash(): void {
    const size = this.#alikeHeads.length * 4
    this.#alikeHeads = new Int32Array(size).fill(-1)
    this.#sameHeads = new Int32Array(size).fill(-1)
    for (let row = 0; row < this.#count; row++) this.#link(row)
  }
}

function grown(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(length)
  larger.set(array)
  return larger
}
