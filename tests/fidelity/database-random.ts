/** Random scripts for the database: few rows and three clients, so that they get in each other’s way; a share of it is wrong. */
import type { Random } from '../../engine/random.ts'
import type { SimulatedRun, Step } from './database.ts'

const CLIENTS = ['a', 'b', 'c']

type Values = (null | boolean | number | string)[]
type Query = { readonly text: string; readonly values?: Values }

function pick<T>(random: Random, list: readonly T[]): T {
  return list[random.below(list.length)]!
}

function chance(random: Random, percent: number): boolean {
  return random.below(100) < percent
}

/**
 * A script. It is made along with a simulation, for two things that it avoids: queries of a client that waits, and steps that
 * set several waiting statements free at once, since a real server lets these race.
 */
export function randomScript(random: Random, steps: number, run: SimulatedRun): Step[] {
  const script: Step[] = []
  const mode = pick(random, ['plain', 'plain', 'mixed', 'serializable', 'serializable'] as const)
  const clients = CLIENTS.slice(0, chance(random, 60) ? 3 : 2)
  for (let tries = 0; script.length < steps && tries < steps * 4; tries++) {
    const free = clients.filter((client) => !run.waiting.includes(client))
    const cut = chance(random, 2)
    if (free.length === 0 && !cut) break
    const client = pick(random, cut ? clients : free)
    const step: Step = cut
      ? { kind: 'disconnect', client }
      : { kind: 'query', client, ...query(random, mode, run, client) }
    const waiting = new Map(
      Object.entries(run.state.sessions).map(([name, { running }]) => [name, running?.blocker]),
    )
    if (setsSeveralFree(run, step, waiting)) continue
    run.step(step)
    script.push(step)
  }
  return script
}

/** Tries a step on a copy: how many of those who waited for this client got on? */
function setsSeveralFree(
  run: SimulatedRun,
  step: Step,
  waiting: ReadonlyMap<string, string | null | undefined>,
): boolean {
  const copy = run.copy()
  copy.step(step)
  let freed = 0
  for (const [name, blocker] of waiting) {
    if (blocker == null) continue
    const now = copy.state.sessions[name]?.running
    if (now?.blocker !== blocker) freed++
  }
  return freed > 1
}

type Mode = 'plain' | 'mixed' | 'serializable'

function query(random: Random, mode: Mode, run: SimulatedRun, client: string): Query {
  const transaction = run.state.sessions[client]?.transaction ?? null
  if (transaction === null) {
    if (chance(random, mode === 'serializable' ? 97 : 55)) return { text: beginning(random, mode) }
  } else if (transaction.failed) {
    if (chance(random, 70)) return { text: pick(random, ['rollback', 'commit']) }
  } else if (chance(random, mode === 'serializable' ? 24 : 16)) {
    return { text: pick(random, ['commit', 'commit', 'commit', 'rollback', 'abort', 'end']) }
  }
  if (chance(random, mode === 'serializable' ? 1 : 7)) return wrong(random)
  if (chance(random, mode === 'serializable' ? 1 : 4)) return expression(random)
  return pick(random, mode === 'serializable' ? SERIALIZABLE : PLAIN)(random)
}

function beginning(random: Random, mode: Mode): string {
  if (mode === 'serializable') {
    return chance(random, 92) ? 'begin isolation level serializable' : 'begin'
  }
  if (mode === 'plain') return pick(random, ['begin', 'begin', 'start transaction', 'begin work'])
  return pick(random, [
    'begin',
    'begin isolation level repeatable read',
    'begin transaction isolation level repeatable read',
    'begin isolation level serializable',
    'start transaction isolation level read committed',
  ])
}

const id = (random: Random): number => pick(random, [1, 1, 1, 2, 2, 2, 3, 4])
const name = (random: Random): string => pick(random, ['l', 'l', 'm'])
const owner = (random: Random): string => pick(random, ['ann', 'bob', 'eve'])
const text = (random: Random): string | null => pick(random, ['one', 'three', 'four', 'x', 'y', null])
const wait = (random: Random): string => pick(random, ['', '', '', ' skip locked', ' nowait'])

type Maker = (random: Random) => Query

