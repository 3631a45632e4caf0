/**
 * Runs Lua scripts against the keys: a small interpreter for the part of Lua that scripts for locks and counters use.
 * A script is one step: nothing else happens while it runs. What it did before an error stays done.
 * Reference: Redis 7.0, script_lua.c and eval.c; how Redis's answers become Lua's values and the other way round:
 * https://redis.io/docs/latest/develop/programmability/lua-api/#data-type-conversion
 */
import type { Work } from './keyspace.ts'
import { type Block, type Expression, type Statement, parse } from './lua.ts'
import { LuaSyntaxError } from './lua-words.ts'
import { type LuaFunction, LuaTable, type LuaValue, general, isTrue, lengthOf } from './lua-values.ts'
import { toNumber, typeOf } from './lua-values.ts'
import { type Reply, isError, wrong } from './replies.ts'
import { sha1 } from './sha1.ts'

/** Runs a command of a script. */
export type RunCommand = (work: Work, words: readonly string[]) => Reply

/** Runs a script. @param run how its commands are run */
export function runScript(
  work: Work,
  source: string,
  keys: readonly string[],
  args: readonly string[],
  run: RunCommand,
): Reply {
  let block: Block
  try {
    block = parse(source)
  } catch (error) {
    if (!(error instanceof LuaSyntaxError)) throw error
    return wrong(`Error compiling script (new function): ${error.message}`)
  }
  try {
    const result = new Interpreter(globalsOf(keys, args, (words) => run(work, words))).run(block)
    return replyOf(result)
  } catch (error) {
    if (!(error instanceof LuaError)) throw error
    return { error: `${error.message} script: ${sha1(source)}, on @user_script:${error.line}.` }
  }
}

/** An error that ends a script. Its message has the kind in front, as all errors of Redis have. */
class LuaError extends Error {
  readonly line: number
  constructor(message: string, line: number) {
    super(message)
    this.line = line
  }
}

/** An error of the script's own code: it names its place. */
function failAt(line: number, message: string): never {
  throw new LuaError(`ERR user_script:${line}: ${message}`, line)
}

/** Values that the real server's scripts find under these names, and this one's don't. */
const MISSING = new Set(
  (
    'string table math bit cjson cmsgpack struct os pairs ipairs next select unpack assert pcall xpcall rawget rawset ' +
    'rawequal setmetatable getmetatable loadstring _G _VERSION coroutine collectgarbage gcinfo newproxy'
  ).split(' '),
)

function globalsOf(
  keys: readonly string[],
  args: readonly string[],
  run: (words: readonly string[]) => Reply,
): Map<string, LuaValue> {
  const call: LuaFunction = (values, line) => {
    const reply = callCommand(values, run)
    if (isError(reply)) throw new LuaError(reply.error, line)
    return luaOf(reply)
  }
  return new Map<string, LuaValue>([
    ['KEYS', listOf(keys)],
    ['ARGV', listOf(args)],
    [
      'redis',
      tableOf({
        call,
        pcall: (values) => luaOf(callCommand(values, run)),
        error_reply: (values) => tableOf({ err: errorTextOf(single(values)) }),
        status_reply: (values) => tableOf({ ok: single(values) }),
        sha1hex: (values, line) => {
          if (values.length !== 1) throw new LuaError('ERR wrong number of arguments', line)
          return sha1(textOf(values[0]!) ?? '')
        },
      }),
    ],
    [
      'tonumber',
      (values, line) => {
        if (values.length === 0) failAt(line, "bad argument #1 to 'tonumber' (value expected)")
        if (values.length > 1 && values[1] !== 10)
          failAt(line, 'a base is not modelled by the simulated server')
        return toNumber(values[0]!)
      },
    ],
    [
      'tostring',
      (values, line) => {
        if (values.length === 0) failAt(line, "bad argument #1 to 'tostring' (value expected)")
        const value = values[0]!
        if (value instanceof LuaTable || typeof value === 'function')
          return failAt(line, `the text of a ${typeOf(value)} is not modelled by the simulated server`)
        return textOf(value) ?? String(value === null ? 'nil' : value)
      },
    ],
    [
      'type',
      (values, line) => {
        if (values.length === 0) failAt(line, "bad argument #1 to 'type' (value expected)")
        return typeOf(values[0]!)
      },
    ],
    [
      'error',
      ([value = null], line) => {
        if (value instanceof LuaTable) {
          const text = value.get('err')
          throw new LuaError(typeof text === 'string' ? text : 'ERR unknown error', line)
        }
        const text = textOf(value)
        if (text !== null) return failAt(line, text)
        throw new LuaError(`ERR ${value === null ? 'nil' : String(value)}`, line)
      },
    ],
  ])
}

function single(values: readonly LuaValue[]): string {
  return textOf(values[0] ?? null) ?? ''
}

/** An error's text as `redis.error_reply` takes it: a single word is a message without a kind. */
function errorTextOf(text: string): string {
  const plain = text.startsWith('-') ? text.slice(1) : text
  return plain.includes(' ') ? plain : `ERR ${plain}`
}

