/** The simulated ZooKeeper server, seen through its clients. What a real one does is compared in tests/fidelity. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Plain } from '../../api.ts'
import { canonical, copy } from '../../plain.ts'
import type { ServerContext } from '../service.ts'
import { advance } from '../service.ts'
import { CreateMode, Event, Exception } from './client.ts'
import type { ZooKeeper } from './client.ts'
import type { Command } from './protocol.ts'
import { type ZooKeeperOptions, type ZooKeeperState, zookeeper } from './server.ts'
import { SimulatedWorld } from './testing/world.ts'

const { EPHEMERAL, EPHEMERAL_SEQUENTIAL, PERSISTENT_SEQUENTIAL } = CreateMode

/** Clients that are connected to a new server. */
function world(clients: string, options: ZooKeeperOptions = {}, timeout = 1_000): SimulatedWorld {
  const made = new SimulatedWorld(timeout, options)
  for (const name of clients) {
    made.open(name, name)
    made.restore(name)
  }
  return made
}

/** What a request came to: it is answered at once here, or not at all. */
function now<Result>(promise: PromiseLike<Result>): Result {
  let outcome: { result: Result } | { error: unknown } | null = null
  promise.then(
    (result) => (outcome = { result }),
    (error: unknown) => (outcome = { error }),
  )
  const settled = outcome as { result: Result } | { error: unknown } | null
  if (settled === null) throw new Error('no answer yet')
  if ('error' in settled) throw settled.error
  return settled.result
}

function isWaiting(promise: PromiseLike<unknown>): boolean {
  let waits = true
  promise.then(
    () => (waits = false),
    () => (waits = false),
  )
  return waits
}

function errorOf(promise: PromiseLike<unknown>): string {
  try {
    now(promise)
  } catch (error) {
    return error instanceof Exception ? error.getName() : (error as Error).name
  }
  return 'none'
}

/** A watcher, and what it was called with. */
function recorder(): { events: string[]; watcher: (event: Event) => void } {
  const events: string[] = []
  return { events, watcher: (event) => void events.push(event.toString()) }
}

const names = (client: ZooKeeper, path: string): string[] => [...now(client.getChildren(path))[0]].sort()

