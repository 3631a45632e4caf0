/** Transactions: their beginning and end, and the statements that wait for it. */
import type { ConnectionId, ServerContext } from '../service.ts'
import { commitVersions, rollbackVersions, snapshotNow } from './heap.ts'
import { beginSerializable, commitSerializable, prepare, rollbackSerializable } from './serializable.ts'
import { SqlError } from './sql-error.ts'
import type { DatabaseState, Session, Transaction } from './state.ts'
import type { Isolation } from './syntax.ts'

export type Reply = ServerContext['reply']

export function newTransaction(isolation: Isolation, implicit: boolean): Transaction {
  return { isolation, implicit, failed: false, queried: false, snapshot: null, age: 0, order: null }
}

/** The snapshot of the next statement. */
export function snapshotFor(
  state: DatabaseState,
  connection: ConnectionId,
  transaction: Transaction,
): number {
  transaction.queried = true
  if (transaction.isolation === 'read committed') return snapshotNow(state)
  if (transaction.snapshot === null) {
    transaction.snapshot = snapshotNow(state)
    if (transaction.isolation === 'serializable') beginSerializable(state, connection)
  }
  return transaction.snapshot
}

/** @throws SqlError 40001 where a serializable transaction can’t commit: it is over all the same, without a trace */
export function commit(state: DatabaseState, connection: ConnectionId): void {
  try {
    prepare(state, connection)
  } catch (error) {
    rollback(state, connection, false)
    throw error
  }
  const name = commitSerializable(state, connection)
  commitVersions(state, connection, name)
  state.sessions[connection]!.transaction = null
  release(state, connection)
}

/** Ends a transaction without a trace. @param failed the client has yet to say that it knows */
export function rollback(state: DatabaseState, connection: ConnectionId, failed: boolean): void {
  const session = state.sessions[connection]!
  rollbackVersions(state, connection)
  rollbackSerializable(state, connection)
  const { transaction } = session
  if (transaction === null) return
  if (failed && !transaction.implicit)
    Object.assign(transaction, { failed: true, snapshot: null, order: null })
  else session.transaction = null
  release(state, connection)
}

/** Those who waited for this transaction may go on. */
function release(state: DatabaseState, connection: ConnectionId): void {
  for (const { running } of Object.values(state.sessions)) {
    if (running?.blocker === connection) running.blocker = null
  }
}

/**
 * A statement begins to wait.
 * @throws SqlError 40P01 where the other one waits for it in turn. PostgreSQL finds that after `deadlock_timeout`
 */
export function wait(
  state: DatabaseState,
  connection: ConnectionId,
  session: Session,
  blocker: ConnectionId,
): void {
  for (let next: ConnectionId | null = blocker; next !== null;) {
    if (next === connection) {
      throw new SqlError('40P01', 'deadlock detected', { hint: 'See server log for query details.' })
    }
    next = state.sessions[next]?.running?.blocker ?? null
  }
  session.running!.blocker = blocker
}
