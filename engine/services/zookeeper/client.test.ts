/** The client library: arguments, results, errors, and the numbers under which it keeps watchers. */
import { describe, expect, it } from 'vitest'
import type { Plain } from '../../api.ts'
import { ACL, AssertionError, CreateMode, Event, Exception, State } from './client.ts'
import { type ZooKeeperLibrary, zookeeperClient } from './client.ts'
import { errorOf } from './protocol.ts'
import type { ClientCommand } from './session.ts'
import { Settled, SimulatedWorld } from './testing/world.ts'

interface Sent {
  readonly command: ClientCommand
  resolve(value: Plain): void
  reject(error: unknown): void
}

/** A library whose session is played by the test. */
function library(): ZooKeeperLibrary & { sent: Sent[] } {
  const sent: Sent[] = []
  const made = zookeeperClient(
    (command) => new Settled<Plain>((resolve, reject) => void sent.push({ command, resolve, reject })),
  )
  return { ...made, sent }
}

/** What a promise that is settled by now came to. */
function outcome(promise: PromiseLike<unknown>): unknown {
  let result: unknown = 'waiting'
  promise.then(
    (value) => (result = value),
    (error: unknown) => (result = error),
  )
  return result
}

function connected(): SimulatedWorld {
  const world = new SimulatedWorld(1_000)
  world.open('A', 'A')
  world.restore('A')
  return world
}

describe('create', () => {
  it('tells data, list and mode apart by their kind, in any order', () => {
    const { client, sent } = library()
    void client.create('/a', 'x', ACL.OPEN_ACL_UNSAFE, CreateMode.EPHEMERAL)
    void client.create('/a', CreateMode.EPHEMERAL, 'x')
    void client.create('/a')
    expect(sent.map(({ command }) => command)).toEqual([
      { op: 'create', path: '/a', data: 'x', mode: 1 },
      { op: 'create', path: '/a', data: 'x', mode: 1 },
      { op: 'create', path: '/a', data: null, mode: 0 },
    ])
  })

  it('refuses more than a megabyte of data, counted in bytes', () => {
    const world = connected()
    const error = outcome(world.client('A').create('/a', 'é'.repeat(524_289))) as AssertionError
    expect(error).toBeInstanceOf(AssertionError)
    expect(error.message).toBe('data must be equal of smaller than 1048576 bytes.')
    expect(outcome(world.client('A').create('/a', 'é'.repeat(524_288)))).toBe('/a')
  })
})

describe('a library listens', () => {
  it('as long as a watcher may be called, or somebody wants to know the state of the connection', () => {
    const { client, sent, notice, listens } = library()
    expect(listens()).toBe(false)
    void client.exists('/a', () => {})
    sent[0]!.resolve([null, true])
    expect(listens()).toBe(true)
    notice({ kind: 'event', type: Event.NODE_CREATED, path: '/a', watchers: [0] })
    expect(listens()).toBe(false)
    client.once('connected', () => {})
    expect(listens()).toBe(true)
  })
})

describe('an error', () => {
  it('is an Exception with the real client’s name, code and message', () => {
    const error = outcome(connected().client('A').getData('/a')) as Exception
    expect(error).toBeInstanceOf(Exception)
    expect(error).toBeInstanceOf(Error)
    expect([error.name, error.code, error.message]).toEqual(['NO_NODE', -101, 'Exception: NO_NODE[-101]'])
    expect(error.getCode()).toBe(Exception.NO_NODE)
    expect(error.getName()).toBe('NO_NODE')
    expect(String(error)).toBe('Exception: NO_NODE[-101]')
  })

  it('of wrong arguments is an AssertionError, and nothing reaches the server', () => {
    const world = connected()
    const before = world.state.zxid
    const error = outcome(world.client('A').create('no slash')) as AssertionError
    expect(error).toBeInstanceOf(AssertionError)
    expect([error.name, error.code, error.message]).toEqual([
      'AssertionError',
      'ERR_ASSERTION',
      'Node path must start with / character.',
    ])
    expect(() => world.client('A').transaction().remove('/a/')).toThrow(
      'Node path must not end with / character.',
    )
    expect(world.state.zxid).toBe(before)
  })
})

