/** Parses expressions, with PostgreSQL’s precedence of operators. */
import { notModelled } from './sql-error.ts'
import type { Cursor } from './cursor.ts'
import type { ColumnType, Expression, TypeName } from './syntax.ts'

const COMPARISONS = ['=', '<>', '<', '>', '<=', '>=']

/** Names of types and what they stand for. */
const TYPES: { readonly [name: string]: TypeName } = {
  int: 'integer',
  int4: 'integer',
  integer: 'integer',
  bigint: 'bigint',
  int8: 'bigint',
  text: 'text',
  bool: 'boolean',
  boolean: 'boolean',
  timestamptz: 'timestamptz',
  interval: 'interval',
  float8: 'double precision',
}

/** What may begin an expression that PostgreSQL has and the simulation has not. */
const UNKNOWN_FORMS = [
  'exists',
  'array',
  'row',
  'position',
  'substring',
  'trim',
  'overlay',
  'extract',
  'left',
  'right',
]

/** A type’s name. @throws SqlError 0A000 for types that are not modelled */
export function parseType(cursor: Cursor): TypeName {
  const token = cursor.token
  const name = cursor.name()
  if (name === 'double' && cursor.accept('precision')) return 'double precision'
  if (name === 'timestamp' && cursor.accept('with', 'time', 'zone')) return 'timestamptz'
  const type = token.kind === 'word' && Object.hasOwn(TYPES, name) ? TYPES[name] : undefined
  if (type === undefined) throw notModelled(`the type ${name}`)
  if (cursor.at('[') || cursor.at('(')) throw notModelled(`lengths and lists in types`)
  return type
}

/** The type of a column, and whether it was written as `serial`. */
export function parseColumnType(cursor: Cursor): { readonly type: ColumnType; readonly serial: boolean } {
  if (cursor.accept('serial')) return { type: 'integer', serial: true }
  if (cursor.accept('bigserial')) return { type: 'bigint', serial: true }
  const type = parseType(cursor)
  if (type === 'interval' || type === 'double precision') throw notModelled(`columns of type ${type}`)
  return { type, serial: false }
}

/** A whole expression: `or` binds least. */
export function parseExpression(cursor: Cursor): Expression {
  return chain(cursor, 'or', () => chain(cursor, 'and', () => negation(cursor)))
}

function chain(cursor: Cursor, kind: 'and' | 'or', operand: () => Expression): Expression {
  const operands = [operand()]
  while (cursor.accept(kind)) operands.push(operand())
  return operands.length === 1 ? operands[0]! : { kind, operands }
}

function negation(cursor: Cursor): Expression {
  if (cursor.accept('not')) return { kind: 'not', operand: negation(cursor) }
  return test(cursor)
}

/** `is` binds less than comparisons. */
function test(cursor: Cursor): Expression {
  let operand = comparison(cursor)
  while (cursor.at('is') || cursor.at('isnull') || cursor.at('notnull')) {
    if (cursor.accept('isnull')) operand = { kind: 'is-null', operand, negated: false }
    else if (cursor.accept('notnull')) operand = { kind: 'is-null', operand, negated: true }
    else {
      cursor.expect('is')
      const negated = cursor.accept('not')
      if (cursor.accept('null')) operand = { kind: 'is-null', operand, negated }
      else if (cursor.accept('true')) operand = { kind: 'is-boolean', operand, value: true, negated }
      else if (cursor.accept('false')) operand = { kind: 'is-boolean', operand, value: false, negated }
      else if (cursor.at('distinct') || cursor.at('unknown')) throw notModelled(`is ${cursor.token.text}`)
      else throw cursor.unexpected()
    }
  }
  return operand
}

/** Comparisons don’t chain: `1 < 2 < 3` is a syntax error. */
function comparison(cursor: Cursor): Expression {
  const left = membership(cursor)
  const operator = COMPARISONS.find((symbol) => cursor.at(symbol))
  if (operator === undefined) return left
  cursor.next()
  if ((cursor.at('any') || cursor.at('all') || cursor.at('some')) && cursor.at('(', 1)) {
    throw notModelled(`= ${cursor.token.text} (…)`)
  }
  const result: Expression = { kind: 'binary', operator, left, right: membership(cursor) }
  if (COMPARISONS.some((symbol) => cursor.at(symbol))) throw cursor.unexpected()
  return result
}

/** `in` and `between` bind more than comparisons. */
function membership(cursor: Cursor): Expression {
  const operand = joined(cursor)
  const negated = cursor.at('not') && (cursor.at('in', 1) || cursor.at('between', 1) || cursor.at('like', 1))
  if (negated) cursor.next()
  if (cursor.accept('in')) {
    if (cursor.at('(') && cursor.at('select', 1)) throw notModelled('subqueries')
    return { kind: 'in', operand, list: cursor.enclosed(() => parseExpression(cursor)), negated }
  }
  if (cursor.accept('between')) {
    const low = joined(cursor)
    cursor.expect('and')
    const high = joined(cursor)
    const within: Expression = {
      kind: 'and',
      operands: [
        { kind: 'binary', operator: '>=', left: operand, right: low },
        { kind: 'binary', operator: '<=', left: operand, right: high },
      ],
    }
    return negated ? { kind: 'not', operand: within } : within
  }
  if (cursor.at('like') || cursor.at('ilike') || cursor.at('similar')) throw notModelled(cursor.token.text)
  return operand
}

