/**
 * Scripts for the comparison with a real ZooKeeper server: one by hand for each thing that the course relies on, and random ones
 * in which three clients meet at few nodes. Every script begins with clients A, B and C connected and an empty node `/t`.
 */
import type { Random } from '../../engine/random.ts'
import { CreateMode } from '../../engine/services/zookeeper/client.ts'
import type { Call, ClientName, Happening, Step } from './zookeeper.ts'

/** The clients of a script. */
export const CLIENTS = ['A', 'B', 'C'] as const

const { PERSISTENT, EPHEMERAL, PERSISTENT_SEQUENTIAL, EPHEMERAL_SEQUENTIAL } = CreateMode

type Method = Exclude<Call['call'], 'transaction'>

function call(client: ClientName, method: Method, ...args: unknown[]): Step {
  return { client, call: method, args }
}

/** With a watcher as the last argument. */
function watch(client: ClientName, method: Method, path: string, watcher = 0): Step {
  return { client, call: method, args: [path], watcher }
}

function link(client: ClientName, happening: Happening): Step {
  return { client, link: happening }
}

function transaction(client: ClientName, ...operations: (readonly [string, ...unknown[]])[]): Step {
  return { client, call: 'transaction', operations }
}

/** Puts a client to its end and a new one in its place. */
const REBORN: readonly Happening[] = ['cut', 'expire', 'restore', 'reopen']

