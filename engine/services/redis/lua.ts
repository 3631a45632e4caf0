/**
 * Reads Lua scripts, as far as scripts for Redis need it: conditions, local variables, calls, tables, arithmetic. Functions
 * of one's own and loops are not among it.
 * Reference: Lua 5.1 Reference Manual, sections 2.4, 2.5 and 8. The errors are those of lparser.c.
 */
import { LuaSyntaxError, type Word, wordsOf } from './lua-words.ts'

/** An expression; `line` is the one that an error within it names. */
export type Expression =
  | { readonly kind: 'constant'; readonly value: string | number | boolean | null; readonly line: number }
  | { readonly kind: 'name'; readonly name: string; readonly line: number }
  | { readonly kind: 'index'; readonly of: Expression; readonly key: Expression; readonly line: number }
  | {
      readonly kind: 'call'
      readonly called: Expression
      readonly args: readonly Expression[]
      readonly line: number
    }
  | {
      readonly kind: 'binary'
      readonly sign: string
      readonly one: Expression
      readonly other: Expression
      readonly line: number
    }
  | { readonly kind: 'unary'; readonly sign: string; readonly of: Expression; readonly line: number }
  | {
      readonly kind: 'table'
      readonly fields: readonly { readonly key: Expression | null; readonly value: Expression }[]
      readonly line: number
    }

export type Statement =
  | {
      readonly kind: 'local'
      readonly names: readonly string[]
      readonly values: readonly Expression[]
      readonly line: number
    }
  | {
      readonly kind: 'assign'
      readonly targets: readonly Expression[]
      readonly values: readonly Expression[]
      readonly line: number
    }
  | { readonly kind: 'call'; readonly call: Expression; readonly line: number }
  | {
      readonly kind: 'if'
      readonly branches: readonly { readonly condition: Expression | null; readonly body: Block }[]
      readonly line: number
    }
  | { readonly kind: 'do'; readonly body: Block; readonly line: number }
  | { readonly kind: 'return'; readonly values: readonly Expression[]; readonly line: number }

export type Block = readonly Statement[]

/** A script as a tree. @throws LuaSyntaxError */
export function parse(source: string): Block {
  const parser = new Parser(wordsOf(source))
  const block = parser.block()
  parser.expect('end', '', null)
  return block
}

/** How tightly a sign binds to its left and to its right. */
const BINARY: { readonly [sign: string]: readonly [number, number] } = {
  or: [1, 1],
  and: [2, 2],
  '<': [3, 3],
  '>': [3, 3],
  '<=': [3, 3],
  '>=': [3, 3],
  '~=': [3, 3],
  '==': [3, 3],
  '..': [5, 4],
  '+': [6, 6],
  '-': [6, 6],
  '*': [7, 7],
  '/': [7, 7],
  '%': [7, 7],
  '^': [10, 9],
}
const UNARY_BINDS = 8
const UNARY = new Set(['not', '-', '#'])
const ENDS_BLOCK = new Set(['else', 'elseif', 'end', 'until'])
const NOT_MODELLED = new Set(['while', 'for', 'repeat', 'function', 'break'])

/** How deep a script may be nested. Reference: Lua 5.1, luaconf.h, `LUAI_MAXCCALLS`. */
const DEPTH_MAX = 200

class Parser {
  readonly #words: readonly Word[]
  #at = 0
  #depth = 0

  constructor(words: readonly Word[]) {
    this.#words = words
    this.#check()
  }