const accountById: Maker = (random) => {
  const values = [id(random)]
  return pick(random, [
    { text: 'select id, balance, note from accounts where id = $1', values },
    { text: `update accounts set balance = balance + 10 where id = ${id(random)} returning *` },
    { text: 'update accounts set balance = balance - $2 where id = $1', values: [...values, 60] },
    { text: 'update accounts set note = $2 where id = $1 returning id', values: [...values, text(random)] },
    { text: 'delete from accounts where id = $1 returning id, balance', values },
    { text: 'delete from accounts where $1 = id and balance > 20', values },
    { text: 'update accounts set id = $2 where id = $1', values: [...values, id(random)] },
  ])
}

const lockAccount: Maker = (random) =>
  pick(random, [
    { text: `select balance from accounts where id = $1 for update${wait(random)}`, values: [id(random)] },
    { text: `select id from accounts where balance > 10 for update${wait(random)}` },
    { text: `select id from accounts order by id + 0 desc limit 2 for update${wait(random)}` },
    {
      text: `select id, note from accounts order by note nulls first, id + 0 limit 1 offset 1 for no key update${wait(random)}`,
    },
  ])

const accountInsert: Maker = (random) => {
  const values = [id(random), 10 * random.below(9), text(random)]
  const into = 'insert into accounts (id, balance, note) values ($1, $2, $3)'
  return pick(random, [
    { text: into, values },
    { text: `${into} on conflict do nothing`, values },
    { text: `${into} on conflict (id) do nothing returning *`, values },
    {
      text: `${into} on conflict (id) do update set balance = accounts.balance + excluded.balance returning id, balance`,
      values,
    },
    {
      text: `${into} on conflict (note) do update set balance = excluded.balance where accounts.balance < 60 returning *`,
      values,
    },
    {
      text: `insert into accounts values (${id(random)}, 5, 'z'), (${id(random)}, 6) on conflict (id) do update set balance = 1`,
    },
  ])
}

const accountsAll: Maker = (random) =>
  pick(random, [
    { text: 'select * from accounts' },
    {
      text: 'select count(*), sum(balance), min(note), max(id) as top from accounts where balance > $1',
      values: [20],
    },
    { text: 'update accounts set balance = balance + 1 where balance >= 50 returning id' },
    { text: 'update accounts set balance = balance * 2 - 10 where id > 1' },
    { text: "update accounts set note = null where note <> 'one'" },
    { text: 'delete from accounts where balance < 20 or note is null' },
    { text: 'update accounts set id = id + 1 where balance > 40' },
    { text: 'select id, balance from accounts order by balance desc, id + 0 limit $1', values: [2] },
  ])

const locking: Maker = (random) => {
  const values = [name(random), owner(random)]
  const into = 'insert into locks (name, owner) values ($1, $2)'
  return pick(random, [
    { text: into, values },
    { text: `${into} on conflict do nothing`, values },
    {
      text: `insert into locks (name, owner, expires) values ($1, $2, now() + interval '10 seconds')
        on conflict (name) do update set owner = excluded.owner, expires = excluded.expires, count = locks.count + 1
        where locks.expires < now() or locks.owner = excluded.owner returning owner, count`,
      values,
    },
    { text: "update locks set expires = now() - interval '1 minute' where name = $1", values: [values[0]!] },
    { text: 'update locks set count = count - 1 where name = $1 and owner = $2 returning count', values },
    { text: 'delete from locks where name = $1 and owner = $2', values },
    { text: 'delete from locks where expires < now() returning name' },
    { text: 'select owner, expires > now() as held from locks where name = $1', values: [values[0]!] },
    { text: `select name from locks where name = $1 for update${wait(random)}`, values: [values[0]!] },
  ])
}

const job: Maker = (random) =>
  pick(random, [
    {
      text: 'insert into jobs (state) values ($1) returning id, state, urgent',
      values: [pick(random, ['new', 'done'])],
    },
    {
      text: 'insert into jobs (worker, price) values ($1, $2), (default, 3)',
      values: [owner(random), '12345678901'],
    },
    { text: 'insert into jobs default values returning *' },
    { text: "select id from jobs where state = 'new' order by id + 0 limit 1 for update skip locked" },
    {
      text: "update jobs set state = 'done', worker = $1 where id = $2 and state = 'new' returning *",
      values: [owner(random), id(random)],
    },
    { text: "update jobs set state = 'new' where urgent or worker = $1", values: [owner(random)] },
    {
      text: 'update jobs set price = coalesce(price, 0) + $1 where id = $2 returning price',
      values: [5, id(random)],
    },
    { text: "delete from jobs where state = 'done' returning id" },
    { text: 'select count(*), count(worker) as workers, max(price) from jobs' },
    {
      text: 'insert into jobs (id) values ($1) on conflict (id) do nothing returning id',
      values: [id(random)],
    },
    {
      text: "update jobs set worker = default, state = case when urgent then 'new' else state end where id + 0 in (1, 2)",
    },
  ])