export const ZOOKEEPER_SCRIPTS: readonly { readonly name: string; readonly steps: readonly Step[] }[] = [
  {
    name: 'nodes are created, read, written and removed, with their versions',
    steps: [
      call('A', 'create', '/t/a'),
      call('A', 'create', '/t/b', ''),
      call('A', 'create', '/t/c', 'text', PERSISTENT),
      call('B', 'getData', '/t/a'),
      call('B', 'getData', '/t/b'),
      call('B', 'getData', '/t/c'),
      call('B', 'setData', '/t/c', 'Ünï ∀ 𝄞'),
      call('A', 'getData', '/t/c'),
      call('A', 'setData', '/t/c', 'x', 0),
      call('A', 'setData', '/t/c', 'x', 1),
      call('A', 'setData', '/t/c', 'x', -1),
      call('A', 'exists', '/t/c'),
      call('A', 'exists', '/t/d'),
      call('A', 'getChildren', '/t'),
      call('A', 'remove', '/t/c', 1),
      call('A', 'remove', '/t/c', 3),
      call('A', 'remove', '/t/c'),
      call('A', 'exists', '/t'),
    ],
  },
  {
    name: 'what can’t be done is refused with its error',
    steps: [
      call('A', 'create', '/t/e', 'x', EPHEMERAL),
      call('A', 'create', '/t/e/f'),
      call('B', 'create', '/t/e/f', EPHEMERAL_SEQUENTIAL),
      call('A', 'create', '/t/e'),
      call('A', 'create', '/t/n/n'),
      call('A', 'create', '/t'),
      call('A', 'create', '/'),
      call('A', 'remove', '/t'),
      call('A', 'remove', '/'),
      call('A', 'remove', '/zookeeper'),
      call('A', 'remove', '/zookeeper/quota'),
      call('A', 'remove', '/t/n'),
      call('A', 'getData', '/t/n'),
      call('A', 'setData', '/t/n', 'x'),
      call('A', 'getChildren', '/t/n'),
      call('A', 'changed', '/t/n'),
      call('A', 'create', '/t/m', 5),
      call('A', 'create', '/t/m', 6),
      call('A', 'create', '/t/m', 7),
      call('A', 'create', '/t/m', -1),
      call('A', 'getData', '/'),
      call('A', 'getChildren', '/'),
      call('A', 'getChildren', '/zookeeper'),
    ],
  },
  {
    name: 'wrong arguments do not reach the server',
    steps: [
      ...['', 't', '/t/', '//', '/t//a', '/t/./a', '/t/..', '/t/.', '/t/...', '/t/.a'].flatMap((path) => [
        call('A', 'create', path),
        call('A', 'exists', path),
        call('A', 'getData', path),
        call('A', 'remove', path),
        transaction('A', ['remove', path]),
      ]),
      ...['/t/\u0001', '/t/a\u0000', '/t/\u007f', '/t/\ue000', '/t/\ufffd', '/t/é', '/n/\u0001'].flatMap(
        (path) => [
          call('A', 'create', path),
          call('A', 'create', path, EPHEMERAL_SEQUENTIAL),
          call('A', 'setData', path, 'x'),
          call('A', 'exists', path),
          call('A', 'getData', path),
          call('A', 'getChildren', path),
          call('A', 'remove', path),
        ],
      ),
      call('A', 'create', '/t/acl', 'x', []),
      call('A', 'setData', '/t', null),
      call('A', 'setData', '/t', undefined),
      call('A', 'setData', '/t', 'x', 'y'),
      call('A', 'setData', '/t', 5),
      call('A', 'remove', '/t', null),
      call('A', 'remove', '/t', undefined),
      transaction('A', ['check', '/t', 'x']),
      transaction('A', ['setData', '/t', 5]),
      transaction('A', ['create', '/t/acl', []]),
    ],
  },
  {
    name: 'sequential nodes have the number of children created in their parent',
    steps: [
      call('A', 'create', '/t/s-', PERSISTENT_SEQUENTIAL),
      call('B', 'create', '/t/s-', 'x', EPHEMERAL_SEQUENTIAL),
      call('A', 'create', '/t/plain'),
      call('A', 'create', '/t/s-', PERSISTENT_SEQUENTIAL),
      call('A', 'remove', '/t/s-0000000003'),
      call('A', 'remove', '/t/plain'),
      call('A', 'create', '/t/s-', PERSISTENT_SEQUENTIAL),
      call('A', 'create', '/t/plain'),
      call('A', 'create', '/t/plain'),
      call('A', 'create', '/t/other-', EPHEMERAL_SEQUENTIAL),
      call('A', 'create', '/t/s-0000000007'),
      call('A', 'create', '/t/s-', PERSISTENT_SEQUENTIAL),
      call('A', 'create', '/t/s-0000000009'),
      call('A', 'create', '/t/s-', PERSISTENT_SEQUENTIAL),
      call('A', 'create', '/t/plain/', PERSISTENT_SEQUENTIAL),
      call('A', 'create', '/t/plain/s', PERSISTENT_SEQUENTIAL),
      call('A', 'getChildren', '/t'),
      call('A', 'getChildren', '/t/plain'),
    ],
  },
  {
    name: 'children come in the order of the server’s hash table, which grows',
    steps: [
      ...Array.from({ length: 20 }, () => call('A', 'create', '/t/lock-', EPHEMERAL_SEQUENTIAL)),
      ...['Aa', 'BB', 'b', 'zz', 'C#', 'Bb'].map((name) => call('A', 'create', `/t/${name}`)),
    ].flatMap((step) => [step, call('B', 'getChildren', '/t')]),
  },
  {
    name: 'watches on data fire once, at creation, change and removal',
    steps: [
      watch('B', 'exists', '/t/a'),
      watch('B', 'exists', '/t/a', 1),
      watch('C', 'getData', '/t/a'),
      call('A', 'create', '/t/a', 'x'),
      call('A', 'setData', '/t/a', 'y'),
      watch('B', 'getData', '/t/a'),
      watch('B', 'exists', '/t/a'),
      watch('C', 'exists', '/t/a'),
      watch('C', 'exists', '/t/a', 1),
      call('A', 'setData', '/t/a', 'y'),
      watch('B', 'getData', '/t/a'),
      call('A', 'create', '/t/a/b'),
      call('A', 'remove', '/t/a/b'),
      call('A', 'remove', '/t/a'),
      watch('B', 'exists', '/t/a'),
      call('B', 'create', '/t/a'),
    ],
  },
  {
    name: 'watches on children fire once, at creation and removal of a child and of the node',
    steps: [
      call('A', 'create', '/t/a'),
      watch('B', 'getChildren', '/t/a'),
      watch('C', 'getChildren', '/'),
      call('A', 'setData', '/t/a', 'x'),
      call('A', 'create', '/t/a/b'),
      watch('B', 'getChildren', '/t/a'),
      call('A', 'setData', '/t/a/b', 'x'),
      call('A', 'create', '/t/a/b/c'),
      call('A', 'remove', '/t/a/b/c'),
      call('A', 'remove', '/t/a/b'),
      watch('B', 'getChildren', '/t/a'),
      watch('B', 'getChildren', '/t'),
      watch('B', 'getData', '/t/a', 1),
      watch('C', 'getData', '/t/a', 1),
      watch('C', 'getChildren', '/t', 1),
      call('A', 'remove', '/t/a'),
      watch('A', 'getChildren', '/t/a'),
      call('A', 'create', '/t/a'),
    ],
  },
  {
    name: 'ephemeral nodes go with their session, in the order of the server’s hash table',
    steps: [
      watch('B', 'getChildren', '/t'),
      ...['b', 'a', 'd', 'c', 'Aa', 'BB', 'C#'].map((name) => call('A', 'create', `/t/${name}`, EPHEMERAL)),
      call('A', 'create', '/t/s-', EPHEMERAL_SEQUENTIAL),
      call('A', 'remove', '/t/Aa'),
      call('A', 'create', '/t/Aa', EPHEMERAL),
      ...['a', 'b', 'c', 'd', 'Aa', 'BB', 'C#', 's-0000000007'].map((name) =>
        watch('B', 'exists', `/t/${name}`),
      ),
      watch('A', 'exists', '/t/a'),
      link('A', 'close'),
      call('A', 'exists', '/t/a'),
      call('B', 'getChildren', '/t'),
    ],
  },
  // Java copies the set of a session's nodes into a smaller table first, which gives another order.
  ...['ai', 'ih', 'hbn', 'nqa', 'dihg', 'qakjm', 'abcdefghijklm', 'mlkjihgfedcbaxyz'].map((names) => ({
    name: `few ephemeral nodes and many go in the order of the server’s hash table: ${names}`,
    steps: [
      ...[...names].map((name) => call('A', 'create', `/t/${name}`, EPHEMERAL)),
      ...[...names].map((name) => watch('B', 'exists', `/t/${name}`)),
      ...[...names].map((name) => watch('A', 'exists', `/t/${name}`)),
      ...(names.length % 2 === 0 ? [link('A', 'close')] : [link('A', 'cut'), link('A', 'expire')]),
    ],
  })),
  {
    name: 'a session expires while its client is away, and the client learns it when it is back',
    steps: [
      call('A', 'create', '/t/a', EPHEMERAL),
      watch('A', 'exists', '/t/a'),
      call('A', 'changed', '/t'),
      watch('B', 'exists', '/t/a'),
      link('A', 'cut'),
      call('A', 'getData', '/t/a'),
      call('A', 'create', '/t/b'),
      link('A', 'expire'),
      call('B', 'create', '/t/a', EPHEMERAL),
      link('A', 'restore'),
      call('A', 'create', '/t/a'),
      link('A', 'reopen'),
      call('A', 'create', '/t/a'),
      call('A', 'getData', '/t/a'),
    ],
  },
  {
    name: 'a session lives on when its connection is lost, and its nodes with it',
    steps: [
      call('A', 'create', '/t/a', EPHEMERAL),
      watch('B', 'exists', '/t/a'),
      link('A', 'cut'),
      call('B', 'exists', '/t/a'),
      call('A', 'exists', '/t/a'),
      link('A', 'restore'),
      call('A', 'exists', '/t/a'),
      call('A', 'remove', '/t/a'),
    ],
  },
  {
    name: 'a node is created although the answer was lost',
    steps: [
      link('A', 'deafen'),
      call('A', 'create', '/t/a', 'x', EPHEMERAL_SEQUENTIAL),
      call('B', 'getChildren', '/t'),
      link('A', 'cut'),
      link('A', 'restore'),
      call('A', 'getChildren', '/t'),
      call('A', 'create', '/t/a', 'x', EPHEMERAL_SEQUENTIAL),
    ],
  },
  {
    name: 'a client that is back is told what it has missed, and watches on',
    steps: [
      ...['changed', 'removed', 'same', 'again'].map((name) => call('A', 'create', `/t/${name}`)),
      ...['changed', 'removed', 'same', 'again'].flatMap((name) => [
        watch('B', 'getData', `/t/${name}`, 0),
        watch('B', 'getChildren', `/t/${name}`, 1),
        watch('C', 'exists', `/t/${name}`, 0),
      ]),
      watch('B', 'exists', '/t/new', 2),
      watch('B', 'exists', '/t/never', 2),
      watch('B', 'exists', '/t/brief', 2),
      link('B', 'cut'),
      link('C', 'deafen'),
      call('A', 'setData', '/t/changed', 'x'),
      call('A', 'create', '/t/changed/child'),
      call('A', 'remove', '/t/removed'),
      call('A', 'remove', '/t/again'),
      call('A', 'create', '/t/again'),
      call('A', 'create', '/t/new'),
      call('A', 'create', '/t/brief'),
      call('A', 'remove', '/t/brief'),
      link('B', 'restore'),
      link('C', 'cut'),
      link('C', 'restore'),
      call('A', 'setData', '/t/same', 'x'),
      call('A', 'create', '/t/same/child'),
      call('A', 'create', '/t/never'),
      call('A', 'setData', '/t/changed', 'y'),
    ],
  },
  {
    name: 'a client that waits for a change is woken by it, once, whatever happened to its connection',
    steps: [
      call('A', 'create', '/t/a', EPHEMERAL),
      call('B', 'changed', '/t/a'),
      call('C', 'changed', '/t/a'),
      call('C', 'changed', '/t/a'),
      link('C', 'cut'),
      link('A', 'close'),
      link('C', 'restore'),
      link('A', 'reopen'),
      call('A', 'create', '/t/a'),
      call('B', 'changed', '/t/a'),
      call('C', 'changed', '/t/a'),
      call('A', 'setData', '/t/a', 'x'),
      call('C', 'changed', '/t/a'),
      link('C', 'close'),
      call('C', 'changed', '/t/a'),
    ],
  },
  {
    name: 'a session moves to the connection that takes it up',
    steps: [
      call('A', 'create', '/t/a', EPHEMERAL),
      watch('A', 'getData', '/t/a'),
      watch('B', 'getData', '/t/a'),
      link('A', 'steal'),
      call('A', 'exists', '/t/a'),
      link('A', 'restore'),
      call('B', 'setData', '/t/a', 'x'),
      link('A', 'guess'),
      link('A', 'restore'),
      call('A', 'getData', '/t/a'),
    ],
  },
  {
    name: 'a transaction is done as a whole or not at all',
    steps: [
      watch('B', 'getChildren', '/t'),
      watch('B', 'exists', '/t/a'),
      transaction(
        'A',
        ['create', '/t/a', 'x'],
        ['create', '/t/a/s-', PERSISTENT_SEQUENTIAL],
        ['create', '/t/a/s-', EPHEMERAL_SEQUENTIAL],
        ['setData', '/t/a', 'y', -1],
        ['check', '/t/a', 1],
        ['remove', '/t/a/s-0000000000'],
      ),
      call('A', 'getChildren', '/t/a'),
      watch('B', 'getChildren', '/t'),
      transaction('A', ['create', '/t/b', EPHEMERAL], ['check', '/t/a', 7], ['remove', '/t/a']),
      call('A', 'getChildren', '/t'),
      call('A', 'create', '/t/s-', PERSISTENT_SEQUENTIAL),
      transaction('A', ['create', '/t/b'], ['create', '/t/b'], ['remove', '/t/n']),
      transaction('A', ['create', '/t/b'], ['remove', '/t/b']),
      transaction('A', ['setData', '/t/a', 'z', 0], ['setData', '/t/a', null]),
      transaction('A'),
      transaction('A', ['remove', '/'], ['create', '/t/b']),
      transaction('A', ['setData', '/t/\u0001', 'x']),
      transaction('A', ['check', '/t/\u0001', 1]),
      link('A', 'close'),
      transaction('A', ['create', '/t/b']),
      call('B', 'getChildren', '/t/a'),
    ],
  },
  {
    name: 'the lock recipe: the first in line has the lock, each other waits for the one before it',
    steps: [
      ...CLIENTS.map((client) => call(client, 'create', '/t/lock-', EPHEMERAL_SEQUENTIAL)),
      ...CLIENTS.map((client) => call(client, 'getChildren', '/t')),
      watch('B', 'exists', '/t/lock-0000000000'),
      watch('C', 'exists', '/t/lock-0000000001'),
      ...REBORN.map((happening) => link('A', happening)),
      call('B', 'getChildren', '/t'),
      call('A', 'create', '/t/lock-', EPHEMERAL_SEQUENTIAL),
      call('B', 'remove', '/t/lock-0000000001'),
      call('C', 'getChildren', '/t'),
    ],
  },
]