/** `||` stands between comparisons and sums. */
function joined(cursor: Cursor): Expression {
  return leftToRight(cursor, ['||'], () =>
    leftToRight(cursor, ['+', '-'], () => leftToRight(cursor, ['*', '/', '%'], () => signed(cursor))),
  )
}

function leftToRight(cursor: Cursor, operators: readonly string[], operand: () => Expression): Expression {
  let left = operand()
  for (;;) {
    const operator = operators.find((symbol) => cursor.at(symbol))
    if (operator === undefined) return left
    cursor.next()
    left = { kind: 'binary', operator, left, right: operand() }
  }
}

function signed(cursor: Cursor): Expression {
  if (cursor.accept('+')) return signed(cursor)
  if (!cursor.accept('-')) return casted(cursor)
  const operand = signed(cursor)
  // A minus before a number belongs to it: the least integer has no positive counterpart.
  if (operand.kind === 'number' && !operand.text.startsWith('-')) {
    return { kind: 'number', text: `-${operand.text}` }
  }
  return { kind: 'negate', operand }
}

function casted(cursor: Cursor): Expression {
  let operand = primary(cursor)
  while (cursor.accept('::')) operand = { kind: 'cast', operand, type: parseType(cursor) }
  return operand
}

function primary(cursor: Cursor): Expression {
  const { kind, text } = cursor.token
  switch (kind) {
    case 'number':
      cursor.next()
      return { kind, text }
    case 'string':
      cursor.next()
      return { kind, text }
    case 'parameter':
      cursor.next()
      return { kind, index: Number(text) }
    case 'symbol':
      if (cursor.accept('(')) {
        if (cursor.at('select')) throw notModelled('subqueries')
        const inner = parseExpression(cursor)
        if (cursor.at(',')) throw notModelled('rows as values')
        cursor.expect(')')
        return inner
      }
      throw cursor.unexpected()
    case 'end':
      throw cursor.unexpected()
    case 'name':
      return named(cursor)
    case 'word':
      return worded(cursor, text)
  }
}

/** What begins with a word: a constant, a special form, a column or a function. */
function worded(cursor: Cursor, word: string): Expression {
  if (cursor.accept('true')) return { kind: 'boolean', value: true }
  if (cursor.accept('false')) return { kind: 'boolean', value: false }
  if (cursor.accept('null')) return { kind: 'null' }
  if (cursor.accept('current_timestamp')) return { kind: 'call', name: 'now', arguments: [] }
  if (cursor.accept('case')) return cases(cursor)
  if (cursor.accept('cast')) {
    cursor.expect('(')
    const operand = parseExpression(cursor)
    cursor.expect('as')
    const type = parseType(cursor)
    cursor.expect(')')
    return { kind: 'cast', operand, type }
  }
  if (UNKNOWN_FORMS.includes(word) && cursor.at('(', 1)) throw notModelled(word)
  return named(cursor)
}

function named(cursor: Cursor): Expression {
  const first = cursor.token
  const name = cursor.name()
  if (cursor.token.kind === 'string' && first.kind === 'word' && Object.hasOwn(TYPES, name)) {
    return { kind: 'cast', operand: { kind: 'string', text: cursor.next().text }, type: TYPES[name]! }
  }
  if (cursor.accept('(')) {
    if (cursor.accept('*')) {
      cursor.expect(')')
      return { kind: 'call', name, arguments: '*' }
    }
    if (cursor.at('distinct')) throw notModelled('distinct')
    const list = cursor.at(')') ? [] : cursor.list(() => parseExpression(cursor))
    cursor.expect(')')
    if (cursor.at('over') || cursor.at('filter')) throw notModelled(cursor.token.text)
    return { kind: 'call', name, arguments: list }
  }
  if (!cursor.accept('.')) return { kind: 'column', table: null, name }
  return { kind: 'column', table: name, name: cursor.label() }
}

function cases(cursor: Cursor): Expression {
  if (!cursor.at('when')) throw notModelled('case with an operand')
  const branches: { when: Expression; then: Expression }[] = []
  while (cursor.accept('when')) {
    const when = parseExpression(cursor)
    cursor.expect('then')
    branches.push({ when, then: parseExpression(cursor) })
  }
  const otherwise = cursor.accept('else') ? parseExpression(cursor) : null
  cursor.expect('end')
  return { kind: 'case', branches, otherwise }
}