function callCommand(values: readonly LuaValue[], run: (words: readonly string[]) => Reply): Reply {
  if (values.length === 0) return wrong('Please specify at least one argument for this redis lib call')
  const words: string[] = []
  for (const value of values) {
    if (typeof value === 'number') words.push(general(value, 17))
    else if (typeof value === 'string') words.push(value)
    else return wrong('Lua redis lib command arguments must be strings or integers')
  }
  return run(words)
}

function luaOf(reply: Reply): LuaValue {
  if (reply === null) return false
  if (typeof reply !== 'object') return reply
  if ('status' in reply) return tableOf({ ok: reply.status })
  if ('error' in reply) return tableOf({ err: reply.error })
  return listOf(reply.list.map(luaOf))
}

function replyOf(value: LuaValue): Reply {
  if (typeof value === 'string') return value
  // Numbers lose their fraction, and a list ends at its first nil.
  if (typeof value === 'number') return integerOf(value)
  if (value === true) return 1
  if (!(value instanceof LuaTable)) return null
  const error = value.get('err')
  if (typeof error === 'string') return { error }
  const status = value.get('ok')
  if (typeof status === 'string') return { status }
  return { list: value.list.map(replyOf) }
}

/** As C casts a number on usual machines: what does not fit, NaN among it, becomes the least integer of 64 bits. */
function integerOf(value: number): number {
  return value >= -(2 ** 63) && value < 2 ** 63 ? Math.trunc(value) + 0 : -(2 ** 63)
}

function listOf(values: readonly LuaValue[]): LuaTable {
  const table = new LuaTable()
  values.forEach((value, index) => table.set(index + 1, value))
  return table
}

function tableOf(fields: { readonly [name: string]: LuaValue }): LuaTable {
  const table = new LuaTable()
  for (const [name, value] of Object.entries(fields)) table.set(name, value)
  return table
}

/** The text of a text or a number; null for everything else. */
function textOf(value: LuaValue): string | null {
  if (typeof value === 'string') return value
  return typeof value === 'number' ? general(value, 14) : null
}

class Interpreter {
  readonly #globals: Map<string, LuaValue>
  /** The local variables of the blocks that are being run, the innermost last. */
  readonly #scopes: Map<string, LuaValue>[] = []

  constructor(globals: Map<string, LuaValue>) {
    this.#globals = globals
  }

  /** Runs a script to its end. @returns what it returns first; nil where it returns nothing */
  run(block: Block): LuaValue {
    return this.#block(block)?.returned ?? null
  }

