/** The database: transactions, locks, unique indexes and what becomes of them when something ends badly. */
import { describe, expect, test } from 'vitest'
import { Bench } from './testing/bench.ts'

const SETUP = `
  create table accounts (id integer primary key, balance integer not null check (balance >= 0));
  insert into accounts values (1, 100), (2, 50);
  create table locks (name text primary key, owner text not null, expires timestamptz);
  create table jobs (id serial primary key, state text not null default 'new');
  insert into jobs (state) values ('new'), ('new'), ('done');`

const SERIALIZABLE = 'begin isolation level serializable'
const REPEATABLE = 'begin isolation level repeatable read'
const BALANCE = 'select balance from accounts where id = $1'
const ADD = 'update accounts set balance = balance + $2 where id = $1'

const bench = (): Bench => new Bench(SETUP)

describe('a transaction', () => {
  test('is seen by others once it has committed, and not at all when it is rolled back', () => {
    const db = bench()
    db.query('a', 'begin')
    expect(db.query('a', ADD, 1, 5)).toBe(1)
    expect(db.query('b', BALANCE, 1)).toEqual([{ balance: 100 }])
    expect(db.query('a', BALANCE, 1)).toEqual([{ balance: 105 }])
    db.query('a', 'commit')
    expect(db.query('b', BALANCE, 1)).toEqual([{ balance: 105 }])
    db.query('a', 'begin')
    db.query('a', 'delete from accounts')
    db.query('a', 'rollback')
    expect(db.query('b', 'select count(*) from accounts')).toEqual([{ count: '2' }])
  })

  test('that had an error refuses everything with 25P02, and its commit is a rollback', () => {
    const db = bench()
    db.query('a', 'begin')
    db.query('a', ADD, 1, 5)
    expect(db.query('a', 'select nothing from accounts')).toBe('42703')
    expect(db.query('a', BALANCE, 1)).toBe('25P02')
    expect(db.query('a', 'commit')).toBe('ROLLBACK')
    expect(db.query('a', BALANCE, 1)).toEqual([{ balance: 100 }])
  })

  test('ends with its connection', () => {
    const db = bench()
    db.query('a', 'begin')
    db.query('a', ADD, 1, 5)
    expect(db.query('b', ADD, 1, 7)).toBe('waits')
    db.disconnect('a')
    expect(db.outcome('b')).toBe(1)
    expect(db.query('b', BALANCE, 1)).toEqual([{ balance: 107 }])
  })

  test('whose client goes during a wait ends after the wait: a single statement is done, all else rolled back', () => {
    const db = bench()
    db.query('a', 'begin')
    db.query('a', ADD, 1, 5)
    db.query('b', ADD, 1, 7)
    db.query('c', 'begin')
    db.query('c', ADD, 2, 1)
    db.query('c', ADD, 1, 1)
    db.disconnect('b')
    db.disconnect('c')
    expect(Object.keys(db.state.sessions)).toEqual(['a', 'b (gone)', 'c (gone)'])
    db.query('a', 'commit')
    expect(Object.keys(db.state.sessions)).toEqual(['a'])
    expect(db.query('a', 'select balance from accounts order by id')).toEqual([
      { balance: 112 },
      { balance: 50 },
    ])
  })

  test('that was open at a crash never was', () => {
    const db = bench()
    db.query('a', ADD, 1, 5)
    db.query('b', 'begin')
    db.query('b', ADD, 2, 5)
    db.query('b', "insert into locks values ('l', 'b', null)")
    db.restart()
    expect(db.state.sessions).toEqual({})
    expect(db.query('c', 'select balance from accounts order by id')).toEqual(
      [{ balance: 50 }, { balance: 105 }].reverse(),
    )
    expect(db.query('c', 'select name from locks')).toEqual([])
    expect(db.query('c', ADD, 2, 1)).toBe(1)
  })
})

