/** Parses `create table` and `create unique index`: an exercise defines its tables with the same text as a real server. */
import type { Cursor } from './cursor.ts'
import { parseColumnType, parseExpression } from './parse-expression.ts'
import { notModelled } from './sql-error.ts'
import type { ColumnDefinition, CreateIndex, CreateTable, Expression } from './syntax.ts'

interface Key {
  readonly name: string | null
  readonly columns: readonly string[]
  readonly primary: boolean
}

interface Check {
  readonly name: string | null
  readonly condition: Expression
  readonly column: string | null
}

/** A definition, from its `create` on. */
export function parseDefinition(cursor: Cursor): CreateTable | CreateIndex {
  cursor.expect('create')
  if (cursor.accept('table')) return table(cursor)
  if (cursor.accept('unique', 'index')) return index(cursor)
  if (cursor.at('index')) throw notModelled('indexes that are not unique: they change no answer')
  throw notModelled(`create ${cursor.token.text}`)
}

function index(cursor: Cursor): CreateIndex {
  const name = cursor.at('on') ? null : cursor.name()
  cursor.expect('on')
  const table = cursor.name()
  const columns = cursor.enclosed(() => cursor.name())
  if (cursor.at('where')) throw notModelled('partial indexes')
  return { kind: 'create-index', name, table, columns }
}

function table(cursor: Cursor): CreateTable {
  const name = cursor.name()
  const columns: ColumnDefinition[] = []
  const keys: Key[] = []
  const checks: Check[] = []
  cursor.enclosed(() => {
    const constraint = cursor.accept('constraint') ? cursor.name() : null
    if (cursor.accept('primary', 'key')) {
      keys.push({ name: constraint, columns: cursor.enclosed(() => cursor.name()), primary: true })
    } else if (cursor.accept('unique')) {
      keys.push({ name: constraint, columns: cursor.enclosed(() => cursor.name()), primary: false })
    } else if (cursor.accept('check')) {
      checks.push({ name: constraint, condition: bracketed(cursor), column: null })
    } else if (cursor.at('foreign') || cursor.at('exclude')) {
      throw notModelled(`${cursor.token.text} constraints`)
    } else if (constraint !== null) {
      throw cursor.unexpected()
    } else {
      columns.push(column(cursor, keys, checks))
    }
  })
  const ordered = [...keys.filter(({ primary }) => primary), ...keys.filter(({ primary }) => !primary)]
  return { kind: 'create-table', name, columns, keys: ordered, checks }
}

function column(cursor: Cursor, keys: Key[], checks: Check[]): ColumnDefinition {
  const name = cursor.name()
  const { type, serial } = parseColumnType(cursor)
  let notNull = serial
  let value: Expression | null = null
  for (;;) {
    const constraint = cursor.accept('constraint') ? cursor.name() : null
    if (cursor.accept('not', 'null')) notNull = true
    else if (cursor.accept('null')) notNull ||= false
    else if (cursor.accept('primary', 'key')) keys.push({ name: constraint, columns: [name], primary: true })
    else if (cursor.accept('unique')) keys.push({ name: constraint, columns: [name], primary: false })
    else if (cursor.accept('default')) value = parseExpression(cursor)
    else if (cursor.accept('check'))
      checks.push({ name: constraint, condition: bracketed(cursor), column: name })
    else if (cursor.at('references') || cursor.at('generated') || cursor.at('collate')) {
      throw notModelled(`columns with ${cursor.token.text}`)
    } else if (constraint !== null) throw cursor.unexpected()
    else return { name, type, serial, notNull, default: value }
  }
}

function bracketed(cursor: Cursor): Expression {
  cursor.expect('(')
  const condition = parseExpression(cursor)
  cursor.expect(')')
  return condition
}
