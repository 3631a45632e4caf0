/**
 * What a loop that awaits in its body goes through. The language's own iterators don't tell where they stand; these do, for
 * lists and texts and for the keys of an object. Any other iterator is handed on, and counts as something unknown.
 */

/** Goes through a list as the language's iterator does: what is added meanwhile is gone through too. */
export class ListIteration {
  readonly list: readonly unknown[] | string
  readonly gives: 'values' | 'keys' | 'entries'
  position = 0

  constructor(list: readonly unknown[] | string, gives: 'values' | 'keys' | 'entries') {
    this.list = list
    this.gives = gives
  }

  [Symbol.iterator](): this {
    return this
  }

  next(): IteratorResult<unknown> {
    const { list, position, gives } = this
    if (position >= list.length) {
      // Once at its end, an iterator stays there.
      this.position = Infinity
      return { done: true, value: undefined }
    }
    if (typeof list === 'string') {
      const character = String.fromCodePoint(list.codePointAt(position)!)
      this.position += character.length
      return { done: false, value: character }
    }
    this.position++
    const value = list[position]
    return {
      done: false,
      value: gives === 'values' ? value : gives === 'keys' ? position : [position, value],
    }
  }
}

/** Goes through the keys that `for … in` does. Those that are deleted before their turn are left out. */
export class KeyIteration {
  readonly object: unknown
  readonly keys: readonly string[]
  position = 0

  constructor(object: unknown) {
    this.object = object
    const keys: string[] = []
    for (const key in object as object) keys.push(key)
    this.keys = keys
  }

  [Symbol.iterator](): this {
    return this
  }

  next(): IteratorResult<string> {
    while (this.position < this.keys.length) {
      const key = this.keys[this.position++]!
      if (key in Object(this.object)) return { done: false, value: key }
    }
    return { done: true, value: undefined as never }
  }
}

const { values, keys, entries } = Array.prototype as unknown as Record<string, unknown>
const METHODS: Readonly<Record<string, unknown>> = { values, keys, entries }

/** Goes through anything else by its own iterator, which can be read where it is an object of the file's. */
export class OtherIteration {
  readonly iterator: unknown

  constructor(iterator: unknown) {
    this.iterator = iterator
  }

  [Symbol.iterator](): unknown {
    return this.iterator
  }
}

/** @param method of which call the iterator was to come, such as `entries`; left out: the value is gone through itself */
export function iterate(value: unknown, method?: 'values' | 'keys' | 'entries'): unknown {
  if (typeof value === 'string' && method === undefined) return new ListIteration(value, 'values')
  if (Array.isArray(value)) {
    const own: unknown = method === undefined ? value[Symbol.iterator] : value[method]
    if (own === METHODS[method ?? 'values']) return new ListIteration(value, method ?? 'values')
  }
  const iterable = method === undefined ? value : (value as Record<string, () => unknown>)[method]!()
  // What can't be gone through is handed on: the loop itself complains.
  const make: unknown = (iterable as Partial<Iterable<unknown>> | null | undefined)?.[Symbol.iterator]
  if (typeof make !== 'function') return iterable
  return new OtherIteration(Reflect.apply(make, iterable, []))
}
