/** Messages of processes and servers read as what they are, and a protocol's own messages stay what they were. */
import { describe, expect, test } from 'vitest'
import { en } from '../text/en.ts'
import { messageLabel } from './label.ts'
import { timerLabel } from './timer-label.ts'

const label = (type: string, fields: unknown): string => messageLabel({ type, fields }, en)
const request = (command: unknown, connection = 'A'): string =>
  label('request', { connection, request: 1, command })
const reply = (value: unknown, number = 1): string =>
  label('reply', { connection: 'A', request: number, answer: { value } })
const notice = (given: unknown): string => label('notice', { connection: 'A', notice: given })

describe('a request', () => {
  test.each([
    [['SET', 'lock', 'A', 'PX', '1000', 'NX'], 'SET lock A PX 1000 NX'],
    [['SET', 'name', 'two words', 'EX', '5'], 'SET name "two words" EX 5'],
    [['SET', 'empty', ''], 'SET empty ""'],
    [
      ['EVAL', "if redis.call('get', KEYS[1]) == ARGV[1] then return 1 end", '1', 'lock', 'A'],
      `EVAL "if redis.call('get', KEYS[1]) == ARGV[1…" 1 lock A`,
    ],
    [
      {
        transaction: [
          ['GET', 'a'],
          ['INCR', 'b'],
        ],
      },
      'MULTI; GET a; INCR b; EXEC',
    ],
    [{ text: 'begin', values: null }, 'begin'],
    [
      { text: 'insert into payment\n  values ($1, $2, $3)', values: [7, "O'Neil", null] },
      "insert into payment values (7, 'O''Neil', null)",
    ],
    [{ text: "select '$1', $2, $10 from t", values: [1, true] }, "select '$1', true, $10 from t"],
    [{ op: 'create', path: '/lock/node-', data: null, mode: 3 }, 'create /lock/node- ephemeral sequential'],
    [{ op: 'create', path: '/config', data: 'red', mode: 0 }, 'create /config red'],
    [{ op: 'exists', path: '/lock/a', watch: true }, 'exists /lock/a watch'],
    [{ op: 'getChildren', path: '/lock', watch: false }, 'getChildren /lock'],
    [{ op: 'setData', path: '/a', data: '1', version: 4 }, 'setData /a 1 version 4'],
    [{ op: 'remove', path: '/a', version: -1 }, 'remove /a'],
    [
      {
        op: 'multi',
        operations: [
          { op: 'check', path: '/a', version: 2 },
          { op: 'remove', path: '/b', version: -1 },
        ],
      },
      'multi: check /a version 2; remove /b',
    ],
    [{ op: 'setWatches', data: ['/a'], exist: [], child: ['/b'] }, 'setWatches /a /b'],
    [
      {
        kind: 'produce',
        topicMessages: [{ topic: 'orders', messages: [{ key: 'ann', value: '7' }, { value: '8' }] }],
        acks: -1,
      },
      'send orders ann=7, 8',
    ],
    [{ kind: 'poll', group: 'billing', timeout: 500 }, 'poll 500 ms'],
    [
      { kind: 'commit', group: 'g', offsets: [{ topic: 'orders', partition: 1, offset: '3' }] },
      'commit orders/1 → 3',
    ],
    [{ kind: 'subscribe', group: 'g', topics: ['orders'], fromBeginning: true }, 'subscribe orders'],
    [{ kind: 'heartbeat', group: 'g' }, 'heartbeat'],
  ])('%j reads %s', (command, expected) => {
    expect(request(command)).toBe(expected)
  })

  test('says over which connection it goes where a process has several', () => {
    expect(request({ text: 'begin', values: null }, 'A/0')).toBe('begin')
    expect(request({ text: 'begin', values: null }, 'A/1')).toBe('begin (2)')
  })
})

describe('an answer', () => {
  test.each([
    ['OK', 'OK'],
    [1, '1'],
    [null, 'null'],
    [[], '[]'],
    [['a', null], '[a, –]'],
    [{ command: 'BEGIN', rowCount: null, rows: [] }, 'BEGIN'],
    [{ command: 'UPDATE', rowCount: 0, rows: [] }, 'UPDATE 0'],
    [{ command: 'SELECT', rowCount: 1, rows: [{ id: 1, owner: 'ann' }] }, 'SELECT 1: 1, ann'],
    [{ command: 'SELECT', rowCount: 2, rows: [{ id: 1 }, { id: 2 }] }, 'SELECT 2'],
    [{ result: '/lock/node-0000000000', zxid: 4 }, '/lock/node-0000000000'],
    [{ result: { children: ['b', 'a'], stat: {} } }, '[a, b]'],
    [{ result: { data: 'red', stat: {} } }, 'red'],
    [{ result: { version: 3, numChildren: 0 } }, 'version 3'],
    [{ result: null }, 'done'],
    [
      [{ topic: 'orders', partition: 0, message: { key: 'ann', value: 'pay 7', offset: '3', headers: {} } }],
      'orders/0:3 "pay 7"',
    ],
    [[{ topicName: 'orders', partition: 1, errorCode: 0, baseOffset: '5' }], 'orders/1:5'],
  ])('%j reads %s', (value, expected) => {
    expect(reply(value)).toBe(expected)
  })

  test('to the opening of a connection says that it is open', () => {
    expect(reply(null, 0)).toBe('connected')
  })

  test('that is an error names its code, or what it says where it has none', () => {
    const failed = (error: object): string =>
      label('reply', { connection: 'A', request: 1, answer: { error } })
    expect(failed({ name: 'DatabaseError', code: '23505', message: 'duplicate key' })).toBe('error 23505')
    expect(failed({ name: 'SimpleError', code: '', message: 'WRONGTYPE' })).toBe('error WRONGTYPE')
  })
})

test('what a server says by itself, and the end of a connection, have words', () => {
  expect(notice({ kind: 'event', type: 2, path: '/lock/a' })).toBe('NODE_DELETED /lock/a')
  expect(notice({ kind: 'connected', session: { id: 'A', password: 'x' }, timeout: 10 })).toBe('session A')
  expect(notice({ kind: 'expired' })).toBe('session expired')
  expect(label('close', { connection: 'A' })).toBe('connection closed')
  expect(label('open', { connection: 'A', request: 0, hello: null })).toBe('connect')
})

test('a protocol’s own messages are not taken for the wire’s', () => {
  expect(label('request', { n: 1, command: 'x' })).toBe('request 1 x')
  expect(label('close', {})).toBe('close')
  expect(label('reply', { connection: 'A', answer: 3 })).toBe('reply A 3')
  expect(label('prepare', { n: 2, v: 8 })).toBe('prepare 2 8')
})

test.each([
  ['due:expire:lock', 'key lock expires'],
  ['due:expire:a:b', 'key a:b expires'],
  ['due:expire A', 'session A expires'],
  ['due:poll "A" of "g"', 'poll of A ends'],
  ['due:session "A" of "g"', 'session of A ends'],
  ['due:session lost 0 of "g"', 'session of a lost consumer ends'],
  ['due:rebalance of "g"', 'rebalance of g ends'],
  ['due:orders(1).due', 'orders(1).due comes'],
  ['wake:2', 'wakes up'],
  ['election', 'election'],
])('the timer %s is called %s', (timer, expected) => {
  expect(timerLabel(timer, en)).toBe(expected)
})