  get #word(): Word {
    return this.#words[this.#at]!
  }

  #next(): void {
    this.#at++
    this.#check()
  }

  #check(): void {
    if (this.#word.broken !== undefined) throw this.#word.broken
  }

  block(): Block {
    this.#enter()
    const statements: Statement[] = []
    while (this.#word.kind !== 'end' && !(this.#word.kind === 'keyword' && ENDS_BLOCK.has(this.#word.text))) {
      const last = this.#is('return')
      statements.push(this.#statement())
      this.#take(';')
      if (last) break
    }
    this.#depth--
    return statements
  }

  /** @param opened what the word closes, and where that stands; null where it closes nothing */
  expect(
    kind: Word['kind'],
    text: string,
    opened: { readonly text: string; readonly line: number } | null,
  ): Word {
    const word = this.#word
    if (word.kind === kind && (text === '' || word.text === text)) {
      if (kind !== 'end') this.#next()
      return word
    }
    const wanted = text === '' ? (kind === 'end' ? "'<eof>'" : "'<name>'") : `'${text}'`
    if (opened === null || opened.line === word.line) return this.#fail(`${wanted} expected`)
    return this.#fail(`${wanted} expected (to close '${opened.text}' at line ${opened.line})`)
  }

  #fail(message: string): never {
    throw new LuaSyntaxError(`${message} near '${this.#word.shown}'`, this.#word.line)
  }

  #enter(): void {
    if (++this.#depth > DEPTH_MAX)
      throw new LuaSyntaxError('chunk has too many syntax levels', this.#word.line)
  }

  #is(text: string): boolean {
    const { kind, text: own } = this.#word
    return own === text && (kind === 'keyword' || kind === 'sign')
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false
    this.#next()
    return true
  }

  #statement(): Statement {
    const { kind, text, line } = this.#word
    if (kind === 'keyword' && NOT_MODELLED.has(text)) return this.#notModelled(text)
    if (this.#take('if')) return this.#if(line)
    if (this.#take('do')) {
      const body = this.block()
      this.expect('keyword', 'end', { text: 'do', line })
      return { kind: 'do', body, line }
    }
    if (this.#take('local')) return this.#local(line)
    if (this.#take('return')) {
      const empty = this.#word.kind === 'end' || this.#is(';') || ENDS_BLOCK.has(this.#word.text)
      return { kind: 'return', values: empty ? [] : this.#list(), line }
    }
    return this.#callOrAssignment(line)
  }

  #notModelled(text: string): never {
    throw new LuaSyntaxError(`'${text}' is not modelled by the simulated server`, this.#word.line)
  }

  #if(line: number): Statement {
    const branches: { condition: Expression | null; body: Block }[] = []
    do {
      const condition = this.#expression()
      this.expect('keyword', 'then', null)
      branches.push({ condition, body: this.block() })
    } while (this.#take('elseif'))
    if (this.#take('else')) branches.push({ condition: null, body: this.block() })
    this.expect('keyword', 'end', { text: 'if', line })
    return { kind: 'if', branches, line }
  }

  #local(line: number): Statement {
    if (this.#is('function')) return this.#notModelled('function')
    const names: string[] = []
    do names.push(this.expect('name', '', null).text)
    while (this.#take(','))
    return { kind: 'local', names, values: this.#take('=') ? this.#list() : [], line }
  }

  #callOrAssignment(line: number): Statement {
    const first = this.#primary()
    if (first.kind === 'call') return { kind: 'call', call: first, line }
    const targets: Expression[] = [first]
    while (this.#take(',')) targets.push(this.#primary())
    if (targets.some(({ kind }) => kind !== 'name' && kind !== 'index')) return this.#fail('syntax error')
    this.expect('sign', '=', null)
    return { kind: 'assign', targets, values: this.#list(), line }
  }

  #list(): Expression[] {
    const list = [this.#expression()]
    while (this.#take(',')) list.push(this.#expression())
    return list
  }

  #expression(bindsLess = 0): Expression {
    this.#enter()
    let one = this.#operand()
    for (;;) {
      const { kind, text: sign, line } = this.#word
      const binds = kind === 'keyword' || kind === 'sign' ? BINARY[sign] : undefined
      if (binds === undefined || binds[0] <= bindsLess) break
      this.#next()
      one = { kind: 'binary', sign, one, other: this.#expression(binds[1]), line }
    }
    this.#depth--
    return one
  }

  #operand(): Expression {
    const { kind, text, line } = this.#word
    if ((kind === 'keyword' || kind === 'sign') && UNARY.has(text)) {
      this.#next()
      return { kind: 'unary', sign: text, of: this.#expression(UNARY_BINDS), line }
    }
    if (kind === 'number' || kind === 'string') {
      this.#next()
      return { kind: 'constant', value: kind === 'number' ? Number(text) : text, line }
    }
    if (this.#take('nil')) return { kind: 'constant', value: null, line }
    if (this.#take('true')) return { kind: 'constant', value: true, line }
    if (this.#take('false')) return { kind: 'constant', value: false, line }
    if (this.#is('{')) return this.#table()
    if (this.#is('function')) return this.#notModelled('function')
    return this.#primary()
  }

  /** A name or something in brackets, and what is called on it and taken from it. */
  #primary(): Expression {
    const { line } = this.#word
    let of: Expression
    if (this.#take('(')) {
      of = this.#expression()
      this.expect('sign', ')', { text: '(', line })
    } else if (this.#word.kind === 'name') {
      of = { kind: 'name', name: this.#word.text, line }
      this.#next()
    } else return this.#fail('unexpected symbol')
    for (;;) {
      const { kind, text, line: here } = this.#word
      if (this.#take('.')) {
        const { text: value } = this.expect('name', '', null)
        of = { kind: 'index', of, key: { kind: 'constant', value, line: here }, line: here }
      } else if (this.#take('[')) {
        const key = this.#expression()
        this.expect('sign', ']', { text: '[', line: here })
        of = { kind: 'index', of, key, line: here }
      } else if (this.#take('(')) {
        const args = this.#is(')') ? [] : this.#list()
        this.expect('sign', ')', { text: '(', line: here })
        of = { kind: 'call', called: of, args, line: here }
      } else if (kind === 'string') {
        this.#next()
        of = { kind: 'call', called: of, args: [{ kind: 'constant', value: text, line: here }], line: here }
      } else if (this.#is('{')) {
        of = { kind: 'call', called: of, args: [this.#table()], line: here }
      } else if (this.#is(':')) return this.#notModelled(':')
      else return of
    }
  }

  #table(): Expression {
    const { line } = this.expect('sign', '{', null)
    const fields: { key: Expression | null; value: Expression }[] = []
    while (!this.#is('}')) {
      fields.push(this.#field())
      if (!this.#take(',') && !this.#take(';')) break
    }
    this.expect('sign', '}', { text: '{', line })
    return { kind: 'table', fields, line }
  }

  #field(): { key: Expression | null; value: Expression } {
    const { kind, text, line } = this.#word
    if (this.#take('[')) {
      const key = this.#expression()
      this.expect('sign', ']', { text: '[', line })
      this.expect('sign', '=', null)
      return { key, value: this.#expression() }
    }
    const next = this.#words[this.#at + 1]
    if (kind === 'name' && next?.kind === 'sign' && next.text === '=') {
      this.#next()
      this.#next()
      return { key: { kind: 'constant', value: text, line }, value: this.#expression() }
    }
    return { key: null, value: this.#expression() }
  }
}
