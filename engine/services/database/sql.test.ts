/** SQL: what statements mean, and the error that each wrong one gives. The comparison checks the same against PostgreSQL. */
import { describe, expect, test } from 'vitest'
import { Bench } from './testing/bench.ts'

const SETUP = `
  create table t (id integer primary key, big bigint, name text unique, on_it boolean default true,
    constraint small check (id < 100));
  insert into t (id, big, name) values (1, 9007199254740993, 'one'), (2, null, 'two');`

function value(expression: string, ...values: (null | boolean | number | string)[]): unknown {
  const rows = new Bench(SETUP).query('a', `select ${expression} as value`, ...values)
  return Array.isArray(rows) ? (rows[0] as { value: unknown }).value : rows
}

describe('expressions', () => {
  test.each([
    ['1 + 2 * 3', 7],
    ['-7 / 2', -3],
    ['-7 % 3', -1],
    ['2147483647 + 1', '22003'],
    ['2147483647::bigint + 1', '2147483648'],
    ['1 / 0', '22012'],
    ['null and false', false],
    ['null or false', null],
    ['not null', null],
    ['null is null', true],
    ['3 in (1, null)', null],
    ['1 not in (2, 3)', true],
    ['2 between 1 and 2', true],
    ["'a' || 1", 'a1'],
    ["'b' < 'B'", false],
    ["coalesce(null, 'x')", 'x'],
    ["case when 1 > 2 then 'no' else 'yes' end", 'yes'],
    ["'it''s'", "it's"],
    ["'t'::boolean", true],
    ["now() + interval '1 minute' > now()", true],
    ["interval '90 seconds' = interval '00:01:30'", true],
  ])('%s is %j', (expression, result) => expect(value(expression)).toEqual(result))

  test('parameters take the type that their place asks for', () => {
    expect(value('$1 + 1', '41')).toBe(42)
    expect(value('$1 + 1', 'x')).toBe('22P02')
    expect(value('$1', 5)).toBe('5')
    expect(value('$1 = true', 'yes')).toBe(true)
    expect(value('$1 + $2', 1, 2)).toBe('42725')
    expect(value("now() + $1 * interval '1 millisecond' > now()", -5)).toBe(false)
  })

  test('and, or and coalesce look no further than they must', () => {
    expect(value('false and 1 / 0 = 1')).toBe(false)
    expect(value('true or 1 / 0 = 1')).toBe(true)
    expect(value('coalesce(1, 1 / 0)')).toBe(1)
  })
})