describe('isolation', () => {
  test('read committed: an update that waited looks at the newest version, condition and all', () => {
    const db = bench()
    db.query('a', 'begin')
    db.query('a', ADD, 1, -90)
    expect(db.query('b', 'update accounts set balance = balance - 90 where id = 1 and balance >= 90')).toBe(
      'waits',
    )
    db.query('a', 'commit')
    expect(db.outcome('b')).toBe(0)
  })

  test('read committed: a row whose condition fails after the wait stays locked all the same', () => {
    const db = bench()
    db.query('a', 'begin')
    db.query('b', 'begin')
    db.query('a', ADD, 1, -90)
    db.query('b', 'update accounts set balance = 0 where balance = 100')
    db.query('a', 'commit')
    expect(db.outcome('b')).toBe(0)
    expect(db.query('c', 'select id from accounts where id = 1 for update nowait')).toBe('55P03')
  })

  test('repeatable read: one snapshot, and 40001 where an update would have to look past it', () => {
    const db = bench()
    db.query('a', REPEATABLE)
    db.query('b', ADD, 1, 1)
    expect(db.query('a', BALANCE, 1)).toEqual([{ balance: 101 }])
    db.query('b', ADD, 1, 1)
    expect(db.query('a', BALANCE, 1)).toEqual([{ balance: 101 }])
    expect(db.query('a', ADD, 1, 1)).toBe('40001')
    expect(db.error('a').message).toBe('could not serialize access due to concurrent update')
  })

  test('write skew passes under repeatable read and fails under serializable', () => {
    const skew = (begin: string): unknown[] => {
      const db = bench()
      for (const client of ['a', 'b']) {
        db.query(client, begin)
        db.query(client, 'select sum(balance) from accounts')
      }
      db.query('a', ADD, 1, 1)
      db.query('b', ADD, 2, 1)
      return [db.query('a', 'commit'), db.query('b', 'commit')]
    }
    expect(skew(REPEATABLE)).toEqual(['COMMIT', 'COMMIT'])
    expect(skew(SERIALIZABLE)).toEqual(['COMMIT', '40001'])
  })

  test('serializable transactions on different keys both commit', () => {
    const db = bench()
    for (const [client, id] of [
      ['a', 1],
      ['b', 2],
    ] as const) {
      db.query(client, SERIALIZABLE)
      db.query(client, BALANCE, id)
      db.query(client, ADD, id, 1)
    }
    expect([db.query('a', 'commit'), db.query('b', 'commit')]).toEqual(['COMMIT', 'COMMIT'])
  })
})

describe('locks', () => {
  test('are had in the order in which they were asked for', () => {
    const db = bench()
    for (const client of ['a', 'b', 'c']) {
      db.query(client, 'begin')
      db.query(client, 'select id from accounts where id = 1 for update')
    }
    expect([db.outcome('b'), db.outcome('c')]).toEqual(['waits', 'waits'])
    db.query('a', 'commit')
    expect([db.outcome('b'), db.outcome('c')]).toEqual([[{ id: 1 }], 'waits'])
    db.query('b', 'rollback')
    expect(db.outcome('c')).toEqual([{ id: 1 }])
  })

  test('skip locked leaves out what is locked, nowait fails with 55P03', () => {
    const db = bench()
    const next = "select id from jobs where state = 'new' order by id limit 1 for update"
    for (const client of ['a', 'b', 'c']) db.query(client, 'begin')
    expect(db.query('a', `${next} skip locked`)).toEqual([{ id: 1 }])
    expect(db.query('b', `${next} skip locked`)).toEqual([{ id: 2 }])
    expect(db.query('c', `${next} skip locked`)).toEqual([])
    expect(db.query('c', `${next} nowait`)).toBe('55P03')
  })

  test('that are taken in different orders are a deadlock: whoever closes the ring gets 40P01', () => {
    const db = bench()
    db.query('a', 'begin')
    db.query('b', 'begin')
    db.query('a', ADD, 1, 1)
    db.query('b', ADD, 2, 1)
    expect(db.query('a', ADD, 2, 1)).toBe('waits')
    expect(db.query('b', ADD, 1, 1)).toBe('40P01')
    expect(db.outcome('a')).toBe(1)
  })
})

