/**
 * What the real and the simulated Redis server are taken through: scripts written by hand, one for each thing that the
 * course relies on, and random ones in which few keys meet many commands, a good share of them wrong.
 */
import type { Random } from '../../engine/random.ts'
import { randomLua } from './redis-lua.ts'

/** Connections `a` to `c` lead to server `one`, which forgets all in a restart; `x` and `y` to `two`, which keeps all. */
export type Client = 'a' | 'b' | 'c' | 'x' | 'y'
export type ServerName = 'one' | 'two'

/** A call of a method of the client, as `['set', 'key', 'value', { NX: true }]`. */
export type Call = readonly [string, ...unknown[]]

export type Step =
  | { readonly client: Client; readonly call: Call }
  /** `client.multi()`, these calls, `exec()`. */
  | { readonly client: Client; readonly multi: readonly Call[] }
  /** The connection ends, and a new one takes its place. */
  | { readonly client: Client; readonly reconnect: true }
  /** So many milliseconds pass. */
  | { readonly wait: number }
  /** Until replicas have heard all. */
  | { readonly settle: true }
  /** The server is killed and started again. */
  | { readonly restart: ServerName }

/** The script that Redis's documentation publishes for releasing a lock. */
const COMPARE_AND_DELETE = `if redis.call("get",KEYS[1]) == ARGV[1] then
    return redis.call("del",KEYS[1])
else
    return 0
end`

/** The same for prolonging it. */
const COMPARE_AND_EXPIRE = `if redis.call("get",KEYS[1]) == ARGV[1] then
    return redis.call("pexpire",KEYS[1],ARGV[2])
else
    return 0
end`

/** Spellings that one meets. */
const SPELLINGS = [
  COMPARE_AND_DELETE,
  COMPARE_AND_EXPIRE,
  `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`,
  `local owner = redis.call('get', KEYS[1]); if owner ~= ARGV[1] then return 0 end; return redis.call('del', KEYS[1]);`,
  `-- release\nif redis.call('get', KEYS[1]) == ARGV[1]\nthen\n\treturn redis.call('del', KEYS[1])\nend`,
  `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('expire', KEYS[1], tonumber(ARGV[2])) else return 0 end`,
  `if redis.call('set', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 elseif redis.call('get', KEYS[1]) == ARGV[1] then redis.call('pexpire', KEYS[1], ARGV[2]) return 1 else return 0 end`,
  `local n = redis.call('incr', KEYS[1]) if n == 1 then redis.call('pexpire', KEYS[1], ARGV[2]) end return n`,
  `local r = redis.pcall('incr', KEYS[1]) if type(r) == 'table' then return r.err end return r`,
  `redis.call('set', KEYS[1], 'first') return redis.call('incr', KEYS[1])`,
]

const a = (...call: Call): Step => ({ client: 'a', call })
const b = (...call: Call): Step => ({ client: 'b', call })
const x = (...call: Call): Step => ({ client: 'x', call })
const raw = (client: Client, ...words: string[]): Step => ({ client, call: ['sendCommand', words] })
const wait = (milliseconds: number): Step => ({ wait: milliseconds })
const settle: Step = { settle: true }
const owner = (script: string, token: string): Call => [
  'eval',
  script,
  { keys: ['k'], arguments: [token, '50000'] },
]