const PATHS = [
  '/t',
  '/t/a',
  '/t/b',
  '/t/c',
  '/t/a/x',
  '/t/a/y',
  '/t/b/x',
  '/t/s-0000000000',
  '/t/s-0000000002',
  '/t/n/n',
  '/',
  '/zookeeper',
]
/** Nodes whose data would outlive the script. */
const SERVERS_OWN = ['/', '/zookeeper']
const WRONG_PATHS = ['', 't', '/t/', '/t//a', '/t/.', '/t/\u0002', '/t/a\u0000', '/t/\ue001']
const NEW = ['/t/a', '/t/b', '/t/c', '/t/a/x', '/t/a/y', '/t/b/x', '/t/a/x/z', '/t/n/n']
const SEQUENTIAL = ['/t/s-', '/t/a/', '/t/b/s']
const DATA = ['x', 'y', '', 'zoë']
const VERSIONS = [-1, -1, 0, 0, 1, 1, 2, 7]
const MODES = [PERSISTENT, EPHEMERAL, EPHEMERAL]

/** A random script: three clients at few nodes, a share of wrong commands, and links that are lost every now and then. */
export function randomScript(random: Random, steps: number): Step[] {
  const pick = <Choice>(choices: readonly Choice[]): Choice => choices[random.below(choices.length)]!
  // Many scripts leave connections alone, so that long runs without a loss come about as well.
  const losses = random.below(3)
  return Array.from({ length: steps }, () => {
    const client = pick(CLIENTS)
    if (random.below(100) < 10 * losses) return { client, link: pick(HAPPENINGS) }
    if (random.below(12) === 0) return { client, call: 'transaction', operations: randomOperations(random) }
    return { client, ...randomCall(random) }
  })
}

