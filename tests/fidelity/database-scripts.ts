/** Scripts for the database, written by hand: one for each thing that the course relies on. */
import type { Step } from './database.ts'
import { ALL, READ, RR, SERIALIZABLE_SCRIPTS, type Script, q } from './database-serializable-scripts.ts'

const cut = (client: string): Step => ({ kind: 'disconnect', client })
const sleep = (milliseconds: number): Step => ({ kind: 'sleep', milliseconds })

const RC = 'begin'

const DEPOSIT = 'update accounts set balance = balance + $2 where id = $1 returning balance'

const ACQUIRE = `insert into locks (name, owner, expires) values ($1, $2, now() + $3 * interval '1 millisecond')
  on conflict (name) do update
  set owner = excluded.owner, expires = excluded.expires,
    count = case when locks.owner = excluded.owner then locks.count + 1 else 1 end
  where locks.expires < now() or locks.owner = excluded.owner
  returning owner, count`
const RELEASE = 'delete from locks where name = $1 and owner = $2'

export const SCRIPTS: readonly Script[] = [
  {
    name: 'a unique index lets one of two insert; the other gets 23505 with the constraint',
    steps: [
      q('a', 'insert into locks (name, owner) values ($1, $2)', 'printer', 'ann'),
      q('b', 'insert into locks (name, owner) values ($1, $2)', 'printer', 'bob'),
      q('a', RELEASE, 'printer', 'bob'),
      q('a', RELEASE, 'printer', 'ann'),
      q(
        'b',
        'insert into locks (name, owner) values ($1, $2) returning name, owner, count',
        'printer',
        'bob',
      ),
    ],
  },
  {
    name: 'an insert waits for an uncommitted one of the same key, and fails when that commits',
    steps: [
      q('a', RC),
      q('a', 'insert into locks (name, owner) values ($1, $2)', 'l', 'ann'),
      q('b', 'insert into locks (name, owner) values ($1, $2)', 'l', 'bob'),
      q('a', 'commit'),
    ],
  },
  {
    name: 'an insert that waited succeeds when the other rolls back',
    steps: [
      q('a', RC),
      q('a', 'insert into locks (name, owner) values ($1, $2)', 'l', 'ann'),
      q('b', 'insert into locks (name, owner) values ($1, $2)', 'l', 'bob'),
      q('a', 'rollback'),
      q('c', 'select name, owner from locks'),
    ],
  },
  {
    name: 'on conflict do nothing waits too, and says by rowCount what came of it',
    steps: [
      q('a', RC),
      q('a', 'insert into locks (name, owner) values ($1, $2)', 'l', 'ann'),
      q('b', 'insert into locks (name, owner) values ($1, $2) on conflict do nothing', 'l', 'bob'),
      q('a', 'commit'),
      q(
        'b',
        'insert into locks (name, owner) values ($1, $2) on conflict (name) do nothing returning owner',
        'm',
        'bob',
      ),
    ],
  },
  {
    name: 'a lock with expiry: taken over when it has expired, re-entered by its owner, released by its owner',
    steps: [
      q('a', ACQUIRE, 'l', 'ann', 60_000),
      q('b', ACQUIRE, 'l', 'bob', 60_000),
      q('a', ACQUIRE, 'l', 'ann', 200),
      q('b', 'select owner, expires > now() as held from locks where name = $1', 'l'),
      sleep(400),
      q('c', 'select owner, expires > now() as held from locks where name = $1', 'l'),
      q('b', ACQUIRE, 'l', 'bob', 60_000),
      q('a', ACQUIRE, 'l', 'ann', 60_000),
      q('a', RELEASE, 'l', 'ann'),
      q('b', 'update locks set count = count - 1 where name = $1 and owner = $2 and count > 1', 'l', 'bob'),
      q('b', RELEASE, 'l', 'bob'),
    ],
  },
  {
    name: 'now() is when the transaction began, clock_timestamp() is now',
    steps: [
      q('a', RC),
      q('a', "insert into locks (name, expires) values ('l', now() + interval '150 ms') returning name"),
      sleep(300),
      q('a', 'select expires > now() as held, expires > clock_timestamp() as really from locks'),
      q('a', 'commit'),
      q('a', 'select expires > now() as held from locks'),
      q('b', "delete from locks where expires < now() - interval '1 hour'"),
      q('b', 'delete from locks where expires < now() returning name'),
    ],
  },
  {
    name: 'read committed: each statement sees what is committed when it begins',
    steps: [q('a', RC), q('a', READ, 1), q('b', DEPOSIT, 1, 5), q('a', READ, 1), q('a', 'commit')],
  },
  {
    name: 'repeatable read: the snapshot is taken by the first statement, not by begin',
    steps: [
      q('a', RR),
      q('b', DEPOSIT, 1, 5),
      q('a', READ, 1),
      q('b', DEPOSIT, 1, 7),
      q('a', READ, 1),
      q('a', DEPOSIT, 1, 1),
      q('a', READ, 1),
      q('a', 'commit'),
    ],
  },
  {
    name: 'read committed: an update that waited looks at the row again',
    steps: [
      q('a', RC),
      q('a', 'update accounts set balance = balance - 90 where id = 1'),
      q('b', 'update accounts set balance = balance - 90 where id = 1 and balance >= 90'),
      q('c', 'update accounts set balance = balance - 5 where id = 2'),
      q('a', 'commit'),
      q('b', ALL),
    ],
  },
  {
    name: 'read committed: a row whose condition fails after the wait stays locked',
    steps: [
      q('a', RC),
      q('b', RC),
      q('a', 'update accounts set balance = 1 where id = 1'),
      q('b', 'update accounts set balance = 2 where balance = 100'),
      q('a', 'commit'),
      q('c', 'select id from accounts where id = 1 for update nowait'),
      q('c', 'select id from accounts order by id for update skip locked'),
      q('b', 'commit'),
      q('c', 'select id from accounts where id = 1 for update nowait'),
    ],
  },
  {
    name: 'a check that fails does so before the wait',
    steps: [
      q('a', RC),
      q('a', 'update accounts set balance = 500 where id = 1'),
      q('b', 'update accounts set balance = balance - 200 where id = 1'),
      q('a', 'commit'),
      q('b', 'update accounts set balance = balance - 200 where id = 1'),
    ],
  },
  {
    name: 'a waiting delete goes on when the update it waited for is rolled back',
    steps: [
      q('a', RC),
      q('a', DEPOSIT, 1, 1),
      q('b', 'delete from accounts where id = 1 returning balance'),
      q('a', 'rollback'),
      q('b', ALL),
    ],
  },
  {
    name: 'repeatable read: an update after another’s update or delete fails with 40001, and the transaction with it',
    steps: [
      q('a', RR),
      q('a', READ, 1),
      q('b', DEPOSIT, 1, 5),
      q('a', DEPOSIT, 1, 1),
      q('a', READ, 1),
      q('a', 'commit'),
      q('a', RR),
      q('a', READ, 1),
      q('b', 'delete from accounts where id = 1'),
      q('a', 'delete from accounts where id = 1'),
      q('a', 'rollback'),
    ],
  },
  {
    name: 'repeatable read: a wait that ends in a rollback is no conflict',
    steps: [
      q('b', RC),
      q('b', DEPOSIT, 1, 5),
      q('a', RR),
      q('a', DEPOSIT, 1, 1),
      q('b', 'rollback'),
      q('a', 'commit'),
    ],
  },
  {
    name: 'two that take the same locks in different orders: one of them gets 40P01',
    steps: [
      q('a', RC),
      q('b', RC),
      q('a', DEPOSIT, 1, 1),
      q('b', DEPOSIT, 2, 1),
      q('a', DEPOSIT, 2, 1),
      q('b', DEPOSIT, 1, 1),
      q('b', 'rollback'),
      q('a', 'commit'),
    ],
  },
  {
    name: 'three in a ring: the one who closes it fails',
    steps: [
      ...['a', 'b', 'c'].flatMap((client, index) => [q(client, RC), q(client, DEPOSIT, index + 1, 1)]),
      q('a', DEPOSIT, 2, 1),
      q('b', DEPOSIT, 3, 1),
      q('c', DEPOSIT, 1, 1),
      q('b', 'commit'),
      q('a', 'commit'),
    ],
  },
  {
    name: 'for update: others wait for the lock in the order in which they came',
    steps: [
      ...['a', 'b', 'c'].map((client) => q(client, RC)),
      q('a', 'select id from accounts where id = 1 for update'),
      q('b', 'select balance from accounts where id = 1 for update'),
      q('c', 'select balance from accounts where id = 1 for update'),
      q('a', 'commit'),
      q('b', 'update accounts set balance = 7 where id = 1'),
      q('b', 'commit'),
      q('c', 'commit'),
    ],
  },
  {
    name: 'a queue of jobs: skip locked gives each worker another one, nowait fails with 55P03',
    steps: [
      ...['a', 'b', 'c'].map((client) => q(client, RC)),
      q('a', "select id from jobs where state = 'new' order by id limit 1 for update skip locked"),
      q('b', "select id from jobs where state = 'new' order by id limit 1 for update skip locked"),
      q('c', "select id from jobs where state = 'new' order by id limit 1 for update skip locked"),
      q('c', "select id from jobs where state = 'new' for update nowait"),
      q('a', "update jobs set state = 'done' where id = $1 returning *", 1),
      q('a', 'commit'),
      q('b', 'rollback'),
      q('c', 'rollback'),
      q('c', "select id from jobs where state = 'new' order by id for update skip locked"),
    ],
  },
  {
    name: 'an error fails the transaction: 25P02 until its end, and commit rolls back',
    steps: [
      q('a', RC),
      q('a', DEPOSIT, 1, 5),
      q('a', 'select * from nowhere'),
      q('a', ALL),
      q('a', 'not sql'),
      q('a', 'commit'),
      q('a', ALL),
    ],
  },
  {
    name: 'the error of one transaction frees those who waited for it',
    steps: [
      q('a', RC),
      q('a', DEPOSIT, 1, 5),
      q('b', DEPOSIT, 1, 7),
      q('a', 'update accounts set balance = $1', 'much'),
      q('a', 'rollback'),
    ],
  },
  {
    name: 'a lost connection rolls back, and frees those who waited',
    steps: [q('a', RC), q('a', DEPOSIT, 1, 5), q('b', DEPOSIT, 1, 7), cut('a'), q('a', ALL)],
  },
  {
    name: 'a statement that waits when its client goes is done all the same',
    steps: [
      q('a', RC),
      q('a', DEPOSIT, 1, 5),
      q('b', DEPOSIT, 1, 7),
      cut('b'),
      q('b', READ, 1),
      q('a', 'commit'),
      q('b', READ, 1),
    ],
  },
  {
    name: 'a transaction that waits when its client goes is rolled back after the wait',
    steps: [
      q('a', RC),
      q('a', DEPOSIT, 1, 5),
      q('b', RC),
      q('b', DEPOSIT, 2, 5),
      q('b', DEPOSIT, 1, 7),
      cut('b'),
      q('c', 'select id from accounts where id = 2 for update skip locked'),
      q('a', 'commit'),
      q('c', ALL),
    ],
  },
  {
    name: 'a crash leaves what was committed',
    steps: [
      q('a', DEPOSIT, 1, 5),
      q('b', RC),
      q('b', DEPOSIT, 2, 5),
      q('b', "insert into accounts values (9, 9, 'nine')"),
      q('a', DEPOSIT, 2, 7),
      { kind: 'restart' },
      q('c', ALL),
      q('c', DEPOSIT, 2, 1),
    ],
  },
  ...SERIALIZABLE_SCRIPTS,
  {
    name: 'numbers of a serial column are not given back by a rollback',
    steps: [
      q('a', RC),
      q('a', 'insert into jobs default values returning id'),
      q('a', 'rollback'),
      q('a', 'insert into jobs default values returning id'),
      q('a', 'insert into jobs (id) values (1) on conflict do nothing'),
      q('a', 'insert into jobs (state) values (null)'),
      q('a', 'insert into jobs default values returning id, price, urgent'),
    ],
  },
  {
    name: 'integers come as numbers, bigints and counts as strings',
    steps: [
      q('a', 'select id, price, urgent, worker from jobs order by id'),
      q('a', 'select count(*) from jobs'),
    ],
  },
  {
    name: 'a change of keys is seen by unique indexes at once',
    steps: [
      q('a', 'update pairs set b = 3 - b where a = 1'),
      q('a', 'update pairs set b = b + 1 where a = 1'),
      q('a', 'update pairs set b = b + 10 where a = 1 returning a, b'),
      q('a', "update pairs set c = 'x'"),
      q('b', RC),
      q('b', "update pairs set c = 'z' where b = 11"),
      q('a', "insert into pairs values (5, 5, 'x')"),
      q('b', 'commit'),
    ],
  },
  {
    name: 'the isolation level can’t change after the first statement',
    steps: [
      q('a', RC),
      q('a', 'set transaction isolation level repeatable read'),
      q('a', READ, 1),
      q('a', 'set transaction isolation level repeatable read'),
      q('a', 'set transaction isolation level serializable'),
      q('a', 'rollback'),
      q('a', 'commit'),
      q('a', 'rollback'),
    ],
  },
]
