/** Cursor: walks over the tokens of a statement, and knows which words are key words. */
import { syntaxError } from './sql-error.ts'
import { type Token, tokens } from './tokens.ts'

/** Words that can’t name a table, a column or an alias. Reference: PostgreSQL 15, appendix C. */
const RESERVED = new Set(
  `all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create
  current_catalog current_date current_role current_time current_timestamp current_user default deferrable desc
  distinct do else end except false fetch for foreign from grant group having in initially intersect into lateral
  leading limit localtime localtimestamp not null offset on only or order placing primary references returning
  select session_user some symmetric table then to trailing true union unique user using variadic when where
  window with
  authorization binary collation concurrently cross current_schema freeze full ilike inner is isnull join left like
  natural notnull outer overlaps right similar tablesample verbose`.split(/\s+/),
)

/** Words that can’t be the name of an output without `as` before it, beside the reserved ones. */
const NEEDS_AS = new Set(
  `array char character create day filter group having hour intersect isnull minute month notnull over overlaps
  precision second varying within without year between operator at set`.split(/\s+/),
)

export class Cursor {
  readonly #tokens: readonly Token[]
  #position = 0

  constructor(text: string) {
    this.#tokens = tokens(text)
  }

  get token(): Token {
    return this.#tokens[this.#position]!
  }

  get ended(): boolean {
    return this.token.kind === 'end'
  }

  next(): Token {
    const token = this.token
    if (token.kind !== 'end') this.#position++
    return token
  }

  /** The error of the token in hand. */
  unexpected(): Error {
    return syntaxError(this.token.source)
  }

  /** Is the token in hand, or one further on, this key word or symbol? */
  at(text: string, ahead = 0): boolean {
    const token = this.#tokens[Math.min(this.#position + ahead, this.#tokens.length - 1)]!
    return (token.kind === 'word' || token.kind === 'symbol') && token.text === text
  }

  /** Goes past the words if all of them stand here. */
  accept(...texts: readonly string[]): boolean {
    if (!texts.every((text, index) => this.at(text, index))) return false
    this.#position += texts.length
    return true
  }

  expect(...texts: readonly string[]): void {
    for (const text of texts) if (!this.accept(text)) throw this.unexpected()
  }

  /** A name of a table or column. */
  name(): string {
    if (!this.atName) throw this.unexpected()
    return this.next().text
  }

  get atName(): boolean {
    const token = this.token
    return token.kind === 'name' || (token.kind === 'word' && !RESERVED.has(token.text))
  }

  /** A name that may stand for an output without `as`. */
  get atBareLabel(): boolean {
    return this.atName && !(this.token.kind === 'word' && NEEDS_AS.has(this.token.text))
  }

  /** After `as` any word may be a name. */
  label(): string {
    const token = this.token
    if (token.kind !== 'name' && token.kind !== 'word') throw this.unexpected()
    return this.next().text
  }

  /** Entries with commas between them. */
  list<T>(entry: () => T): T[] {
    const entries = [entry()]
    while (this.accept(',')) entries.push(entry())
    return entries
  }

  /** A list in parentheses. */
  enclosed<T>(entry: () => T): T[] {
    this.expect('(')
    const entries = this.list(entry)
    this.expect(')')
    return entries
  }
}