/** A connection that is away comes back soon, and what costs much time is rare. */
const HAPPENINGS: readonly Happening[] = [
  ...(['cut', 'cut', 'cut', 'cut', 'deafen', 'deafen', 'deafen'] as const),
  ...(['restore', 'restore', 'restore', 'restore', 'restore', 'restore'] as const),
  ...(['expire', 'close', 'close', 'reopen', 'reopen', 'reopen', 'steal', 'guess'] as const),
]

function randomCall(random: Random): Call {
  const pick = <Choice>(choices: readonly Choice[]): Choice => choices[random.below(choices.length)]!
  const path = pathOf(random, PATHS)
  const watcher = random.below(2) === 0 ? random.below(3) : undefined
  switch (random.below(13)) {
    case 0:
    case 1:
    case 2:
      return {
        call: 'create',
        args: [pathOf(random, NEW), ...(random.below(2) ? [pick(DATA)] : []), pick(MODES)],
      }
    case 3:
    case 4:
      return {
        call: 'create',
        args: [pathOf(random, SEQUENTIAL), pick([PERSISTENT_SEQUENTIAL, EPHEMERAL_SEQUENTIAL])],
      }
    case 5:
      return { call: 'remove', args: random.below(2) ? [path] : [path, pick(VERSIONS)] }
    case 6:
      return { call: 'remove', args: [pick(NEW)] }
    case 7:
      return { call: 'setData', args: [SERVERS_OWN.includes(path) ? '/t' : path, pick(DATA), pick(VERSIONS)] }
    case 8:
      return { call: 'changed', args: [path] }
    case 9:
      return { call: 'create', args: [pick(NEW), pick(DATA), pick([5, 6, 7, 99, -3])] }
    case 10:
      return { call: 'getData', args: [path], ...(watcher !== undefined && { watcher }) }
    case 11:
      return { call: 'exists', args: [path], ...(watcher !== undefined && { watcher }) }
    default:
      return { call: 'getChildren', args: [path], ...(watcher !== undefined && { watcher }) }
  }
}

function randomOperations(random: Random): (readonly [string, ...unknown[]])[] {
  const pick = <Choice>(choices: readonly Choice[]): Choice => choices[random.below(choices.length)]!
  return Array.from({ length: random.below(5) }, () => {
    const path = pathOf(random, PATHS)
    switch (random.below(6)) {
      case 0:
      case 1:
        return ['create', pathOf(random, NEW), pick(DATA), pick(MODES)] as const
      case 2:
        return ['create', pick(SEQUENTIAL), pick([PERSISTENT_SEQUENTIAL, EPHEMERAL_SEQUENTIAL])] as const
      case 3:
        return ['remove', path, pick(VERSIONS)] as const
      case 4:
        return ['setData', SERVERS_OWN.includes(path) ? '/t' : path, pick(DATA), pick(VERSIONS)] as const
      default:
        return ['check', path, pick(VERSIONS)] as const
    }
  })
}

function pathOf(random: Random, paths: readonly string[]): string {
  const choices = random.below(15) === 0 ? WRONG_PATHS : paths
  return choices[random.below(choices.length)]!
}
