/** Parses the statements that the course needs. What PostgreSQL has beyond them is refused by name, see `NOT_MODELLED`. */
import { Cursor } from './cursor.ts'
import { parseExpression } from './parse-expression.ts'
import { parseDefinition } from './parse-definition.ts'
import { SqlError, notModelled } from './sql-error.ts'
import type {
  Assignment,
  Expression,
  Isolation,
  OnConflict,
  Output,
  SortKey,
  Statement,
  TableName,
  Wait,
} from './syntax.ts'

/** Words that begin statements of PostgreSQL’s which the simulation hasn’t. */
const OTHER_STATEMENTS =
  `alter analyze analyse call checkpoint close cluster comment copy create deallocate declare
  discard do drop execute explain fetch grant import listen load lock merge move notify prepare reassign refresh
  reindex release reset revoke savepoint security show table truncate unlisten vacuum values with`.split(
    /\s+/,
  )

/**
 * One statement, as a query of a client.
 * @param prepared it came with values: PostgreSQL then takes one statement only
 * @throws SqlError 42601, or 0A000 for what is not modelled
 */
export function parse(text: string, prepared: boolean): Statement {
  const cursor = new Cursor(text)
  if (cursor.accept(';') || cursor.ended) {
    if (cursor.ended) return { kind: 'empty' }
    throw notModelled('several commands in one query')
  }
  const result = statement(cursor)
  while (cursor.accept(';'));
  if (cursor.ended) return result
  if (!cursor.at(';', -1)) throw cursor.unexpected()
  statement(cursor)
  if (prepared) throw new SqlError('42601', 'cannot insert multiple commands into a prepared statement')
  throw notModelled('several commands in one query')
}

/** Statements with semicolons between them, definitions of tables included: what an exercise starts from. */
export function parseScript(text: string): { readonly statement: Statement; readonly text: string }[] {
  const cursor = new Cursor(text)
  const statements: { statement: Statement; text: string }[] = []
  for (;;) {
    while (cursor.accept(';'));
    if (cursor.ended) return statements
    const { offset } = cursor.token
    const parsed = cursor.at('create') ? parseDefinition(cursor) : statement(cursor)
    if (!cursor.ended && !cursor.at(';')) throw cursor.unexpected()
    statements.push({ statement: parsed, text: text.slice(offset, cursor.token.offset) })
  }
}

function statement(cursor: Cursor): Statement {
  if (cursor.accept('select')) return select(cursor)
  if (cursor.accept('insert')) return insert(cursor)
  if (cursor.accept('update')) return update(cursor)
  if (cursor.accept('delete')) return deletion(cursor)
  if (cursor.accept('begin')) {
    if (!cursor.accept('work')) cursor.accept('transaction')
    return { kind: 'begin', isolation: modes(cursor), start: false }
  }
  if (cursor.accept('start')) {
    cursor.expect('transaction')
    return { kind: 'begin', isolation: modes(cursor), start: true }
  }
  if (cursor.accept('commit') || cursor.accept('end')) return ending(cursor, 'commit')
  if (cursor.accept('rollback') || cursor.accept('abort')) return ending(cursor, 'rollback')
  if (cursor.accept('set')) {
    if (!cursor.accept('transaction')) throw notModelled('set')
    const isolation = modes(cursor)
    if (isolation === null) throw cursor.unexpected()
    return { kind: 'set-isolation', isolation }
  }
  const { kind, text } = cursor.token
  if (kind === 'word' && OTHER_STATEMENTS.includes(text)) throw notModelled(text)
  throw cursor.unexpected()
}

function ending(cursor: Cursor, kind: 'commit' | 'rollback'): Statement {
  if (!cursor.accept('work')) cursor.accept('transaction')
  if (cursor.at('to') || cursor.at('prepared')) throw notModelled(`${kind} ${cursor.token.text}`)
  if (cursor.at('and')) throw notModelled(`${kind} and chain`)
  return { kind }
}

/** What may follow `begin`: the isolation level; null where there is none. */
function modes(cursor: Cursor): Isolation | null {
  let isolation: Isolation | null = null
  for (;;) {
    if (cursor.accept('isolation')) isolation = level(cursor)
    else if (cursor.accept('read', 'write')) isolation ??= null
    else if (
      cursor.at('read') ||
      cursor.at('deferrable') ||
      (cursor.at('not') && cursor.at('deferrable', 1))
    ) {
      if (cursor.at('read') && !cursor.at('only', 1)) {
        cursor.next()
        throw cursor.unexpected()
      }
      throw notModelled('transactions that are read only or deferrable')
    } else return isolation
    cursor.accept(',')
  }
}

function level(cursor: Cursor): Isolation {
  cursor.expect('level')
  if (cursor.accept('serializable')) return 'serializable'
  if (cursor.accept('repeatable')) {
    cursor.expect('read')
    return 'repeatable read'
  }
  cursor.expect('read')
  // PostgreSQL’s read uncommitted is its read committed under another name.
  if (!cursor.accept('uncommitted')) cursor.expect('committed')
  return 'read committed'
}