describe('a session', () => {
  it('expires when nothing is heard of it for its timeout, and its ephemeral nodes go with it', () => {
    const made = world('AB')
    now(made.client('A').create('/lock', EPHEMERAL))
    made.pass(600)
    made.ping('B')
    made.pass(399)
    made.ping('B')
    expect(now(made.client('B').exists('/lock'))).not.toBeNull()
    made.pass(1)
    expect(now(made.client('B').exists('/lock'))).toBeNull()
  })

  it('lives on as long as its client pings or asks for anything', () => {
    const made = world('A')
    now(made.client('A').create('/lock', EPHEMERAL))
    for (let round = 0; round < 5; round++) {
      made.pass(900)
      if (round % 2 === 0) made.ping('A')
      else now(made.client('A').exists('/'))
    }
    expect(now(made.client('A').exists('/lock'))).not.toBeNull()
  })

  it('expires at the end of the tick in which its timeout ends, where the server has ticks', () => {
    const made = world('A', { tick: 100 }, 250)
    made.pass(30)
    made.ping('A')
    // 30 + 250 = 280, and the tick ends at 300.
    expect(zookeeper.deadlines(made.state)).toEqual([{ name: 'expire A', left: 270 }])
    made.pass(269)
    expect(Object.keys(made.state.sessions)).toEqual(['A'])
    made.pass(1)
    expect(Object.keys(made.state.sessions)).toEqual([])
  })

  it('gets a timeout of 2 to 20 ticks', () => {
    expect(now2(world('A', { tick: 100 }, 1))).toBe(200)
    expect(now2(world('A', { tick: 100 }, 5_000))).toBe(2_000)
    expect(now2(world('A', {}, 5_000))).toBe(5_000)
    function now2(made: SimulatedWorld): number {
      return made.client('A').getSessionTimeout()
    }
  })

  it('survives the loss of a connection, and a restart of the server', () => {
    const made = world('AB')
    now(made.client('A').create('/lock', EPHEMERAL))
    made.cut('A')
    made.pass(900)
    made.restore('A')
    made.ping('B')
    made.restartServer()
    made.pass(900)
    made.restore('A')
    made.restore('B')
    expect(now(made.client('B').exists('/lock'))?.ephemeralOwner).toBe(made.client('A').getSessionId())
    made.pass(1_000)
    expect(Object.keys(made.state.sessions)).toEqual([])
  })

  it('that has expired fails what waits for a connection, and all that comes after', () => {
    const made = world('A')
    const seen: string[] = []
    made.client('A').on('state', (state) => void seen.push(state.getName()))
    made.cut('A')
    const waiting = made.client('A').create('/a')
    expect(isWaiting(waiting)).toBe(true)
    made.expire('A')
    made.restore('A')
    expect(errorOf(waiting)).toBe('SESSION_EXPIRED')
    expect(errorOf(made.client('A').exists('/'))).toBe('SESSION_EXPIRED')
    expect(seen).toEqual(['DISCONNECTED', 'EXPIRED', 'DISCONNECTED'])
  })

  it('that expires while its client is connected costs the client its connection, and is lost when it is back', () => {
    const made = world('AB')
    const { events, watcher } = recorder()
    now(made.client('A').create('/lock', EPHEMERAL))
    now(made.client('B').exists('/lock', watcher))
    made.expire('A')
    expect(events).toEqual(['NODE_DELETED[2]@/lock'])
    expect(made.session('A').phase).toBe('connecting')
    made.restore('A')
    expect(errorOf(made.client('A').exists('/lock'))).toBe('SESSION_EXPIRED')
  })

  it('ends at once when its client closes it', () => {
    const made = world('AB')
    now(made.client('A').create('/lock', EPHEMERAL))
    made.client('A').close()
    expect(now(made.client('B').exists('/lock'))).toBeNull()
    expect(errorOf(made.client('A').exists('/lock'))).toBe('CONNECTION_LOSS')
  })

  it('has another name when the session before it is still alive', () => {
    const made = world('A')
    now(made.client('A').create('/lock', EPHEMERAL))
    made.cut('A')
    made.open('A', 'A')
    made.restore('A')
    expect(made.client('A').getSessionId()).toBe('A.2')
    expect(now(made.client('A').exists('/lock'))?.ephemeralOwner).toBe('A')
  })

  it('can’t be taken up with a wrong password', () => {
    const made = world('A')
    expect(made.intrude('A', false)).toBe(false)
    made.restore('A')
    expect(made.intrude('A', true)).toBe(true)
  })
})

describe('a lost answer', () => {
  it('leaves a node behind that the client does not know of', () => {
    const made = world('AB')
    now(made.client('A').create('/locks'))
    made.deafen('A')
    const created = made.client('A').create('/locks/n-', EPHEMERAL_SEQUENTIAL)
    expect(isWaiting(created)).toBe(true)
    made.cut('A')
    expect(errorOf(created)).toBe('CONNECTION_LOSS')
    expect(names(made.client('B'), '/locks')).toEqual(['n-0000000000'])
    made.restore('A')
    now(made.client('A').create('/locks/n-', EPHEMERAL_SEQUENTIAL))
    expect(names(made.client('B'), '/locks')).toEqual(['n-0000000000', 'n-0000000001'])
  })
})

describe('a watch', () => {
  it('is called before the client sees what came after the change', () => {
    const made = world('AB')
    now(made.client('A').create('/a', 'old'))
    const order: string[] = []
    made
      .client('B')
      .getData('/a', () => void order.push('event'))
      .then(([data]) => void order.push(data!), fail)
    made
      .client('A')
      .setData('/a', 'new')
      .then(() => undefined, fail)
    made
      .client('B')
      .getData('/a')
      .then(([data]) => void order.push(data!), fail)
    expect(order).toEqual(['old', 'event', 'new'])
    function fail(): void {
      order.push('failed')
    }
  })

  it('is not set by a read that fails, unless by exists', () => {
    const made = world('AB')
    const { events, watcher } = recorder()
    expect(errorOf(made.client('B').getData('/a', watcher))).toBe('NO_NODE')
    expect(errorOf(made.client('B').getChildren('/a', watcher))).toBe('NO_NODE')
    now(made.client('A').create('/a'))
    expect(events).toEqual([])
    now(made.client('B').exists('/b', watcher))
    now(made.client('A').create('/b'))
    expect(events).toEqual(['NODE_CREATED[1]@/b'])
  })

  it('wakes a client that waits for a change, and only then', () => {
    const made = world('AB')
    now(made.client('A').create('/a', EPHEMERAL))
    const changed = made.client('B').changed('/a')
    expect(isWaiting(changed)).toBe(true)
    made.client('A').close()
    expect(now(changed)?.getType()).toBe(Event.NODE_DELETED)
    expect(now(made.client('B').changed('/a'))).toBeNull()
  })

  it('lasts as long as the client remembers it, over any number of connections', () => {
    for (const zxid of [true, false, 'creations'] as const) {
      const made = world('AB', { zxid })
      const { events, watcher } = recorder()
      now(made.client('A').create('/a'))
      now(made.client('B').getData('/a', watcher))
      for (let round = 0; round < 3; round++) {
        made.cut('B')
        made.restore('B')
      }
      expect(events).toEqual([])
      made.cut('B')
      now(made.client('A').setData('/a', 'x'))
      expect(events).toEqual([])
      made.restore('B')
      now(made.client('A').setData('/a', 'y'))
      expect(events).toEqual(['NODE_DATA_CHANGED[3]@/a'])
    }
  })
})

