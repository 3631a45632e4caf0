/**
 * Where a text stops being JSON. Parsers say so each in their own words, and some not at all; a learner who edited a run by hand
 * wants a line and a column.
 * Reference: RFC 8259.
 */
import type { Place } from '../fault.ts'

const SPACE = /[ \t\n\r]*/y
const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y
const OTHER = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** Deeper than any run: so that a text of brackets alone can't fill the call stack. */
const DEPTH_MAX = 500

/** Line and column, from 1, of the first character that can't stand where it does; the end of the text where something is missing there. */
export function placeOfJsonFault(text: string): Place {
  const reader = new Reader(text)
  if (reader.value(0)) reader.space()
  const before = text.slice(0, reader.position).split('\n')
  return { line: before.length, column: before.at(-1)!.length + 1 }
}

/** Reads one value after the other, and stops where it can't go on. */
class Reader {
  position = 0
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** Reads a value; false where there is none, or where it breaks off. */
  value(depth: number): boolean {
    this.space()
    if (depth > DEPTH_MAX) return false
    if (this.#take('{')) return this.#entries('}', depth, true)
    if (this.#take('[')) return this.#entries(']', depth, false)
    return this.#match(STRING) || this.#match(OTHER)
  }

  space(): void {
    this.#match(SPACE)
  }

  /** Reads what stands in brackets. @param named each value has a name */
  #entries(close: string, depth: number, named: boolean): boolean {
    this.space()
    if (this.#take(close)) return true
    for (;;) {
      if (named) {
        this.space()
        if (!this.#match(STRING)) return false
        this.space()
        if (!this.#take(':')) return false
      }
      if (!this.value(depth + 1)) return false
      this.space()
      if (this.#take(close)) return true
      if (!this.#take(',')) return false
    }
  }

  #take(character: string): boolean {
    if (this.#text[this.position] !== character) return false
    this.position++
    return true
  }

  #match(pattern: RegExp): boolean {
    pattern.lastIndex = this.position
    const found = pattern.exec(this.#text)
    if (found === null) return false
    this.position = pattern.lastIndex
    return true
  }
}