function select(cursor: Cursor): Statement {
  if (cursor.at('distinct')) throw notModelled('distinct')
  if (cursor.at('from') || cursor.ended) throw notModelled('a select without columns')
  const output = cursor.list(() => outputOf(cursor))
  const from = cursor.accept('from') ? tableName(cursor) : null
  for (const word of ['join', 'inner', 'left', 'right', 'full', 'cross', 'natural', ',']) {
    if (from !== null && cursor.at(word)) throw notModelled('several tables in one statement')
  }
  const where = condition(cursor)
  for (const word of ['group', 'having', 'window', 'union', 'intersect', 'except', 'fetch']) {
    if (cursor.at(word)) throw notModelled(word)
  }
  const order = cursor.accept('order', 'by') ? cursor.list(() => sortKey(cursor)) : []
  let limit: Expression | null = null
  let offset: Expression | null = null
  let lock: Wait | null = null
  for (;;) {
    if (limit === null && cursor.accept('limit')) {
      limit = cursor.accept('all') ? { kind: 'null' } : parseExpression(cursor)
    } else if (offset === null && cursor.accept('offset')) {
      offset = parseExpression(cursor)
      if (!cursor.accept('rows')) cursor.accept('row')
    } else if (lock === null && cursor.accept('for')) {
      lock = locking(cursor)
    } else break
  }
  return { kind: 'select', output, from, where, order, limit, offset, lock }
}

/** Without foreign keys there is no difference between `for update` and `for no key update`. */
function locking(cursor: Cursor): Wait {
  if (cursor.at('share') || cursor.at('key')) throw notModelled('shared row locks')
  if (!cursor.accept('no', 'key', 'update')) cursor.expect('update')
  if (cursor.at('of')) throw notModelled('for update of')
  if (cursor.accept('nowait')) return 'nowait'
  return cursor.accept('skip', 'locked') ? 'skip locked' : 'block'
}

function sortKey(cursor: Cursor): SortKey {
  const expression = parseExpression(cursor)
  const descending = cursor.accept('desc')
  if (!descending) cursor.accept('asc')
  let nullsFirst = descending
  if (cursor.accept('nulls')) {
    nullsFirst = cursor.accept('first')
    if (!nullsFirst) cursor.expect('last')
  }
  return { expression, descending, nullsFirst }
}

function insert(cursor: Cursor): Statement {
  cursor.expect('into')
  const name = cursor.name()
  const table = { name, alias: cursor.accept('as') ? cursor.name() : null }
  const columns = cursor.at('(') && !cursor.at('select', 1) ? cursor.enclosed(() => cursor.name()) : null
  let rows: Expression[][] | null = null
  if (!cursor.accept('default', 'values')) {
    if (cursor.at('select') || cursor.at('(')) throw notModelled('insert from a select')
    cursor.expect('values')
    rows = cursor.list(() => cursor.enclosed(() => valueOrDefault(cursor)))
  }
  const conflict = cursor.accept('on') ? onConflict(cursor) : null
  return { kind: 'insert', table, columns, rows, conflict, returning: returning(cursor) }
}

function onConflict(cursor: Cursor): OnConflict {
  cursor.expect('conflict')
  let target: OnConflict['target'] = null
  if (cursor.at('(')) {
    target = cursor.enclosed(() => cursor.name())
    if (cursor.at('where')) throw notModelled('partial indexes')
  } else if (cursor.accept('on')) {
    cursor.expect('constraint')
    target = { constraint: cursor.name() }
  }
  cursor.expect('do')
  if (cursor.accept('nothing')) return { target, set: null, where: null }
  cursor.expect('update', 'set')
  const set = assignments(cursor)
  return { target, set, where: condition(cursor) }
}

function update(cursor: Cursor): Statement {
  const table = tableName(cursor)
  cursor.expect('set')
  const set = assignments(cursor)
  if (cursor.at('from')) throw notModelled('several tables in one statement')
  return { kind: 'update', table, set, where: condition(cursor), returning: returning(cursor) }
}

function deletion(cursor: Cursor): Statement {
  cursor.expect('from')
  const table = tableName(cursor)
  if (cursor.at('using')) throw notModelled('several tables in one statement')
  return { kind: 'delete', table, where: condition(cursor), returning: returning(cursor) }
}

function assignments(cursor: Cursor): Assignment[] {
  return cursor.list(() => {
    if (cursor.at('(')) throw notModelled('assignments to several columns at once')
    const column = cursor.name()
    cursor.expect('=')
    return { column, value: valueOrDefault(cursor) }
  })
}

function valueOrDefault(cursor: Cursor): Expression {
  return cursor.accept('default') ? { kind: 'default' } : parseExpression(cursor)
}

function condition(cursor: Cursor): Expression | null {
  return cursor.accept('where') ? parseExpression(cursor) : null
}

function returning(cursor: Cursor): Output[] {
  return cursor.accept('returning') ? cursor.list(() => outputOf(cursor)) : []
}

function outputOf(cursor: Cursor): Output {
  if (cursor.accept('*')) return { kind: 'all', table: null }
  if (cursor.atName && cursor.at('.', 1) && cursor.at('*', 2)) {
    const table = cursor.name()
    cursor.expect('.', '*')
    return { kind: 'all', table }
  }
  const expression = parseExpression(cursor)
  if (cursor.accept('as')) return { kind: 'expression', expression, name: cursor.label() }
  return { kind: 'expression', expression, name: cursor.atBareLabel ? cursor.label() : null }
}

function tableName(cursor: Cursor): TableName {
  cursor.accept('only')
  let name = cursor.name()
  if (cursor.accept('.')) {
    if (name !== 'public') throw notModelled('schemas')
    name = cursor.name()
  }
  if (cursor.accept('as')) return { name, alias: cursor.name() }
  // `set` isn’t reserved, but an update’s table can’t have it as its alias without `as`.
  return { name, alias: cursor.atName && !cursor.at('set') ? cursor.name() : null }
}