describe('counters', () => {
  it('are real ones by default: each transaction has a zxid, failed ones and sessions included', () => {
    const made = world('A')
    now(made.client('A').create('/a'))
    expect(errorOf(made.client('A').create('/a'))).toBe('NODE_EXISTS')
    now(made.client('A').create('/b'))
    expect(now(made.client('A').exists('/b'))).toMatchObject({ czxid: 4, mzxid: 4, pzxid: 4 })
    expect(now(made.client('A').exists('/a'))?.czxid).toBe(2)
  })

  it('of creations give each node a larger czxid than those before it, and nothing else counts', () => {
    const made = world('AB', { zxid: 'creations' })
    now(made.client('A').create('/lock', EPHEMERAL))
    const first = now(made.client('A').exists('/lock'))!.czxid
    expect(errorOf(made.client('B').create('/lock', EPHEMERAL))).toBe('NODE_EXISTS')
    now(made.client('A').setData('/lock', 'x'))
    made.client('A').close()
    now(made.client('B').transaction().create('/lock', EPHEMERAL).create('/other').commit())
    const stat = now(made.client('B').exists('/lock'))!
    expect(stat.czxid).toBe(first + 1)
    expect(stat).not.toHaveProperty('mzxid')
    expect(now(made.client('B').exists('/other'))!.czxid).toBe(first + 2)
  })

  it('can be left out, so that a lock that was taken and given back leaves no trace', () => {
    const made = world('AB', { zxid: false, cversion: false })
    const before = canonical(made.state, 'state')
    for (const client of 'ABBA') {
      now(made.client(client).create('/lock', EPHEMERAL))
      now(made.client(client).remove('/lock'))
    }
    expect(canonical(made.state, 'state')).toBe(before)
    expect(now(made.client('A').exists('/'))).not.toHaveProperty('cversion')
  })

  it('of sequential nodes are never given twice, whatever is counted', () => {
    for (const cversion of [true, false]) {
      const made = world('A', { zxid: false, cversion })
      now(made.client('A').create('/plain'))
      const given = Array.from({ length: 3 }, () => {
        const path = now(made.client('A').create('/n-', PERSISTENT_SEQUENTIAL))
        now(made.client('A').remove(path))
        return path
      })
      const first = cversion ? 1 : 0
      expect(given).toEqual([0, 1, 2].map((number) => `/n-000000000${first + number}`))
    }
  })
})

/** Random events at a server, straight at its interface. */
const PATHS = ['/a', '/b', '/a/x', '/a/y', '/'] as const
const path = fc.constantFrom(...PATHS)
const command: fc.Arbitrary<Command> = fc.oneof(
  fc.record({
    op: fc.constant('create' as const),
    path,
    data: fc.constant(null),
    mode: fc.integer({ min: 0, max: 7 }),
  }),
  fc.record({ op: fc.constant('remove' as const), path, version: fc.integer({ min: -1, max: 1 }) }),
  fc.record({
    op: fc.constant('setData' as const),
    path,
    data: fc.constantFrom('x', null),
    version: fc.integer({ min: -1, max: 1 }),
  }),
  fc.record({
    op: fc.constantFrom('exists' as const, 'getData' as const, 'getChildren' as const),
    path,
    watch: fc.boolean(),
  }),
  fc.constantFrom<Command>({ op: 'ping' }, { op: 'close' }),
)
type Happening =
  | { kind: 'connect' | 'disconnect' | 'resume'; connection: string }
  | { kind: 'request'; connection: string; command: Command }
  | { kind: 'pass'; milliseconds: number }
