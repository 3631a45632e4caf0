/** States meet: what answers alike is equal data, however it came about. And serializable means what it says. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonical } from '../../plain.ts'
import { Bench } from './testing/bench.ts'

const TWO = 'create table t (id integer primary key, n integer); insert into t values (1, 0), (2, 0);'

function text(run: { readonly state: unknown }): string {
  return canonical(run.state, 'state')
}

describe('states meet', () => {
  test('when transactions are over, whatever their number was', () => {
    for (const begin of [
      'begin',
      'begin isolation level repeatable read',
      'begin isolation level serializable',
    ]) {
      const once = new Bench(TWO)
      const often = new Bench(TWO)
      for (const client of ['a', 'b']) for (const db of [once, often]) db.query(client, 'select 1')
      const round = (db: Bench, client: string): void => {
        db.query(client, begin)
        db.query(client, 'update t set n = 1 - n where id = 1')
        db.query(client, 'select n from t')
        db.query(client, 'commit')
      }
      round(once, 'a')
      for (const client of ['a', 'b', 'a']) round(often, client)
      round(often, 'b')
      round(often, 'a')
      // The row that is written over and over is the last one in both.
      expect(text(often)).toBe(text(once))
    }
  })

  test('when rollbacks leave nothing', () => {
    const db = new Bench(TWO)
    db.query('a', 'select 1')
    const before = text(db)
    db.query('a', 'begin isolation level serializable')
    db.query('a', 'update t set id = id + 10')
    db.query('a', 'insert into t values (5, 5)')
    db.query('a', 'delete from t where id = 11')
    db.query('a', 'select id from t for update')
    db.query('a', 'rollback')
    expect(text(db)).toBe(before)
  })

  test('in whichever order two snapshots came to see the same', () => {
    const one = new Bench(TWO)
    const other = new Bench(TWO)
    for (const db of [one, other])
      for (const client of ['a', 'b']) db.query(client, 'begin isolation level repeatable read')
    for (const client of ['a', 'b']) one.query(client, 'select n from t')
    for (const client of ['b', 'a']) other.query(client, 'select n from t')
    expect(text(one)).toBe(text(other))
  })

  test('once a time in a row is long past', () => {
    const db = new Bench("create table t (e timestamptz); insert into t values (now() + interval '1 second')")
    db.advance(61_001)
    const before = text(db)
    db.advance(5_000)
    expect(text(db)).toBe(before)
  })
})

describe('serializable transactions', () => {
  const OPERATIONS = [
    'select id, n from t where id = 1',
    'select id, n from t where id = 2',
    'select sum(n) from t',
    'update t set n = n + 1 where id = 1',
    'update t set n = n * 2 where id = 2',
    'update t set n = (1 - id) * n + 7 where n > 0',
    'insert into t values (3, 1) on conflict do nothing',
    'delete from t where id = 3',
    'select count(*) from t',
  ]
  const operation = fc.constantFrom(...OPERATIONS)
  const programs = fc.array(fc.array(operation, { minLength: 1, maxLength: 4 }), {
    minLength: 2,
    maxLength: 3,
  })

  test('that committed have an order in which they give the same answers one after the other', () => {
    let refused = 0
    fc.assert(
      fc.property(programs, fc.infiniteStream(fc.nat(2)), (programs, picks) => {
        const begin = 'begin isolation level serializable'
        const left = programs.map((program) => [begin, ...program, 'commit'])
        const seen: unknown[][] = programs.map(() => [])
        const db = new Bench(TWO)
        for (const pick of picks) {
          const able = left.flatMap((queries, index) => {
            const waits = queries.length <= programs[index]!.length + 1 && db.outcome(`${index}`) === 'waits'
            return queries.length > 0 && !waits ? [index] : []
          })
          if (able.length === 0) break
          const client = able[pick % able.length]!
          seen[client]!.push(db.outcome(`${client}`))
          db.query(`${client}`, left[client]!.shift()!)
        }
        programs.forEach((_, index) => seen[index]!.push(db.outcome(`${index}`)))
        const committed = programs.flatMap((_, index) => (db.outcome(`${index}`) === 'COMMIT' ? [index] : []))
        if (committed.length < programs.length) refused++
        const serially = (order: readonly number[]): boolean => {
          const alone = new Bench(TWO)
          return (
            order.every((client) => {
              const answers = [begin, ...programs[client]!, 'commit'].map((query) => alone.query('x', query))
              return JSON.stringify(answers) === JSON.stringify(seen[client]!.slice(1))
            }) && JSON.stringify(alone.query('x', ROWS)) === JSON.stringify(db.query('y', ROWS))
          )
        }
        expect(orders(committed).some(serially)).toBe(true)
      }),
      { numRuns: 400 },
    )
    expect(refused).toBeGreaterThan(20)
  })
})

const ROWS = 'select id, n from t order by id'

function orders(list: readonly number[]): number[][] {
  if (list.length === 0) return [[]]
  return list.flatMap((first) =>
    orders(list.filter((other) => other !== first)).map((rest) => [first, ...rest]),
  )
}