  #block(block: Block): { readonly returned: LuaValue } | null {
    this.#scopes.push(new Map())
    try {
      for (const statement of block) {
        const ended = this.#statement(statement)
        if (ended !== null) return ended
      }
      return null
    } finally {
      this.#scopes.pop()
    }
  }

  #statement(statement: Statement): { readonly returned: LuaValue } | null {
    switch (statement.kind) {
      case 'local': {
        const values = statement.values.map((value) => this.#value(value))
        statement.names.forEach((name, index) => this.#scopes.at(-1)!.set(name, values[index] ?? null))
        return null
      }
      case 'assign': {
        const values = statement.values.map((value) => this.#value(value))
        statement.targets.forEach((target, index) => this.#assign(target, values[index] ?? null))
        return null
      }
      case 'call':
        this.#value(statement.call)
        return null
      case 'if': {
        const branch = statement.branches.find(
          ({ condition }) => condition === null || isTrue(this.#value(condition)),
        )
        return branch === undefined ? null : this.#block(branch.body)
      }
      case 'do':
        return this.#block(statement.body)
      case 'return':
        return { returned: statement.values.map((value) => this.#value(value))[0] ?? null }
    }
  }

  #assign(target: Expression, value: LuaValue): void {
    if (target.kind === 'name') {
      const scope = this.#scopeOf(target.name)
      if (scope === undefined) failAt(target.line, 'Attempt to modify a readonly table')
      scope.set(target.name, value)
    } else if (target.kind === 'index') {
      const table = this.#value(target.of)
      const key = this.#value(target.key)
      if (!(table instanceof LuaTable))
        return failAt(target.line, `attempt to index ${this.#described(target.of, table)}`)
      if (table === this.#globals.get('redis')) failAt(target.line, 'Attempt to modify a readonly table')
      if (key === null) failAt(target.line, 'table index is nil')
      table.set(key, value)
    }
  }

  #scopeOf(name: string): Map<string, LuaValue> | undefined {
    return this.#scopes.findLast((scope) => scope.has(name))
  }

  #value(expression: Expression): LuaValue {
    switch (expression.kind) {
      case 'constant':
        return expression.value
      case 'name':
        return this.#variable(expression.name, expression.line)
      case 'index': {
        const table = this.#value(expression.of)
        const key = this.#value(expression.key)
        if (table instanceof LuaTable) return table.get(key)
        if (typeof table === 'string') return stringMember(key, expression.line)
        return failAt(expression.line, `attempt to index ${this.#described(expression.of, table)}`)
      }
      case 'call': {
        const called = this.#value(expression.called)
        const args = expression.args.map((each) => this.#value(each))
        if (typeof called === 'function') return called(args, expression.line)
        return failAt(expression.line, `attempt to call ${this.#described(expression.called, called)}`)
      }
      case 'unary':
        return this.#unary(expression.sign, expression.of, expression.line)
      case 'binary':
        return this.#binary(expression.sign, expression.one, expression.other, expression.line)
      case 'table': {
        const table = new LuaTable()
        let position = 0
        for (const { key, value } of expression.fields) {
          const name = key === null ? ++position : this.#value(key)
          if (name === null) failAt(expression.line, 'table index is nil')
          table.set(name, this.#value(value))
        }
        return table
      }
    }
  }

  #variable(name: string, line: number): LuaValue {
    const scope = this.#scopeOf(name)
    if (scope !== undefined) return scope.get(name)!
    const value = this.#globals.get(name)
    if (value !== undefined) return value
    if (MISSING.has(name)) return failAt(line, `'${name}' is not modelled by the simulated server`)
    return failAt(line, `Script attempted to access nonexistent global variable '${name}'`)
  }

  #unary(sign: string, of: Expression, line: number): LuaValue {
    const value = this.#value(of)
    if (sign === 'not') return !isTrue(value)
    if (sign === '-') {
      const number = toNumber(value)
      return number === null ? this.#noNumber(of, value, line) : -number
    }
    if (typeof value === 'string') return lengthOf(value)
    if (value instanceof LuaTable) return value.list.length
    return failAt(line, `attempt to get length of ${this.#described(of, value)}`)
  }

  #binary(sign: string, left: Expression, right: Expression, line: number): LuaValue {
    const one = this.#value(left)
    if (sign === 'and') return isTrue(one) ? this.#value(right) : one
    if (sign === 'or') return isTrue(one) ? one : this.#value(right)
    const other = this.#value(right)
    switch (sign) {
      case '==':
        return one === other
      case '~=':
        return one !== other
      case '<':
        return order(one, other, line) < 0
      case '<=':
        return order(one, other, line) <= 0
      case '>':
        return order(other, one, line) < 0
      case '>=':
        return order(other, one, line) <= 0
      case '..': {
        const [before, after] = [textOf(one), textOf(other)]
        if (before !== null && after !== null) return before + after
        const described = before === null ? this.#described(left, one) : this.#described(right, other)
        return failAt(line, `attempt to concatenate ${described}`)
      }
    }
    const first = toNumber(one)
    const second = toNumber(other)
    if (first === null) return this.#noNumber(left, one, line)
    if (second === null) return this.#noNumber(right, other, line)
    return calculate(sign, first, second)
  }

  #noNumber(expression: Expression, value: LuaValue, line: number): never {
    return failAt(line, `attempt to perform arithmetic on ${this.#described(expression, value)}`)
  }

  /** A value as errors name it. Reference: Lua 5.1, ldebug.c, `luaG_typeerror`. */
  #described(expression: Expression, value: LuaValue): string {
    const type = `a ${typeOf(value)} value`
    if (expression.kind === 'name') {
      const kind = this.#scopeOf(expression.name) ? 'local' : 'global'
      return `${kind} '${expression.name}' (${type})`
    }
    if (expression.kind === 'index') {
      const { key } = expression
      const name = key.kind === 'constant' && typeof key.value === 'string' ? key.value : '?'
      return `field '${name}' (${type})`
    }
    return type
  }
}

const STRING_MEMBERS = new Set(
  'byte char dump find format gmatch gsub len lower match rep reverse sub upper gfind'.split(' '),
)

/** What a string has under a key: Lua's library of strings, and nothing else. */
function stringMember(key: LuaValue, line: number): LuaValue {
  if (typeof key === 'string' && STRING_MEMBERS.has(key))
    return failAt(line, `'string.${key}' is not modelled by the simulated server`)
  return null
}

/** Less than 0 where one comes before the other; both are numbers, or both are texts. NaN comes before and after nothing. */
function order(one: LuaValue, other: LuaValue, line: number): number {
  if (typeof one === 'number' && typeof other === 'number')
    return one < other ? -1 : one === other ? 0 : one > other ? 1 : Number.NaN
  if (typeof one === 'string' && typeof other === 'string') return one < other ? -1 : one === other ? 0 : 1
  const [first, second] = [typeOf(one), typeOf(other)]
  return failAt(
    line,
    first === second
      ? `attempt to compare two ${first} values`
      : `attempt to compare ${first} with ${second}`,
  )
}

function calculate(sign: string, one: number, other: number): number {
  switch (sign) {
    case '+':
      return one + other
    case '-':
      return one - other
    case '*':
      return one * other
    case '/':
      return one / other
    case '%':
      return one - Math.floor(one / other) * other
    default:
      return one ** other
  }
}