describe('a unique index', () => {
  const insert = 'insert into locks (name, owner) values ($1, $2)'

  test('refuses a second row of the same key, and says which', () => {
    const db = bench()
    expect(db.query('a', insert, 'printer', 'ann')).toBe(1)
    expect(db.query('b', insert, 'printer', 'bob')).toBe('23505')
    expect(db.error('b')).toEqual({
      code: '23505',
      severity: 'ERROR',
      message: 'duplicate key value violates unique constraint "locks_pkey"',
      detail: 'Key (name)=(printer) already exists.',
      table: 'locks',
      constraint: 'locks_pkey',
    })
  })

  test('makes an insert wait until it is known whether the key is taken', () => {
    for (const [end, outcome] of [
      ['commit', '23505'],
      ['rollback', 1],
    ] as const) {
      const db = bench()
      db.query('a', 'begin')
      db.query('a', insert, 'printer', 'ann')
      expect(db.query('b', insert, 'printer', 'bob')).toBe('waits')
      db.query('a', end)
      expect(db.outcome('b')).toBe(outcome)
    }
  })

  test('lets on conflict do something else', () => {
    const db = bench()
    db.query('a', insert, 'printer', 'ann')
    expect(db.query('b', `${insert} on conflict do nothing`, 'printer', 'bob')).toBe(0)
    const takeOver = `${insert} on conflict (name) do update set owner = excluded.owner where locks.owner = $3 returning owner`
    expect(db.query('b', takeOver, 'printer', 'bob', 'eve')).toBe(0)
    expect(db.query('b', takeOver, 'printer', 'bob', 'ann')).toEqual([{ owner: 'bob' }])
  })
})

describe('times', () => {
  const acquire = `insert into locks values ($1, $2, now() + interval '10 seconds') on conflict (name) do update
    set owner = excluded.owner, expires = excluded.expires where locks.expires < now() returning owner`

  test('go by: a row that has expired can be taken over, not before and not at the very millisecond', () => {
    const db = bench()
    expect(db.query('a', acquire, 'l', 'ann')).toEqual([{ owner: 'ann' }])
    db.advance(10_000)
    expect(db.query('b', acquire, 'l', 'bob')).toBe(0)
    db.advance(1)
    expect(db.query('b', acquire, 'l', 'bob')).toEqual([{ owner: 'bob' }])
  })

  test('are deadlines, any of which may come at any moment', () => {
    const db = bench()
    db.query('a', acquire, 'l', 'ann')
    db.query('a', acquire, 'm', 'ann')
    db.due('locks(m).expires')
    expect(db.query('b', acquire, 'l', 'bob')).toBe(0)
    expect(db.query('b', acquire, 'm', 'bob')).toEqual([{ owner: 'bob' }])
  })

  test('are those of the beginning of the transaction, for which nothing expires while it is open', () => {
    for (const pass of [(db: Bench) => db.due('locks(l).expires'), (db: Bench) => db.advance(20_000)]) {
      const db = bench()
      db.query('a', acquire, 'l', 'ann')
      db.query('b', 'begin')
      db.query('b', 'select 1')
      pass(db)
      expect(db.query('b', 'select name from locks where expires < now()')).toEqual([])
      expect(db.query('b', 'select name from locks where expires < clock_timestamp()')).toEqual([
        { name: 'l' },
      ])
      expect(db.query('c', 'select name from locks where expires < now()')).toEqual([{ name: 'l' }])
    }
  })

  test('are not given to clients', () => {
    const db = bench()
    expect(db.query('a', 'select expires from locks')).toBe('0A000')
  })
})

test('a connection’s queries are answered one after the other', () => {
  const db = bench()
  db.query('a', 'begin')
  db.query('a', ADD, 1, 1)
  expect(db.query('b', ADD, 1, 1)).toBe('waits')
  expect(db.query('b', BALANCE, 2)).toBe('waits')
  db.query('a', 'commit')
  expect(db.outcome('b')).toEqual([{ balance: 50 }])
})

test('a serial column’s numbers are not given back', () => {
  const db = bench()
  db.query('a', 'begin')
  expect(db.query('a', 'insert into jobs default values returning id')).toEqual([{ id: 4 }])
  db.query('a', 'rollback')
  expect(db.query('a', 'insert into jobs default values returning id')).toEqual([{ id: 5 }])
})

test('a wrong setup is an error of whoever wrote it', () => {
  expect(() => new Bench('create table t (id integer); insert into t values (true)')).toThrow('type integer')
  expect(() => new Bench('create tabel t (id integer)')).toThrow('tabel')
})
