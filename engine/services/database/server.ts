/**
 * Database: a simulated PostgreSQL with the part of its behaviour that the course needs. Transactions with its three
 * isolation levels, row locks, unique indexes and waits, true to version 15; `NOT_MODELLED` says what is left out.
 */
import type { Plain } from '../../api.ts'
import type { Answer, ConnectionId, Server, ServerContext } from '../service.ts'
import { finishVersions, normalise, renameStamps, rollbackVersions } from './heap.ts'
import { parsedQuery, preparedQuery } from './prepare-query.ts'
import { newRunning, runStatement } from './run-statement.ts'
import { type Setup, setupOf } from './schema.ts'
import { rename } from './serializable.ts'
import { SqlError, abortedTransaction } from './sql-error.ts'
import type { Command, DatabaseState, Running, Transaction } from './state.ts'
import type { Isolation } from './syntax.ts'
import { MustWait } from './statement-run.ts'
import { elapseTimes, passTime, timesAhead } from './times.ts'
import { commit, newTransaction, rollback, snapshotFor, wait } from './transactions.ts'
import type { RowStatement, Table, TypedStatement } from './typed.ts'

export { NOT_MODELLED } from './not-modelled.ts'

export interface DatabaseOptions {
  /**
   * SQL that makes the tables and fills them: `create table`, `create unique index`, `insert`… The same text sets up a real
   * server.
   */
  readonly setup: string
  /**
   * How far back times are told apart, in milliseconds; those before that are all the same, so that the states of an expired
   * row meet. At least the longest interval that is subtracted from `now()`. Default: one minute.
   */
  readonly pastMax?: number
}

const PAST_MS_MAX = 60_000

/** What a query gives: see `QueryResult` in client.ts. */
interface Result {
  readonly command: string | null
  readonly rowCount: number | null
  readonly rows: readonly Plain[]
}

export const database: Server<DatabaseState, DatabaseOptions, Command> = {
  init(options) {
    const state = emptyState(options, setupOf(options.setup))
    fill(state)
    return state
  },

  connect(state, connection) {
    state.sessions[connection] = { transaction: null, running: null, queue: [] }
  },

  request(state, connection, request, command, ctx) {
    const session = state.sessions[connection]
    if (session === undefined) {
      const message = 'Connection terminated unexpectedly'
      ctx.reply(connection, request, { error: { name: 'Error', code: '', message } })
      return
    }
    if (session.running !== null) session.queue.push({ request, command })
    else begin(state, connection, request, command, ctx)
    settle(state, ctx)
  },

  disconnect(state, connection, ctx) {
    const session = state.sessions[connection]
    if (session === undefined) return
    session.queue = []
    if (session.running === null) {
      rollback(state, connection, false)
      delete state.sessions[connection]
    } else {
      // A server that waits for a lock does not look at its socket: the statement runs when the lock is free.
      session.gone = true
      rename(state, connection, moved(state, connection))
    }
    settle(state, ctx)
  },

  elapse(state, milliseconds, backMax = 0) {
    if (milliseconds > 0) elapseTimes(state, milliseconds, backMax)
  },

  // `now()` is the time of day, and times in rows are times of day. Reference: PostgreSQL 15, timestamp.c, `GetCurrentTimestamp`.
  jump: elapseTimes,

  deadlines: timesAhead,

  due(state, name) {
    passTime(state, name)
  },

  restart(state, options) {
    for (const connection of Object.keys(state.sessions)) rollbackVersions(state, connection)
    const fresh = emptyState(options, setupOf(options.setup))
    fresh.tables = state.tables
    normalise(fresh)
    return fresh
  },
}

function emptyState(options: DatabaseOptions, { schema }: Setup): DatabaseState {
  return {
    setup: options.setup,
    pastMax: options.pastMax ?? PAST_MS_MAX,
    tables: Object.fromEntries(Object.keys(schema).map((name) => [name, { versions: [], sequences: {} }])),
    sessions: {},
    waiting: [],
    serializable: [],
    commits: 0,
    nextOrder: 1,
  }
}

/** Runs the statements of the setup that fill the tables. @throws SqlError where the setup is wrong */
function fill(state: DatabaseState): void {
  const { rest } = setupOf(state.setup)
  const ignore = (): void => {}
  const failed: SqlError[] = []
  const ctx: ServerContext = {
    reply(_, __, answer) {
      if ('error' in answer) failed.push(new SqlError(answer.error.code, answer.error.message))
    },
    notify: ignore,
    close: ignore,
    send: ignore,
  }
  for (const text of rest) {
    database.connect(state, 'setup', null, ctx)
    database.request(state, 'setup', 0, { text, values: null }, ctx)
    database.disconnect(state, 'setup', ctx)
    if (failed.length > 0) throw failed[0]!
  }
}

/** Takes the next query of a connection. */
function begin(
  state: DatabaseState,
  connection: ConnectionId,
  request: number,
  command: Command,
  ctx: ServerContext,
): void {
  const session = state.sessions[connection]!
  try {
    const parsed = parsedQuery(command)
    const failed = session.transaction?.failed === true
    if (failed && !['commit', 'rollback', 'empty'].includes(parsed.kind)) throw abortedTransaction()
    const { statement } = preparedQuery(command, setupOf(state.setup).schema)
    if (isAboutRows(statement)) {
      session.transaction ??= newTransaction('read committed', true)
      const snapshot = snapshotFor(state, connection, session.transaction)
      session.running = newRunning(request, command, snapshot)
      proceed(state, connection, ctx)
    } else {
      const result = control(state, connection, statement)
      ctx.reply(connection, request, { value: { ...result } })
    }
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    fail(state, connection, request, error, ctx)
  }
}

