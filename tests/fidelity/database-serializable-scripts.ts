/** Scripts for the database, written by hand: what serializable transactions refuse, and what they let pass. */
import type { Step } from './database.ts'

export interface Script {
  readonly name: string
  readonly steps: readonly Step[]
}

/** A query of a client. */
export function q(client: string, text: string, ...values: (null | boolean | number | string)[]): Step {
  return values.length === 0 ? { kind: 'query', client, text } : { kind: 'query', client, text, values }
}

export const RR = 'begin isolation level repeatable read'
const SER = 'begin isolation level serializable'
export const READ = 'select id, balance from accounts where id = $1'
export const ALL = 'select id, balance from accounts order by id'

export const SERIALIZABLE_SCRIPTS: readonly Script[] = [
  {
    name: 'write skew: serializable refuses it, repeatable read does not',
    steps: [RR, SER].flatMap((begin) => [
      q('a', begin),
      q('b', begin),
      q('a', 'select sum(balance) from accounts'),
      q('b', 'select sum(balance) from accounts'),
      q('a', 'update accounts set balance = balance + 1 where id = 1'),
      q('b', 'update accounts set balance = balance + 1 where id = 2'),
      q('a', 'commit'),
      q('b', 'commit'),
    ]),
  },
  {
    name: 'write skew by keys: each reads what the other writes',
    steps: [
      q('a', SER),
      q('b', SER),
      q('a', READ, 1),
      q('b', READ, 2),
      q('a', 'update accounts set balance = 1 where id = 2'),
      q('b', 'update accounts set balance = 1 where id = 1'),
      q('b', 'commit'),
      q('a', 'commit'),
      q('a', ALL),
      q('a', 'commit'),
    ],
  },
  {
    name: 'serializable transactions with nothing in common don’t disturb each other',
    steps: [
      q('a', SER),
      q('b', SER),
      q('a', READ, 1),
      q('b', READ, 2),
      q('a', 'update accounts set balance = 1 where id = 1'),
      q('b', 'update accounts set balance = 1 where id = 2'),
      q('b', 'commit'),
      q('a', 'commit'),
    ],
  },
  {
    name: 'serializable: a transaction that only reads can be what makes an order impossible',
    steps: [
      q('a', SER),
      q('a', READ, 1),
      q('b', SER),
      q('b', 'update accounts set balance = 1 where id = 1'),
      q('b', 'commit'),
      q('c', SER),
      q('c', 'select id, balance from accounts where id = 1'),
      q('c', 'select id, balance from accounts where id = 2'),
      q('c', 'commit'),
      q('a', 'update accounts set balance = 9 where id = 2'),
      q('a', 'commit'),
    ],
  },
  {
    name: 'serializable: who reads past a committed one that had read past another',
    steps: [
      q('c', SER),
      q('c', READ, 3),
      q('a', SER),
      q('a', READ, 1),
      q('b', SER),
      q('b', 'update accounts set balance = 1 where id = 1'),
      q('b', 'commit'),
      q('a', 'update accounts set balance = 1 where id = 2'),
      q('a', 'commit'),
      q('c', 'update accounts set balance = 1 where id = 3'),
      q('c', READ, 2),
      q('c', 'commit'),
    ],
  },
  {
    name: 'serializable: who has read three rows by their keys counts as having read all that there are',
    steps: [1, 2, 3].flatMap((most) => [
      q('c', 'insert into accounts values (4, 0) on conflict do nothing'),
      q('a', SER),
      q('b', SER),
      ...[1, 2, 3].slice(0, most).map((id) => q('a', READ, id)),
      q('b', READ, 1),
      q('b', 'update accounts set balance = balance + 1 where id = 4'),
      q('a', 'update accounts set balance = balance + 1 where id = 1'),
      q('a', 'commit'),
      q('b', 'commit'),
    ]),
  },
  {
    name: 'serializable: a row that another one inserts where one has read',
    steps: [
      q('a', SER),
      q('b', SER),
      q('a', 'select count(*) from jobs'),
      q('b', 'select count(*) from jobs'),
      q('a', "insert into jobs (state) values ('new') returning id"),
      q('b', "insert into jobs (state) values ('new') returning id"),
      q('a', 'commit'),
      q('b', 'commit'),
    ],
  },
  {
    name: 'serializable: a key that was looked up in vain',
    steps: [
      q('a', SER),
      q('b', SER),
      q('a', 'select name, owner from locks where name = $1', 'l'),
      q('b', 'select name, owner from locks where name = $1', 'm'),
      q('a', "insert into locks (name) values ('m')"),
      q('b', "insert into locks (name) values ('l')"),
      q('a', 'commit'),
      q('b', 'commit'),
    ],
  },
]
