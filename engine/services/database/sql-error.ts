/**
 * SqlError: what a statement fails with inside the simulated server, with PostgreSQL’s code and words. The functions below
 * are the errors that several places raise.
 * Reference: PostgreSQL 15, appendix A (error codes); the messages as the server of that version gives them.
 */
import type { Plain } from '../../api.ts'

/** The fields of an error that the simulation has beside code and message. */
export interface SqlDetails {
  readonly detail?: string
  readonly hint?: string
  readonly table?: string
  readonly column?: string
  readonly constraint?: string
}

/** Fails the statement, and the transaction that it belongs to. */
export class SqlError extends Error {
  readonly code: string
  readonly details: SqlDetails

  constructor(code: string, message: string, details: SqlDetails = {}) {
    super(message)
    this.name = 'SqlError'
    this.code = code
    this.details = details
  }

  /** The error as it goes to the client. */
  toAnswer(): {
    error: { name: string; code: string; message: string; details: { [field: string]: Plain } }
  } {
    const details: { [field: string]: Plain } = { severity: 'ERROR' }
    for (const [field, text] of Object.entries(this.details)) if (text !== undefined) details[field] = text
    return { error: { name: 'DatabaseError', code: this.code, message: this.message, details } }
  }
}

/** @param near the source text of the token that doesn’t fit; empty at the end */
export function syntaxError(near: string): SqlError {
  return new SqlError(
    '42601',
    near === '' ? 'syntax error at end of input' : `syntax error at or near "${near}"`,
  )
}

/** What PostgreSQL has and the simulation has not: refused by name, never done wrongly. */
export function notModelled(what: string): SqlError {
  return new SqlError('0A000', `Lockstep’s database does not model ${what}`)
}

export function undefinedTable(name: string): SqlError {
  return new SqlError('42P01', `relation "${name}" does not exist`)
}

export function invalidText(type: string, text: string): SqlError {
  return new SqlError('22P02', `invalid input syntax for type ${type}: "${text}"`)
}

export function concurrent(what: 'update' | 'delete'): SqlError {
  return new SqlError('40001', `could not serialize access due to concurrent ${what}`)
}

export function abortedTransaction(): SqlError {
  return new SqlError(
    '25P02',
    'current transaction is aborted, commands ignored until end of transaction block',
  )
}