function isAboutRows(statement: TypedStatement): statement is RowStatement {
  return ['select', 'insert', 'update', 'delete'].includes(statement.kind)
}

/** What begins and ends transactions. */
function control(
  state: DatabaseState,
  connection: ConnectionId,
  statement: Exclude<TypedStatement, RowStatement>,
): Result {
  const session = state.sessions[connection]!
  const { transaction } = session
  const done = (command: string | null): Result => ({ command, rowCount: null, rows: [] })
  switch (statement.kind) {
    case 'empty':
      return done(null)
    case 'begin':
      // Where there is a transaction already, PostgreSQL only warns.
      session.transaction ??= newTransaction('read committed', false)
      if (statement.isolation !== null) setIsolation(session.transaction, statement.isolation)
      return done(statement.start ? 'START' : 'BEGIN')
    case 'set-isolation':
      if (transaction !== null) setIsolation(transaction, statement.isolation)
      return done('SET')
    case 'rollback':
      if (transaction !== null) rollback(state, connection, false)
      return done('ROLLBACK')
    case 'commit': {
      const failed = transaction?.failed === true
      if (failed) rollback(state, connection, false)
      else if (transaction !== null) commit(state, connection)
      return done(failed ? 'ROLLBACK' : 'COMMIT')
    }
  }
}

function setIsolation(transaction: Transaction, isolation: Isolation): void {
  if (transaction.queried && transaction.isolation !== isolation) {
    throw new SqlError('25001', 'SET TRANSACTION ISOLATION LEVEL must be called before any query')
  }
  transaction.isolation = isolation
}

/** Runs the statement of a connection as far as it goes. */
function proceed(state: DatabaseState, connection: ConnectionId, ctx: ServerContext): void {
  const session = state.sessions[connection]!
  const running = session.running!
  const before = progress(running)
  try {
    const { statement, parameters } = preparedQuery(running.command, setupOf(state.setup).schema)
    const transaction = session.transaction!
    const around = { parameters, now: 0 - transaction.age }
    const rows = statement as RowStatement
    const name = rows.table ?? ''
    const table = setupOf(state.setup).schema[name] ?? NO_TABLE
    const heap = state.tables[name] ?? { versions: [], sequences: {} }
    runStatement({ state, connection, transaction, running, around, table, heap }, rows)
    finishVersions(state, connection)
    // From here on an error is one of the commit.
    if (transaction.implicit) commit(state, connection)
    const result: Result = { command: rows.kind.toUpperCase(), rowCount: running.count, rows: running.rows }
    finish(state, connection, { value: { ...result } }, ctx)
  } catch (error) {
    if (error instanceof SqlError) fail(state, connection, running.request, error, ctx)
    else if (error instanceof MustWait) {
      try {
        wait(state, connection, session, error.blocker)
      } catch (deadlock) {
        if (!(deadlock instanceof SqlError)) throw deadlock
        fail(state, connection, running.request, deadlock, ctx)
        return
      }
      // Whoever waits for the same row as before keeps its place in the queue.
      const kept = state.waiting.includes(connection) && progress(running) === before
      if (kept) return
      state.waiting = [...state.waiting.filter((other) => other !== connection), connection]
    } else throw error
  }
}

const NO_TABLE: Table = { name: '', columns: [], indexes: [], checks: [] }

/** What changes while a statement gets on. */
function progress({ todo, inserted, pending }: Running): string {
  return `${todo?.length ?? ''} ${inserted} ${pending !== null}`
}

/** The statement has failed, and its transaction with it. */
function fail(
  state: DatabaseState,
  connection: ConnectionId,
  request: number,
  error: SqlError,
  ctx: ServerContext,
): void {
  const session = state.sessions[connection]!
  rollback(state, connection, true)
  session.running ??= newRunning(request, { text: '', values: null }, 0)
  finish(state, connection, error.toAnswer(), ctx)
}

/** Answers the statement under way. A connection whose client is gone is closed. */
function finish(state: DatabaseState, connection: ConnectionId, answer: Answer, ctx: ServerContext): void {
  const session = state.sessions[connection]!
  const { request } = session.running!
  session.running = null
  state.waiting = state.waiting.filter((other) => other !== connection)
  if (session.gone) {
    rollback(state, connection, false)
    delete state.sessions[connection]
    return
  }
  ctx.reply(connection, request, answer)
}

/** Goes on with everything that can: statements whose wait is over, longest waiting first, and queries that queued up. */
function settle(state: DatabaseState, ctx: ServerContext): void {
  for (;;) {
    const ready = state.waiting.find((connection) => state.sessions[connection]!.running!.blocker === null)
    if (ready !== undefined) {
      proceed(state, ready, ctx)
      continue
    }
    const queued = Object.keys(state.sessions)
      .sort()
      .find((connection) => {
        const { running, queue } = state.sessions[connection]!
        return running === null && queue.length > 0
      })
    if (queued === undefined) break
    const { request, command } = state.sessions[queued]!.queue.shift()!
    begin(state, queued, request, command, ctx)
  }
  normalise(state)
}

/** Gives a session another name, under which it lives on without its client. */
function moved(state: DatabaseState, connection: ConnectionId): ConnectionId {
  let name = `${connection} (gone)`
  while (Object.hasOwn(state.sessions, name)) name += '+'
  state.sessions[name] = state.sessions[connection]!
  delete state.sessions[connection]
  state.waiting = state.waiting.map((other) => (other === connection ? name : other))
  for (const { running } of Object.values(state.sessions)) {
    if (running?.blocker === connection) running.blocker = name
  }
  renameStamps(state.tables, connection, name)
  return name
}