const connection = fc.constantFrom('A', 'B', 'C')
const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('connect' as const, 'resume' as const, 'disconnect' as const),
      connection,
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('request' as const), connection, command }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      milliseconds: fc.integer({ min: 0, max: 700 }),
    }),
  },
)
const options: fc.Arbitrary<ZooKeeperOptions> = fc.record({
  zxid: fc.constantFrom(true, false, 'creations' as const),
  cversion: fc.boolean(),
  tick: fc.constantFrom(0, 70),
})

/** @returns what the server said */
function play(state: ZooKeeperState, { ...event }: Happening): Plain[] {
  const said: Plain[] = []
  const ctx: ServerContext = {
    reply: (to, request, answer) => void said.push([to, request, answer as unknown as Plain]),
    notify: (to, notice) => void said.push([to, notice]),
    close: (to) => void said.push([to, 'closed']),
    send: () => undefined,
  }
  switch (event.kind) {
    case 'connect':
    case 'resume': {
      const session =
        event.kind === 'connect'
          ? null
          : { id: event.connection, password: `password of ${event.connection}` }
      zookeeper.connect(state, event.connection, { timeout: 500, session, watches: false }, ctx)
      break
    }
    case 'disconnect':
      zookeeper.disconnect(state, event.connection, ctx)
      break
    case 'request':
      zookeeper.request(state, event.connection, 0, event.command, ctx)
      break
    case 'pass':
      advance(zookeeper as never, state as never, event.milliseconds, ctx)
  }
  return said
}

describe('the server', () => {
  it('goes on alike from a copy of its state that was written as text, keys sorted', () => {
    fc.assert(
      fc.property(options, fc.array(happening, { maxLength: 30 }), (given, events) => {
        let written = zookeeper.init(given)
        const kept = zookeeper.init(given)
        for (const event of events) {
          written = JSON.parse(sortedText(written)) as ZooKeeperState
          expect(play(written, event)).toEqual(play(kept, event))
          expect(canonical(written, 'state')).toBe(canonical(kept, 'state'))
        }
      }),
    )
  })

  it('lets time pass in parts as well as at once', () => {
    fc.assert(
      fc.property(
        options,
        fc.array(happening, { maxLength: 20 }),
        fc.nat({ max: 900 }),
        fc.nat({ max: 900 }),
        (given, events, first, second) => {
          const parts = zookeeper.init(given)
          for (const event of events) play(parts, event)
          const whole = copy(parts)
          const said = [first, second].flatMap((milliseconds) => play(parts, { kind: 'pass', milliseconds }))
          expect(said).toEqual(play(whole, { kind: 'pass', milliseconds: first + second }))
          expect(parts).toEqual(whole)
        },
      ),
    )
  })

  it('keeps its tree whole: every node is listed by its parent, and every ephemeral node by its session', () => {
    fc.assert(
      fc.property(options, fc.array(happening, { maxLength: 60 }), (given, events) => {
        const state = zookeeper.init(given)
        for (const event of events) play(state, event)
        const { nodes } = state.tree
        const listed = Object.entries(nodes).flatMap(([parent, node]) =>
          node.children.names.map((name) => (parent === '/' ? `/${name}` : `${parent}/${name}`)),
        )
        expect(listed.sort()).toEqual(
          Object.keys(nodes)
            .filter((one) => one !== '/')
            .sort(),
        )
        const owned = Object.entries(state.sessions).flatMap(([id, { ephemerals }]) =>
          ephemerals.names.map((one) => `${id} ${one}`),
        )
        const owners = Object.entries(nodes).flatMap(([one, { owner }]) =>
          owner === '' ? [] : [`${owner} ${one}`],
        )
        expect(owned.sort()).toEqual(owners.sort())
      }),
    )
  })

  it('answers every request of an open connection once', () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 40 }), (events) => {
        const state = zookeeper.init({})
        for (const event of events) {
          const isOpen = event.kind === 'request' && state.connections[event.connection] !== undefined
          const replies = play(state, event).filter((said) => Array.isArray(said) && said.length === 3)
          expect(replies.length).toBe(isOpen ? 1 : 0)
        }
      }),
    )
  })
})

function sortedText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  )
}