describe('watchers', () => {
  it('get the smallest number that is free, and the same one while they are waiting', () => {
    const { client, sent, notice } = library()
    const calls: string[] = []
    const first = (event: Event): void => void calls.push(`first ${event.toString()}`)
    const second = (event: Event): void => void calls.push(`second ${event.toString()}`)
    const numbers = (): unknown[] =>
      sent.map(({ command }) => ('watcher' in command ? command.watcher : null))
    void client.exists('/a', first)
    void client.exists('/b', second)
    void client.exists('/b', first)
    expect(numbers()).toEqual([0, 1, 0])
    for (const { resolve } of sent) resolve([null, true])
    notice({ kind: 'event', type: Event.NODE_CREATED, path: '/b', watchers: [1, 0] })
    expect(calls).toEqual(['second NODE_CREATED[1]@/b', 'first NODE_CREATED[1]@/b'])
    void client.exists('/c', () => undefined)
    // The first one still waits for /a; the second number is free again.
    expect(numbers()).toEqual([0, 1, 0, 1])
  })

  it('are forgotten when the request fails, or when they were set before', () => {
    const { client, sent } = library()
    const watcher = (): void => undefined
    client.getData('/a', watcher).then(
      () => undefined,
      () => undefined,
    )
    sent[0]!.reject(errorOf('NO_NODE'))
    void client.exists('/a', watcher)
    void client.exists('/a', watcher)
    sent[1]!.resolve([null, true])
    sent[2]!.resolve([null, false])
    void client.exists('/b', () => undefined)
    expect(sent.map(({ command }) => ('watcher' in command ? command.watcher : null))).toEqual([0, 0, 0, 1])
  })

  it('may watch again while they are called', () => {
    const world = connected()
    world.open('B', 'B')
    world.restore('B')
    const seen: string[] = []
    const watch = (event?: Event): void => {
      if (event !== undefined) seen.push(event.getName())
      void world.client('A').exists('/a', watch)
    }
    watch()
    void world.client('B').create('/a')
    void world.client('B').setData('/a', 'x')
    void world.client('B').remove('/a')
    void world.client('B').create('/a')
    expect(seen).toEqual(['NODE_CREATED', 'NODE_DATA_CHANGED', 'NODE_DELETED', 'NODE_CREATED'])
  })
})

describe('a client', () => {
  it('says when it is connected and when not, to those who listen once and to those who listen on', () => {
    const world = new SimulatedWorld(1_000)
    const client = world.open('A', 'A')
    const seen: string[] = []
    client.once('connected', () => void seen.push('connected once'))
    client.on('connected', () => void seen.push('connected'))
    client.on('state', (state) => void seen.push(state.toString()))
    expect(client.getState()).toBe(State.DISCONNECTED)
    world.restore('A')
    expect(client.getState()).toBe(State.SYNC_CONNECTED)
    world.cut('A')
    world.restore('A')
    expect(seen).toEqual([
      'connected once',
      'connected',
      'SYNC_CONNECTED[3]',
      'DISCONNECTED[0]',
      'connected',
      'SYNC_CONNECTED[3]',
    ])
  })

  it('does what it was asked while it was away, when it is back', () => {
    const world = connected()
    world.cut('A')
    const created = world.client('A').create('/a')
    expect(outcome(created)).toBe('waiting')
    world.restore('A')
    expect(outcome(created)).toBe('/a')
  })

  it('takes version 0 for any in a transaction, as the real one does', () => {
    const world = connected()
    const client = world.client('A')
    outcome(client.create('/a'))
    outcome(client.setData('/a', 'x'))
    expect(outcome(client.transaction().check('/a', 0).remove('/a', 0).commit())).toEqual([
      { type: 13 },
      { type: 2 },
    ])
  })
})