describe('a wrong statement gets PostgreSQL’s error', () => {
  test.each([
    ['selct 1', '42601', 'syntax error at or near "selct"'],
    ['select 1 +', '42601', 'syntax error at end of input'],
    ["select 'open", '42601', 'unterminated quoted string at or near "\'open"'],
    ['select * from nothing', '42P01', 'relation "nothing" does not exist'],
    ['select nothing from t', '42703', 'column "nothing" does not exist'],
    ['select t.nothing from t', '42703', 'column t.nothing does not exist'],
    ['select t.id from t x', '42P01', 'invalid reference to FROM-clause entry for table "t"'],
    ["select * from t where id = 'x'", '22P02', 'invalid input syntax for type integer: "x"'],
    [
      "select * from t where id = '99999999999'",
      '22003',
      'value "99999999999" is out of range for type integer',
    ],
    ['select * from t where name = 1', '42883', 'operator does not exist: text = integer'],
    ['select * from t where id', '42804', 'argument of WHERE must be type boolean, not type integer'],
    [
      'select id, count(*) from t',
      '42803',
      'column "t.id" must appear in the GROUP BY clause or be used in an aggregate function',
    ],
    ['select missing(1)', '42883', 'function missing(integer) does not exist'],
    ['select $1', '42P02', 'there is no parameter $1'],
    ['insert into t values (1, 2, 3, true, 5)', '42601', 'INSERT has more expressions than target columns'],
    ['insert into t (id, big) values (3)', '42601', 'INSERT has more target columns than expressions'],
    [
      'insert into t (big) values (3)',
      '23502',
      'null value in column "id" of relation "t" violates not-null constraint',
    ],
    [
      'insert into t (id) values (100)',
      '23514',
      'new row for relation "t" violates check constraint "small"',
    ],
    [
      "insert into t (id, name) values (3, 'one')",
      '23505',
      'duplicate key value violates unique constraint "t_name_key"',
    ],
    [
      'insert into t (id) values (true)',
      '42804',
      'column "id" is of type integer but expression is of type boolean',
    ],
    ['update t set id = 5, id = 6', '42601', 'multiple assignments to same column "id"'],
    [
      'insert into t (id) values (1) on conflict (big) do nothing',
      '42P10',
      'there is no unique or exclusion constraint matching the ON CONFLICT specification',
    ],
    [
      'insert into t (id) values (1) on conflict (id) do update set big = big + 1',
      '42702',
      'column reference "big" is ambiguous',
    ],
    [
      'insert into t (id) values (3), (3) on conflict (id) do update set big = 1',
      '21000',
      'ON CONFLICT DO UPDATE command cannot affect row a second time',
    ],
    ['select id from t limit -1', '2201W', 'LIMIT must not be negative'],
  ])('%s', (text, code, message) => {
    const db = new Bench(SETUP)
    expect(db.query('a', text)).toBe(code)
    expect(db.error('a').message).toBe(message)
    expect(db.query('a', 'select count(*) from t')).toEqual([{ count: '2' }])
  })

  test('what PostgreSQL has and the simulation has not is refused by name', () => {
    for (const text of [
      'select * from t join u on true',
      'select * from t where id in (select 1)',
      'select name from t group by name',
      'with x as (select 1) select * from x',
      'savepoint s',
      'truncate t',
      'select random()',
      'select 1.5',
      "select timestamptz '2026-01-01'",
      'select 1; select 2',
    ]) {
      const db = new Bench(SETUP)
      const outcome = db.query('a', text)
      expect([text, outcome]).toEqual([text, '0A000'])
      expect(db.error('a').message).toContain('does not model')
    }
  })
})

describe('statements', () => {
  test('give rows in the order in which their versions were written, unless asked for another', () => {
    const db = new Bench(SETUP)
    db.query('a', "update t set name = 'uno' where id = 1")
    expect(db.query('a', 'select id from t')).toEqual([{ id: 2 }, { id: 1 }])
    expect(db.query('a', 'select id from t order by id')).toEqual([{ id: 1 }, { id: 2 }])
    expect(db.query('a', 'select id from t order by big nulls first limit 1')).toEqual([{ id: 2 }])
    expect(db.query('a', 'select id from t order by 1 desc limit $1 offset $2', 1, 1)).toEqual([{ id: 1 }])
  })

  test('give bigints as strings and the number of rows that they changed', () => {
    const db = new Bench(SETUP)
    expect(db.query('a', 'select big, on_it from t where id = 1')).toEqual([
      { big: '9007199254740993', on_it: true },
    ])
    expect(db.query('a', 'update t set on_it = not on_it')).toBe(2)
    expect(db.query('a', 'delete from t where id = 7')).toBe(0)
    expect(db.query('a', 'delete from t returning *')).toHaveLength(2)
  })

  test('check each new key against the rows as they are at that moment, so that their order matters', () => {
    const shift = (rows: string): unknown => {
      const db = new Bench(`create table t (id integer primary key); insert into t values ${rows}`)
      return db.query('a', 'update t set id = id + 1')
    }
    expect(shift('(2), (1)')).toBe(2)
    expect(shift('(1), (2)')).toBe('23505')
  })

  test('don’t see what they have done themselves before they are done', () => {
    const db = new Bench('create table t (id integer primary key); insert into t values (2), (1)')
    expect(db.query('a', 'update t set id = id + 10 where id < 20')).toBe(2)
    expect(db.query('a', 'select id from t order by id')).toEqual([{ id: 11 }, { id: 12 }])
  })
})