export const SCRIPTS: readonly { readonly name: string; readonly steps: readonly Step[] }[] = [
  {
    name: 'SET with each option and each pair that does not fit',
    steps: [
      a('set', 'k', '1'),
      a('set', 'k', '2', { NX: true }),
      a('set', 'k', '3', { XX: true, GET: true }),
      a('set', 'l', '3', { XX: true, GET: true }),
      a('set', 'l', '4', { NX: true, GET: true }),
      a('set', 'l', '5', { NX: true, GET: true, PX: 70_000 }),
      a('pTTL', 'l'),
      a('set', 'l', '6', { EX: 500 }),
      a('set', 'l', '7', { KEEPTTL: true }),
      a('pTTL', 'l'),
      a('set', 'l', '8'),
      a('pTTL', 'l'),
      a('set', 'm', '9', { condition: 'NX', expiration: { type: 'PX', value: 300_000 } }),
      a('set', 'm', '9', { condition: 'XX', expiration: 'KEEPTTL' }),
      a('ttl', 'm'),
      a('set', 'm', 10),
      ...['NX XX', 'EX 1 PX 1', 'EX', 'EX 10 KEEPTTL', 'KEEPTTL PX 1', 'FOO', 'nx Get px 60000', 'EX 0'].map(
        (text) => raw('a', 'set', 'k', 'v', ...text.split(' ')),
      ),
      ...[
        'PX -1',
        'PX 1.5',
        'EX x',
        'EX 9223372036854775',
        'EX 9223372036854775807',
        'PX 99999999999999999999',
      ].map((text) => raw('a', 'SET', 'k', 'v', ...text.split(' '))),
    ],
  },
  {
    name: 'EXPIRE with each option and time',
    steps: [
      a('expire', 'k', 100),
      a('set', 'k', 'v'),
      a('expire', 'k', 100, 'XX'),
      a('expire', 'k', 100, 'GT'),
      a('expire', 'k', 200, 'LT'),
      a('expire', 'k', 300, 'NX'),
      a('expire', 'k', 300, 'GT'),
      a('expire', 'k', 250, 'LT'),
      a('expire', 'k', 400, 'XX'),
      a('ttl', 'k'),
      ...['10 NX XX', '10 GT LT', '10 NX GT', '10 foo', 'x', 'x foo', '9223372036854775807', '10 XX GT'].map(
        (text) => raw('a', 'expire', 'k', ...text.split(' ')),
      ),
      raw('a', 'pexpire', 'k', '9223372036854775807'),
      a('pExpire', 'k', 1.5),
      a('pExpire', 'k', -1),
      a('exists', 'k'),
      a('set', 'k', 'v'),
      a('expire', 'k', 0),
      a('get', 'k'),
      a('pTTL', 'k'),
      a('ttl', 'k'),
    ],
  },
  {
    name: 'numbers',
    steps: [
      a('incr', 'n'),
      a('incr', 'n'),
      ...['abc', '007', '-0', ' 1', '1 ', '', '9223372036854775807', '1.0', '+1', '-1'].flatMap((value) => [
        a('set', 'n', value),
        a('incr', 'n'),
      ]),
      a('expire', 'n', 200),
      a('incr', 'n'),
      a('ttl', 'n'),
    ],
  },
  {
    name: 'several keys',
    steps: [
      a('set', 'k', '1'),
      a('setNX', 'l', '1'),
      a('setNX', 'l', '2'),
      a('exists', ['k', 'k', 'm', 'l']),
      a('del', ['k', 'k', 'm']),
      a('exists', 'k'),
      a('del', []),
      a('exists', []),
    ],
  },
  {
    name: 'commands that are spelt wrongly, and arguments that are no strings',
    steps: [
      ...[
        'GET',
        'GET a b',
        'SET a',
        'SETNX a',
        'foo',
        'FOO bar baz',
        'ttl',
        'expire a',
        'EVAL x',
        'watch',
        'EXEC a',
      ].map((text) => raw('a', ...text.split(' '))),
      raw('a', ''),
      raw('a', 'nothing', 'x'.repeat(100), 'y'.repeat(100), 'z'),
      a('get', 5),
      a('set', 'k', undefined),
      a('eval', 'return 1', { keys: ['k'], arguments: [5] }),
    ],
  },
  {
    name: 'a key is gone some time after its deadline, and a lock can be had again',
    steps: [
      a('set', 'lock', 'a', { NX: true, PX: 100 }),
      b('set', 'lock', 'b', { NX: true, PX: 100 }),
      wait(200),
      b('get', 'lock'),
      b('set', 'lock', 'b', { NX: true, PX: 60_000 }),
      a('eval', COMPARE_AND_DELETE, { keys: ['lock'], arguments: ['a'] }),
      b('get', 'lock'),
      b('eval', COMPARE_AND_DELETE, { keys: ['lock'], arguments: ['b'] }),
      b('get', 'lock'),
    ],
  },
  {
    name: 'each way to write the scripts of a lock',
    steps: SPELLINGS.flatMap((script) => [
      a('del', 'k'),
      a(...owner(script, 'me')),
      a('set', 'k', 'me', { PX: 90_000 }),
      b(...owner(script, 'you')),
      a('pTTL', 'k'),
      a(...owner(script, 'me')),
      a('pTTL', 'k'),
      a('get', 'k'),
    ]),
  },
  {
    name: 'scripts: keys, arguments and what comes back',
    steps: [
      ...[
        'return {1, 2.9, -2.9, "x", true, false, 4}',
        'return {1, nil, 3}',
        'return {ok = "fine"}',
        'return {err = "MY failure"}',
        'return redis.error_reply("single")',
        'return redis.error_reply("MY failure")',
        'return redis.status_reply("fine")',
        'return redis.call("get", "none")',
        'return {KEYS[1], KEYS[2], ARGV[1], ARGV[2]}',
        'return #KEYS + #ARGV',
        'return {1 / 0, 0 / 0, -1 / 0, 2 ^ 63, 2 ^ 62}',
        'redis.call("set", KEYS[2], 1, "EX", 200) return redis.call("ttl", KEYS[2])',
        'return redis.call("set", KEYS[1], 10 / 4)',
        'return redis.call("set", KEYS[1], 1 / 3) and redis.call("get", KEYS[1])',
        'return 1 / 3 .. ""',
        'return tostring(1e15) .. tostring(1e14) .. tostring(-0.00001)',
        'return tonumber("0x10") + tonumber(" 5 ") + "7"',
        'return tonumber("x")',
        'return',
        '',
        'return redis.call("multi")',
        'return redis.call()',
        'return redis.call({})',
        'return redis.call("nothing")',
        'return redis.call("get")',
        'return redis.call("get", nil)',
        'return unknown',
        'known = 1',
        'return redis.sha1hex("")',
        'error("x")',
        'error({err = "MY failure"})',
        'return KEYS.a.b',
        'local t = {x = 1, [2] = "b", "a"; "c"} return {t[1], t[2], t.x, #t}',
        'if redis.call("exists", KEYS[1]) == 1 and not (ARGV[1] == "v") then return "no" end return "yes"',
        'if',
        'return 1 2',
        'x',
        'return "unfinished',
        'return true.x 10.x',
        'return 10.x',
        'return 123456789012345 .. ""',
        'return 1 $ 2',
        'return 1 ~ 2',
        'return [[long',
        '--[[ comment',
        'return $',
        'return "a\nb"',
        '-- only a comment',
        'return [[long]]',
        "return 'it\\'s' .. '\\65\\n'",
        'return (1',
        'return {1',
        'if true then return 1',
        'if true\nthen return 1\n',
        'local 1 = 2',
        'a.b()',
        'redis.call = 1',
        'KEYS[3] = "z" return {KEYS[1], KEYS[2], KEYS[3]}',
      ].map((script) => a('eval', script, { keys: ['k', 'l'], arguments: ['v'] })),
      raw('a', 'EVAL', 'return 1', 'x'),
      raw('a', 'EVAL', 'return 1', '2', 'k'),
      raw('a', 'EVAL', 'return 1', '-1', 'k'),
      a('eval', 'return 1'),
    ],
  },
  {
    name: 'a transaction runs as a whole, errors among its commands or not',
    steps: [
      raw('a', 'MULTI'),
      raw('a', 'SET', 'k', 'v'),
      b('get', 'k'),
      raw('a', 'INCR', 'k'),
      raw('a', 'SET', 'k', 'w', 'FOO'),
      raw('a', 'GET', 'k'),
      raw('a', 'EXEC'),
      b('get', 'k'),
      {
        client: 'a',
        multi: [
          ['set', 'n', '1'],
          ['incr', 'n'],
          ['pTTL', 'n'],
        ],
      },
      {
        client: 'a',
        multi: [
          ['incr', 'k'],
          ['get', 'k'],
        ],
      },
      { client: 'a', multi: [] },
      {
        client: 'a',
        multi: [
          ['get', 'k'],
          ['sendCommand', ['GET']],
          ['del', 'k'],
        ],
      },
      b('get', 'k'),
    ],
  },
  {
    name: 'wrong orders of MULTI, EXEC, DISCARD and WATCH',
    steps: [
      raw('a', 'EXEC'),
      raw('a', 'DISCARD'),
      raw('a', 'MULTI'),
      raw('a', 'MULTI'),
      raw('a', 'WATCH', 'k'),
      raw('a', 'EXEC'),
      raw('a', 'MULTI'),
      raw('a', 'GET'),
      raw('a', 'SET', 'k', 'v'),
      raw('a', 'EXEC'),
      raw('a', 'MULTI'),
      raw('a', 'nothing'),
      raw('a', 'DISCARD'),
      raw('a', 'EXEC'),
      raw('a', 'MULTI'),
      raw('a', 'EXEC', 'x'),
      raw('a', 'UNWATCH'),
      raw('a', 'EXEC'),
      a('get', 'k'),
    ],
  },
  {
    name: 'WATCH: others’ changes and one’s own, DISCARD, UNWATCH, the end of the connection',
    steps: [
      a('watch', ['k', 'l']),
      b('set', 'l', '1'),
      { client: 'a', multi: [['set', 'k', 'a']] },
      { client: 'a', multi: [['set', 'k', 'a']] },
      a('watch', 'k'),
      a('set', 'k', 'own'),
      { client: 'a', multi: [['get', 'k']] },
      a('watch', 'k'),
      b('set', 'k', 'own'),
      a('unwatch'),
      { client: 'a', multi: [['get', 'k']] },
      a('watch', 'k'),
      b('del', 'k'),
      raw('a', 'MULTI'),
      raw('a', 'DISCARD'),
      { client: 'a', multi: [['get', 'k']] },
      a('watch', 'k'),
      b('del', 'k'),
      b('expire', 'k', 100),
      { client: 'a', multi: [['set', 'k', 'after nothing']] },
      a('watch', 'k'),
      b('expire', 'k', 100),
      { client: 'a', multi: [['get', 'k']] },
      a('watch', 'k'),
      b('set', 'k', 'x', { NX: true }),
      b('get', 'k'),
      { client: 'a', multi: [['get', 'k']] },
      raw('a', 'WATCH', 'k'),
      raw('a', 'MULTI'),
      raw('a', 'SET', 'k', 'lost'),
      { client: 'a', reconnect: true },
      a('get', 'k'),
      raw('a', 'EXEC'),
    ],
  },
  {
    name: 'WATCH: a key that expires is a change, one that had expired before is none',
    steps: [
      a('set', 'k', 'v', { PX: 100 }),
      a('watch', 'k'),
      b('watch', 'k'),
      wait(200),
      { client: 'a', multi: [['set', 'l', 'a']] },
      a('watch', 'k'),
      a('get', 'k'),
      { client: 'a', multi: [['set', 'l', 'a']] },
      b('get', 'k'),
      { client: 'b', multi: [['set', 'l', 'b']] },
    ],
  },
  {
    name: 'a restart: what is kept, and what is not',
    steps: [
      a('set', 'k', 'v'),
      x('set', 'k', 'v'),
      x('set', 'l', 'w', { PX: 100_000 }),
      x('set', 'm', 'w', { PX: 100 }),
      x('incr', 'n'),
      { client: 'x', multi: [['incr', 'n']] },
      raw('x', 'MULTI'),
      raw('x', 'SET', 'k', 'lost'),
      { restart: 'one' },
      { restart: 'two' },
      wait(200),
      a('get', 'k'),
      x('get', 'k'),
      x('pTTL', 'l'),
      x('get', 'm'),
      x('get', 'n'),
      raw('x', 'EXEC'),
    ],
  },
  {
    name: 'a replica follows, refuses to be written to, hides what has expired, and takes over',
    steps: [
      x('set', 'own', 'lost'),
      a('set', 'k', 'v'),
      x('watch', 'own'),
      x('replicaOf', 'one', 6379),
      settle,
      { client: 'x', multi: [['get', 'k']] },
      x('get', 'k'),
      x('get', 'own'),
      x('set', 'k', 'w'),
      raw('x', 'MULTI'),
      raw('x', 'INCR', 'k'),
      raw('x', 'EXEC'),
      x('eval', 'return redis.call("get", KEYS[1])', { keys: ['k'] }),
      x('eval', 'return redis.call("set", KEYS[1], "w")', { keys: ['k'] }),
      x('eval', COMPARE_AND_DELETE, { keys: ['k'], arguments: ['v'] }),
      a('set', 'l', 'short', { PX: 100 }),
      a('incr', 'n'),
      a('expire', 'n', 200),
      settle,
      x('watch', 'l'),
      wait(200),
      x('get', 'l'),
      x('pTTL', 'l'),
      x('ttl', 'n'),
      { client: 'x', multi: [['get', 'n']] },
      x('replicaOf', 'one', 6379),
      x('replicaOf', 'NO', 'ONE'),
      x('set', 'k', 'two'),
      a('get', 'k'),
      x('get', 'l'),
      a('replicaOf', 'two', 6379),
      settle,
      a('get', 'k'),
      a('set', 'k', 'refused'),
    ],
  },
  {
    name: 'a primary that forgets takes its replica’s keys with it',
    steps: [
      x('replicaOf', 'one', 6379),
      a('set', 'lock', 'a', { NX: true, PX: 60_000 }),
      settle,
      x('get', 'lock'),
      { restart: 'one' },
      settle,
      x('get', 'lock'),
      b('set', 'lock', 'b', { NX: true, PX: 60_000 }),
      settle,
      x('get', 'lock'),
    ],
  },
  {
    name: 'a replica that forgets nothing is a primary again after a restart',
    steps: [
      x('replicaOf', 'one', 6379),
      a('set', 'k', 'v'),
      settle,
      { restart: 'two' },
      settle,
      x('get', 'k'),
      x('set', 'k', 'w'),
      a('get', 'k'),
    ],
  },
  {
    name: 'a transaction that began on a primary and ends on a replica',
    steps: [
      raw('x', 'MULTI'),
      raw('x', 'SET', 'k', 'v'),
      { client: 'y', call: ['replicaOf', 'one', 6379] },
      settle,
      raw('x', 'EXEC'),
      raw('x', 'EXEC'),
      raw('x', 'MULTI'),
      raw('x', 'GET', 'k'),
      raw('x', 'EXEC'),
    ],
  },
  {
    name: 'REPLICAOF with wrong arguments',
    steps: [
      raw('a', 'REPLICAOF', 'one'),
      raw('a', 'REPLICAOF', 'nowhere', 'x'),
      raw('a', 'REPLICAOF', 'nowhere', '70000'),
      raw('a', 'REPLICAOF', 'nowhere', '-1'),
      raw('a', 'replicaof', 'no', 'one'),
    ],
  },
]

