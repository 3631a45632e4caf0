/**
 * Owned: keeps the state of a node that lives on from step to step the engine's own, without copying it each time.
 *
 * A handler changes its state in place, and may put anything into it: a list of its module, a part of the message, the
 * same object twice. Had it been given a copy and its result been copied, as `execute` does, none of that could be seen
 * in the next step. So each object that stands in the state after a step, and did not stand there before, is replaced
 * by a copy; and an object that stands there twice is new in its second place.
 */
import { canonical, copy, copyQuickly, isUsual } from '../plain.ts'

/** Past so many parts and characters a state is looked at closely after each step. */
const SIZE_MAX = 10_000

/** Past this depth too. */
const DEPTH_MAX = 40

/** How far ahead an object is looked for among those of the step before: some may have gone. */
const AHEAD_MAX = 8

/** The objects of one state, in the order in which a walk meets them. */
export class Owned {
  #objects: object[] = []
  #count = 0
  /** The objects of the step before, each of which may be met once. */
  #before: object[] = []
  #beforeCount = 0
  #next = 0
  #size = 0
  #unusual = false

  /** Takes over a value that nobody else holds. */
  take(value: object): void {
    this.#count = 0
    this.#register(value)
  }

  /**
   * Makes the state the engine's own once more, after a handler has changed it, and gives it: the same object if nothing
   * about it is unusual.
   * @throws Fault `not-plain` or `too-large`
   */
  keep(state: object): object {
    const objects = this.#before
    this.#before = this.#objects
    this.#beforeCount = this.#count
    this.#objects = objects
    this.#count = 0
    this.#size = 0
    this.#unusual = this.#before[0] !== state
    this.#next = 1
    if (!this.#unusual) this.#walk(state, 0)
    if (!this.#unusual && this.#size < SIZE_MAX) return state
    canonical(state, 'state')
    const own = copy(state)
    this.take(own)
    return own
  }

  #walk(parent: object, depth: number): void {
    this.#objects[this.#count++] = parent
    if (depth > DEPTH_MAX) {
      this.#unusual = true
    } else if (Array.isArray(parent)) {
      const list = parent as unknown[]
      const { length } = list
      this.#size += length
      if (this.#size > SIZE_MAX) return
      for (let index = 0; index < length; index++) {
        const part = list[index]
        if (typeof part === 'object' && part !== null) {
          if (this.#isOwn(part)) this.#walk(part, depth + 1)
          else list[index] = this.#own(part)
        } else this.#part(part)
      }
    } else {
      const record = parent as Record<string, unknown>
      for (const key in record) {
        const part = record[key]
        this.#size += key.length
        if (typeof part === 'object' && part !== null) {
          if (this.#isOwn(part)) this.#walk(part, depth + 1)
          else record[key] = this.#own(part)
        } else this.#part(part)
      }
    }
  }

  /** Was this object here before, and has not been met yet? */
  #isOwn(part: object): boolean {
    const before = this.#before
    const end = Math.min(this.#beforeCount, this.#next + AHEAD_MAX)
    for (let index = this.#next; index < end; index++) {
      if (before[index] !== part) continue
      this.#next = index + 1
      return true
    }
    return false
  }

  #own(part: object): object {
    const own = copyQuickly(part, 'state')
    this.#register(own)
    return own
  }

  #register(value: object): void {
    this.#objects[this.#count++] = value
    this.#size++
    if (Array.isArray(value)) {
      for (const part of value as unknown[]) {
        if (typeof part === 'object' && part !== null) this.#register(part)
      }
    } else {
      for (const key in value) {
        const part = (value as Record<string, unknown>)[key]
        if (typeof part === 'object' && part !== null) this.#register(part)
      }
    }
  }

  #part(part: unknown): void {
    if (typeof part === 'string') this.#size += part.length
    if (!isUsual(part)) this.#unusual = true
    this.#size++
  }
}