const pair: Maker = (random) => {
  const values: Values = [1 + random.below(2), 1 + random.below(3), text(random)]
  const into = 'insert into pairs (a, b, c) values ($1, $2, $3)'
  return pick(random, [
    { text: `${into} returning *`, values },
    { text: `${into} on conflict do nothing`, values },
    { text: `${into} on conflict (b, a) do update set c = excluded.c`, values },
    {
      text: `${into} on conflict on constraint pairs_pkey do update set d = pairs.d + 1 returning d`,
      values,
    },
    { text: `${into}, ($2, $1, $4) on conflict (c) do nothing`, values: [...values, text(random)] },
    { text: 'update pairs set c = $3 where a = $1 and b = $2', values },
    { text: 'update pairs set b = b + 1 where a = 1' },
    { text: 'delete from pairs where a = $1 and b = $2 returning c', values: values.slice(0, 2) },
    { text: 'select c, d from pairs where c = $1', values: [text(random)] },
    { text: 'select a, b from pairs where a < $1 and c is not null order by b desc, a', values: [2] },
  ])
}

const PLAIN: readonly Maker[] = [
  accountById,
  accountById,
  lockAccount,
  accountInsert,
  accountsAll,
  locking,
  locking,
  job,
  pair,
]

/** Reads and writes of few rows, by key and as a whole, each of which can go past the others’. */
const skew: Maker = (random) => {
  const values = [1 + random.below(6)]
  return pick<Query>(random, [
    { text: 'select balance from accounts where id = $1', values },
    { text: 'select balance from accounts where id = $1', values },
    { text: 'select balance from accounts where id = $1', values },
    { text: 'select sum(balance) from accounts' },
    { text: 'update accounts set balance = balance + 1 where id = $1', values },
    { text: 'update accounts set balance = balance + 1 where id = $1', values },
    { text: 'update accounts set note = $2 where id = $1', values: [...values, text(random)] },
    {
      text: 'insert into accounts (id, balance) values ($1, 9) on conflict do nothing',
      values: [values[0]! + 2],
    },
    { text: 'delete from accounts where id = $1', values },
    { text: 'select count(*) from jobs' },
    { text: 'select balance from accounts where id = $1', values: [4] },
    { text: 'insert into jobs (worker) values ($1)', values: [owner(random)] },
    { text: 'select c from pairs where a = $1 and b = $2', values: [1, 1 + random.below(3)] },
    {
      text: 'insert into pairs (a, b, c) values (1, $1, $2) on conflict (a, b) do nothing',
      values: [values[0]!, text(random)],
    },
  ])
}

const SERIALIZABLE: readonly Maker[] = [
  ...Array.from({ length: 24 }, () => skew),
  accountById,
  accountById,
  accountsAll,
  accountInsert,
  lockAccount,
  job,
  pair,
  locking,
]