const KEYS = ['k', 'l', 'm']
const VALUES = ['v', 'w', '', '1', '41', '007', '9223372036854775807', 'me']
/** Values that are no time to live: a short one would end sooner or later within the script. */
const NO_TIMES = ['v', 'w', '', '007', '9223372036854775807', 'me']
const CLIENTS: readonly Client[] = ['a', 'b', 'c']
const WRONG_WORDS = ['FOO', 'GET', 'NX', '-1', '1.5', 'x', '']

/** A random script on server `one`; in a few of them, something expires. */
export function randomScript(random: Random, length: number): Step[] {
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!
  const chance = (percent: number): boolean => random.below(100) < percent
  const steps: Step[] = []
  let times = 0
  // No time is used twice, so that GT and LT never have to tell two that differ by the milliseconds between commands.
  const seconds = (): number => 100 + 10 * times++
  const time = (unit: number): number => (chance(88) ? seconds() * unit : pick([0, -5, -100_000, 1.5]))
  const key = (): string => pick(KEYS)
  const keys = (): string | string[] => (chance(60) ? key() : Array.from({ length: random.below(4) }, key))
  const setOptions = (): object => ({
    ...(chance(25) ? { NX: true } : chance(15) ? { XX: true } : {}),
    ...(chance(20) ? { GET: true } : {}),
    ...(chance(20) ? { EX: time(1) } : chance(25) ? { PX: time(1000) } : chance(10) ? { KEEPTTL: true } : {}),
  })
  const mode = (): string[] => (chance(40) ? [pick(['NX', 'XX', 'GT', 'LT'])] : [])
  const evalOf = (script: string, keys: string[]): Call => [
    'eval',
    script,
    { keys, arguments: [pick(VALUES), `${seconds() * 1000}`] },
  ]
  /** Calls, each with how often it comes among a hundred. */
  const calls: readonly (readonly [number, () => Call])[] = [
    [12, () => ['get', key()]],
    [26, () => ['set', key(), pick(VALUES), setOptions()]],
    [5, () => ['setNX', key(), pick(VALUES)]],
    [7, () => ['del', keys()]],
    [4, () => ['exists', keys()]],
    [8, () => ['incr', key()]],
    [6, () => ['expire', key(), time(1), ...mode()]],
    [4, () => ['pExpire', key(), time(1000), ...mode()]],
    [3, () => ['ttl', key()]],
    [4, () => ['pTTL', key()]],
    [7, () => evalOf(pick(SPELLINGS), [key()])],
    [5, () => evalOf(randomLua(random), [key(), key()])],
    [9, () => ['sendCommand', wrongCommand()]],
  ]
  const call = (): Call => weighted(random, calls)()
  const wrongCommand = (): string[] => {
    const names = [
      'GET',
      'set',
      'SETNX',
      'DEL',
      'EXISTS',
      'INCR',
      'expire',
      'PEXPIRE',
      'TTL',
      'PTTL',
      'EVAL',
      'nope',
    ]
    const words = [pick(names)]
    const kinds: readonly (readonly [number, () => string])[] = [
      [50, key],
      [25, () => pick(NO_TIMES)],
      [10, () => pick(['NX', 'xx', 'GT', 'LT', 'GET', 'KEEPTTL', 'EX', 'px'])],
      [8, () => String(seconds() * 1000)],
      [7, () => pick(WRONG_WORDS)],
    ]
    for (let more = random.below(5); more > 0; more--) words.push(weighted(random, kinds)())
    return words
  }
  const expiry = (): Step[] => [
    // A deadline and what comes of it, with wide margins on both sides.
    { client: pick(CLIENTS), call: ['set', key(), pick(VALUES), { PX: 100 }] },
    ...(chance(50) ? [{ client: pick(CLIENTS), call: ['watch', key()] } as const] : []),
    wait(160),
  ]
  const some = <T>(make: () => T): T[] => Array.from({ length: random.below(4) }, make)
  const kinds: readonly (readonly [number, () => Step[]])[] = [
    [690, () => [{ client: pick(CLIENTS), call: call() }]],
    [70, () => [{ client: pick(CLIENTS), call: ['watch', keys()] }]],
    [15, () => [{ client: pick(CLIENTS), call: ['unwatch'] }]],
    [65, () => [{ client: pick(CLIENTS), multi: some(call) }]],
    [50, () => [raw(pick(CLIENTS), 'MULTI')]],
    [60, () => [raw(pick(CLIENTS), 'EXEC')]],
    [20, () => [raw(pick(CLIENTS), 'DISCARD')]],
    [15, () => [{ client: pick(CLIENTS), reconnect: true }]],
    [3, expiry],
    [12, () => [raw(pick(CLIENTS), ...wrongCommand())]],
  ]
  while (steps.length < length) steps.push(...weighted(random, kinds)())
  return steps
}

/** One of the things, each as often as its weight says. */
function weighted<T>(random: Random, things: readonly (readonly [number, T])[]): T {
  let rest = random.below(things.reduce((sum, [weight]) => sum + weight, 0))
  for (const [weight, thing] of things) {
    if (rest < weight) return thing
    rest -= weight
  }
  throw new Error('there is nothing to choose from')
}
