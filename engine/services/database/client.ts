/**
 * The database’s client, in the shape of node-postgres (`pg`) version 8: what a learner’s file calls. The same file runs
 * against a real PostgreSQL with `import { Pool } from 'pg'`.
 *
 * Plain functions that return promises: the engine’s promises have `then` and nothing else is relied on.
 */
import type { Plain } from '../../api.ts'
import { described } from '../../clients/library.ts'
import type { ServiceError } from '../service.ts'
import type { SqlDetails } from './sql-error.ts'
import type { Command } from './state.ts'

/** What a query gives. */
export interface QueryResult<Row = { [column: string]: Plain }> {
  /** The rows of a `select`, or of what `returning` names: an object each, with the names of the columns. */
  readonly rows: Row[]
  /** How many rows were found, inserted, updated or deleted; null for commands that have none, such as `begin`. */
  readonly rowCount: number | null
  /** The first word of what was done: `SELECT`, `INSERT`, `COMMIT`. A `commit` of a failed transaction gives `ROLLBACK`. */
  readonly command: string | null
}

/** What both a pool and one of its clients can do. */
export interface Queryable {
  /**
   * Runs one statement.
   *
   * An integer comes back as a number, a bigint and `count(*)` as a string, text as a string, a boolean as a boolean.
   * @param text SQL, in which `$1`, `$2`… stand for the values
   * @param values one for each parameter
   * @throws DatabaseError what the server answers, with its `code`
   * @throws Error `Connection terminated unexpectedly` when the connection is lost; whether the statement ran is then unknown
   */
  query<Row = { [column: string]: Plain }>(
    text: string,
    values?: readonly Plain[],
  ): PromiseLike<QueryResult<Row>>
}

/** One connection to the database. A transaction is one client’s, from its `begin` to its `commit` or `rollback`. */
export interface PoolClient extends Queryable {
  /**
   * Gives the connection back to the pool. A transaction that is still open stays so: whoever gets the connection next is
   * in it.
   * @param destroy true, or an error: closes the connection instead, which rolls its transaction back
   */
  release(destroy?: boolean | Error): void
}

/** Connections to one database, opened as they are needed. */
export interface Pool extends Queryable {
  /** A connection of one’s own, until it is released. */
  connect(): PromiseLike<PoolClient>
}

/** An error of the server, as `pg` has it. `code` says which: `23505` is a unique violation, `40001` a failure to serialize. */
export class DatabaseError extends Error {
  /** Five characters. Reference: PostgreSQL 15, appendix A. */
  readonly code: string
  readonly severity: string
  readonly detail: string | undefined
  readonly hint: string | undefined
  readonly table: string | undefined
  readonly column: string | undefined
  /** The name of the constraint or unique index that was violated. */
  readonly constraint: string | undefined

  constructor(code: string, message: string, details: SqlDetails) {
    super(message)
    // As in pg, whose error has the name of every error.
    this.name = 'error'
    this.code = code
    this.severity = 'ERROR'
    this.detail = details.detail
    this.hint = details.hint
    this.table = details.table
    this.column = details.column
    this.constraint = details.constraint
  }
}

/** A connection as the engine gives it. */
export interface Connection {
  /** Comes when the server has accepted it. */
  readonly opened: PromiseLike<unknown>
  /** Sends a command; the promise is rejected with a `ServiceError`. */
  readonly send: (command: Command) => PromiseLike<Plain>
  readonly close: () => void
}

/** A pool, and what it holds: a part of its process’s identity. */
export interface PoolHandle {
  readonly pool: Pool
  /** Which connections are in use, and which wait to be used, as plain data. */
  held(): Plain
  /** A connection is gone. If it waited to be used, it is not used again; else whoever uses it finds out. */
  lost(connection: number): void
}

/** The real error for what a service answered. */
export function databaseError(error: ServiceError): Error {
  if (error.name === 'DatabaseError') {
    return new DatabaseError(error.code, error.message, (error.details ?? {}) as SqlDetails)
  }
  const plain = new Error(error.message)
  plain.name = error.name
  if (error.code !== '') Object.assign(plain, { code: error.code })
  return plain
}

/** A connection in the pool. */
interface Member {
  readonly number: number
  readonly connection: Connection
  /** Invariant: never given out again once it is true. */
  broken: boolean
}

/**
 * A pool like `new Pool()` of `pg`.
 * @param open opens a connection of this process; its number is the smallest that no open one has
 * @param check is shown each query where it is written, before anything is asked
 * @throws what `check` throws, from a query
 */
export function databasePool(
  open: (connection: number) => Connection,
  check: (command: Command) => void,
): PoolHandle {
  const idle: Member[] = []
  const used: number[] = []

  /** The connection that was given back last is the first to be used again, as in `pg`. */
  const take = (): Member => {
    const waiting = idle.pop()
    let number = waiting?.number ?? 0
    if (!waiting) while (used.includes(number)) number++
    used.push(number)
    used.sort((one, other) => one - other)
    return waiting ?? { number, connection: open(number), broken: false }
  }

  const giveBack = (member: Member, destroy: boolean): void => {
    used.splice(used.indexOf(member.number), 1)
    if (!destroy && !member.broken) idle.push(member)
    else member.connection.close()
  }

  const query = <Row>(
    member: Member,
    text: string,
    values: readonly Plain[] | undefined,
  ): PromiseLike<QueryResult<Row>> =>
    member.connection.send({ text, values: values ?? null }).then(
      (result) => result as unknown as QueryResult<Row>,
      (reason: unknown) => {
        const error = errorOf(reason)
        if (!(error instanceof DatabaseError)) member.broken = true
        throw error
      },
    )

  /** A connection that is lost before it is open: nobody has it. */
  const unopened =
    (member: Member) =>
    (reason: unknown): never => {
      giveBack(member, true)
      throw errorOf(reason)
    }

  const pool: Pool = {
    query<Row>(text: string, values?: readonly Plain[]) {
      check({ text, values: values ?? null })
      const member = take()
      return member.connection.opened.then(
        () =>
          query<Row>(member, text, values).then(
            (result) => {
              giveBack(member, false)
              return result
            },
            (error: unknown) => {
              // As in pg: a connection on which a query failed is not used again.
              giveBack(member, true)
              throw error
            },
          ),
        unopened(member),
      )
    },
    connect() {
      const member = take()
      return member.connection.opened.then(() => clientOf(member), unopened(member))
    },
  }

  const clientOf = (member: Member): PoolClient => {
    let released = false
    const client: PoolClient = {
      query<Row>(text: string, values?: readonly Plain[]) {
        check({ text, values: values ?? null })
        return query<Row>(member, text, values)
      },
      release(destroy = false) {
        if (released) {
          throw new Error('Release called on client which has already been released to the pool.')
        }
        released = true
        giveBack(member, destroy !== false)
      },
    }
    return described(client, 'PoolClient', () => [member.number, member.broken, released])
  }

  return {
    pool,
    held: () => ({ used, idle: idle.map(({ number }) => number) }),
    lost(connection) {
      const at = idle.findIndex(({ number }) => number === connection)
      if (at >= 0) idle.splice(at, 1)
    },
  }
}

function errorOf(reason: unknown): unknown {
  return isServiceError(reason) ? databaseError(reason) : reason
}

function isServiceError(reason: unknown): reason is ServiceError {
  return (
    typeof reason === 'object' &&
    reason !== null &&
    'code' in reason &&
    'name' in reason &&
    !(reason instanceof Error)
  )
}
