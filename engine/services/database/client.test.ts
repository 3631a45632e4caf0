/** The client: a pool in the shape of pg’s, over the simulated server, with promises that know nothing but `then`. */
import { describe, expect, test } from 'vitest'
import type { Plain } from '../../api.ts'
import type { Answer, ServerContext } from '../service.ts'
import { type Connection, DatabaseError, databasePool } from './client.ts'
import { database } from './server.ts'
import type { Command } from './state.ts'

/** A promise that settles at once: the library may rely on `then` alone. */
class Settled<T> implements PromiseLike<T> {
  #outcome: { readonly value: T } | { readonly reason: unknown } | null = null
  readonly #waiting: (() => void)[] = []

  settle(outcome: { readonly value: T } | { readonly reason: unknown }): void {
    this.#outcome = outcome
    for (const wake of this.#waiting) wake()
  }

  then<A = T, B = never>(
    resolved?: ((value: T) => A | PromiseLike<A>) | null,
    rejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): PromiseLike<A | B> {
    const next = new Settled<A | B>()
    const run = (): void => {
      const outcome = this.#outcome!
      try {
        let result: unknown
        if ('value' in outcome) result = resolved ? resolved(outcome.value) : outcome.value
        else if (rejected) result = rejected(outcome.reason)
        else throw outcome.reason
        if (typeof result === 'object' && result !== null && 'then' in result) {
          ;(result as PromiseLike<A | B>).then(
            (value) => next.settle({ value }),
            (reason: unknown) => next.settle({ reason }),
          )
        } else next.settle({ value: result as A | B })
      } catch (reason) {
        next.settle({ reason })
      }
    }
    if (this.#outcome === null) this.#waiting.push(run)
    else run()
    return next
  }
}

function setUp() {
  const state = database.init({
    setup: `create table locks (name text primary key, owner text not null); insert into locks values ('l', 'ann')`,
  })
  const log: string[] = []
  const requests = new Map<string, Settled<Plain>>()
  let opened = 0
  let requested = 0
  const ctx: ServerContext = {
    reply: (connection, request, answer: Answer) => {
      const promise = requests.get(`${connection} ${request}`)!
      promise.settle('value' in answer ? { value: answer.value } : { reason: answer.error })
    },
    notify: () => {},
    close: () => {},
    send: () => {},
  }
  const open = (): Connection => {
    const name = `c${opened++}`
    log.push(`open ${name}`)
    database.connect(state, name, null, ctx)
    const ready = new Settled<null>()
    ready.settle({ value: null })
    return {
      opened: ready,
      send: (command: Command) => {
        const promise = new Settled<Plain>()
        requests.set(`${name} ${++requested}`, promise)
        database.request(state, name, requested, command, ctx)
        return promise
      },
      close: () => {
        log.push(`close ${name}`)
        database.disconnect(state, name, ctx)
      },
    }
  }
  return { log, ...databasePool(open, () => undefined) }
}

/** What a promise has come to. */
function now<T>(promise: PromiseLike<T>): T | Error {
  let found: T | Error = new Error('pending')
  promise.then(
    (value) => {
      found = value
    },
    (reason: unknown) => {
      found = reason as Error
    },
  )
  return found
}

describe('a pool', () => {
  test('gives rows and their number', () => {
    const { pool } = setUp()
    expect(now(pool.query('select owner from locks where name = $1', ['l']))).toEqual({
      command: 'SELECT',
      rowCount: 1,
      rows: [{ owner: 'ann' }],
    })
    expect(now(pool.query('begin'))).toEqual({ command: 'BEGIN', rowCount: null, rows: [] })
  })

  test('rejects with a DatabaseError that has pg’s fields, and does not use that connection again', () => {
    const { pool, log } = setUp()
    const error = now(pool.query("insert into locks values ('l', 'bob')"))
    expect(error).toBeInstanceOf(DatabaseError)
    expect(error).toMatchObject({
      name: 'error',
      code: '23505',
      message: 'duplicate key value violates unique constraint "locks_pkey"',
      detail: 'Key (name)=(l) already exists.',
      constraint: 'locks_pkey',
      table: 'locks',
      severity: 'ERROR',
    })
    now(pool.query('select 1'))
    now(pool.query('select 1'))
    expect(log).toEqual(['open c0', 'close c0', 'open c1'])
  })

  test('lends connections, whose transactions are their own, and takes them back', () => {
    const { pool, log, held } = setUp()
    const client = now(pool.connect())
    if (client instanceof Error) throw client
    now(client.query('begin'))
    now(client.query("update locks set owner = 'bob'"))
    expect(now(pool.query('select owner from locks'))).toMatchObject({ rows: [{ owner: 'ann' }] })
    expect(held()).toEqual({ used: [0], idle: [1] })
    now(client.query('commit'))
    client.release()
    expect(held()).toEqual({ used: [], idle: [1, 0] })
    expect(() => client.release()).toThrow('already been released')
    now(pool.query('select 1'))
    expect(log).toEqual(['open c0', 'open c1'])
  })

  test('keeps a transaction open that its borrower forgot', () => {
    const { pool } = setUp()
    const client = now(pool.connect())
    if (client instanceof Error) throw client
    now(client.query('begin'))
    now(client.query("update locks set owner = 'bob'"))
    client.release()
    now(pool.query('rollback'))
    expect(now(pool.query('select owner from locks'))).toMatchObject({ rows: [{ owner: 'ann' }] })
  })

  test('closes a connection that is released with an error', () => {
    const { pool, log, held } = setUp()
    const client = now(pool.connect())
    if (client instanceof Error) throw client
    client.release(new Error('broken'))
    expect(log).toEqual(['open c0', 'close c0'])
    expect(held()).toEqual({ used: [], idle: [] })
  })
})