const wrong: Maker = (random) =>
  pick<Query>(random, [
    { text: 'selct 1' },
    { text: 'select from_ from' },
    { text: 'select * from account' },
    { text: 'select owner from accounts' },
    { text: 'update accounts set owner = 1' },
    { text: 'update accounts set balance = $1', values: ['lots'] },
    { text: 'update accounts set balance = $1', values: [1.5] },
    { text: 'select * from accounts where id = $1', values: ['99999999999'] },
    { text: 'select * from accounts where id = $1', values: [] },
    { text: 'select * from accounts where id = $2', values: [1, 2] },
    { text: 'select * from accounts where id = $1', values: [1, 2] },
    { text: "select * from accounts where id = 'x'" },
    { text: 'select * from accounts where note = 1' },
    { text: 'select * from accounts where balance' },
    { text: 'select * from accounts where not balance' },
    { text: 'select id + note from accounts' },
    { text: 'select $1 + $2', values: [1, 2] },
    { text: 'select * from accounts where id = 1 and' },
    { text: 'select * from accounts where id = (1' },
    { text: 'select * from accounts order by 9' },
    { text: 'select * from accounts limit -1' },
    { text: 'select missing(1, $1)', values: ['a'] },
    { text: 'insert into accounts values (1, 2, 3, 4)' },
    { text: 'insert into accounts (id, balance) values (9)' },
    { text: 'insert into accounts (id, id) values (1, 2)' },
    { text: 'insert into accounts (id, nothing) values (1, 2)' },
    { text: 'insert into accounts (id) values (9)' },
    { text: 'insert into accounts (id, balance) values (9, null), (8, 1)' },
    { text: 'insert into accounts (id, balance) values (9, -1)' },
    { text: 'insert into accounts (id, balance) values (9, 2147483648)' },
    {
      text: 'insert into accounts (id, balance) values (9, 1), (9, 2) on conflict (id) do update set balance = 3',
    },
    { text: 'insert into accounts (id, balance) values (9, 1) on conflict (balance) do nothing' },
    { text: 'insert into accounts (id, balance) values (9, 1) on conflict do update set balance = 1' },
    {
      text: 'insert into accounts (id, balance) values (1, 1) on conflict (id) do update set balance = balance + 1',
    },
    { text: 'update accounts set balance = balance - 1000' },
    { text: 'update accounts set balance = balance / 0 where id = 1' },
    { text: 'update accounts set balance = balance + 2147483647' },
    { text: 'update accounts set balance = 1, balance = 2' },
    { text: 'update accounts set balance = note' },
    { text: 'update accounts set id = null where id = 1' },
    { text: 'update accounts a set balance = 1 where accounts.id = 1' },
    { text: 'delete accounts' },
    { text: 'delete from accounts where count(*) > 1' },
    { text: 'select id, count(*) from accounts' },
    { text: "select 'open" },
    { text: 'select 1; select 2', values: [1] },
    { text: 'select coalesce(1, note) from accounts' },
    { text: 'set transaction isolation level serializable' },
    { text: 'insert into jobs (urgent) values ($1)', values: ['perhaps'] },
    { text: 'insert into locks (name) values (null)' },
    { text: 'insert into locks (name, expires) values ($1, 5)', values: ['l'] },
    { text: '' },
  ])

const expression: Maker = (random) =>
  pick<Query>(random, [
    { text: 'select 1 + 2 * 3 as sum, -7 / 2, -7 % 3, 7 - -2' },
    { text: 'select 1 = 1, null = 1, not null is null, true and null, false and null, true or null' },
    { text: 'select $1::int + 1, $2::text, $3::bigint', values: ['41', 5, '7'] },
    { text: "select 'a' || 'b' as ab, 1 || 'x', 'it''s'" },
    { text: 'select coalesce(null, 2), greatest(1, 3, null), least(2, $1)', values: [1] },
    { text: 'select 2 in (1, 2), 3 not in (1, null), 2 between 1 and 3' },
    { text: 'select 2147483647 + 1' },
    { text: 'select 2147483647 + 1::bigint, 9223372036854775807, -2147483648' },
    { text: "select case when 1 > 2 then 'no' else 'yes' end, length('héllo'), abs(-3)" },
    { text: "select now() < now() + interval '1 hour', now() - interval '90 seconds' > now()" },
    {
      text: "select now() + $1 * interval '1 millisecond' > now() as later",
      values: [random.below(2) * 500 - 250],
    },
    { text: 'select $1', values: [random.below(9)] },
    { text: 'select $1 = $2 as same, $1 is null', values: [null, 'a'] },
    { text: "select 'b' < 'a', 'B' < 'a', 'é' > 'z', 'a' < 'aa'" },
    { text: 'select id as "Id", balance "b" from accounts where id = 1' },
    { text: "select true, 't'::boolean, 5::text, '12'::int % 5, 1::boolean" },
    { text: 'select * from accounts where false' },
    { text: 'select 1 where $1', values: [chance(random, 50)] },
    { text: 'select id from accounts where id + 0 in ($1, 3) -- those two', values: [1] },
    { text: 'Select ID From Accounts Where Id = 2;' },
  ])
