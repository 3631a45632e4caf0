/** What a crash, of a server or of a process, does to connections, disks and names. */
import { describe, expect, test } from 'vitest'
import type { Crashes, System } from '../actors/system.ts'
import { notes } from '../clients/notes.ts'
import { type ShownProcess, processNode } from '../clients/process-node.ts'
import { Run } from '../drivers/run.ts'
import type { Action } from '../model.ts'
import { compiled } from '../testing/clients/compiled.ts'
import { lockClients } from '../testing/redis-lock.ts'
import { exploreSystem } from '../testing/search.ts'
import { redisLink } from './redis/link.ts'
import { type RedisState, redisServer } from './redis/server.ts'
import { en } from '../text/en.ts'
import { describeStep } from '../trace/transcript.ts'
import { connectionsOf, serverNode } from './server-node.ts'
import { CONNECTIONS, PROCESS_SENDS, SERVER_SENDS } from './wire.ts'

function room(
  source: string,
  crashes: Crashes | null,
  persistence: 'none' | 'every-write' = 'every-write',
  drops = 0,
): System {
  return {
    nodes: [
      processNode('A', 'client', {
        program: compiled(source),
        entry: 'main',
        links: { redis: redisLink('redis'), notes: notes() },
      }),
      {
        id: 'redis',
        role: 'server',
        definition: serverNode(redisServer, { persistence }, { opened: connectionsOf(['A']), crashes: true }),
      },
    ],
    roles: {
      client: {
        sends: PROCESS_SENDS,
        observe: ({ state }) => (state as ShownProcess | null)?.links['notes'] ?? null,
      },
      server: { sends: SERVER_SENDS, observe: ({ state }) => (state as RedisState | null)?.entries ?? null },
    },
    network: { duplicates: 0, drops, streams: CONNECTIONS },
    crashes,
    properties: [
      {
        id: 'kept',
        kind: 'always',
        violated(view) {
          const told = (view[0]!.seen as { told?: boolean } | null)?.told === true
          const entries = view[1]!.seen as RedisState['entries'] | null
          return told && entries !== null && entries.length === 0 ? { entries: 0 } : null
        },
      },
    ],
  }
}

const SERVER: Crashes = { roles: ['server'], limit: 2, restart: 'later' }
const CLIENT: Crashes = { roles: ['client'], limit: 1, restart: 'later' }

const keysOf = (run: Run): string[] =>
  (run.record.frames.at(-1)!.nodes[1]!.state as unknown as RedisState).entries.map(({ key }) => key)
const deliver = (run: Run, to: string): void => {
  run.take(run.enabled().find((action) => action.kind === 'deliver' && action.to === to)!)
}
const take = (run: Run, ...actions: readonly Action[]): void => {
  for (const action of actions) run.take(action)
}

describe('a server that crashes', () => {
  const ONCE = `
export async function main({ redis, notes }) {
  await redis.set('key', 'value')
  notes.note('told', true)
}`

  test('has on its disk whatever it has answered', () => {
    expect(exploreSystem(room(ONCE, SERVER))).toMatchObject({ complete: true, findings: [], failure: null })
  })

  test('has not, where it does not persist', () => {
    expect(exploreSystem(room(ONCE, SERVER, 'none')).findings).toHaveLength(1)
  })

  test('does not look at what was sent before its crash was noticed', () => {
    const run = new Run(room(ONCE, SERVER))
    take(run, { kind: 'crash', node: 'redis' }, { kind: 'restart', node: 'redis' })
    deliver(run, 'redis')
    expect(keysOf(run)).toEqual([])
    // The client learns of it, and its request has failed.
    deliver(run, 'A')
    expect((run.record.frames.at(-1)!.nodes[0]!.state as unknown as ShownProcess).ended).toMatchObject({
      kind: 'thrown',
      error: { message: 'Socket closed unexpectedly' },
    })
  })

  test('is connected to again by a client that goes on', () => {
    const again = `
export async function main({ redis, notes }) {
  for (let errors = 0; ; errors++) {
    notes.note('errors', errors)
    try {
      await redis.set('key', 'value')
      notes.note('told', true)
      return
    } catch {}
  }
}`
    const system = room(again, SERVER)
    expect(exploreSystem(system)).toMatchObject({ complete: true, findings: [], failure: null })
    const run = new Run(system)
    take(run, { kind: 'crash', node: 'redis' }, { kind: 'restart', node: 'redis' })
    for (let enabled = run.enabled(); enabled.length > 0; enabled = run.enabled()) run.take(enabled[0]!)
    expect(keysOf(run)).toEqual(['key'])
    // One connection was lost, and no more than that.
    const { links } = run.record.frames.at(-1)!.nodes[0]!.state as unknown as ShownProcess
    expect(links['notes']).toEqual({ errors: 1, told: true })
  })
})

describe('a connection that breaks', () => {
  /** Sets a key until it has been told that it is set, and counts what was lost. */
  const STUBBORN = `
export async function main({ redis, notes }) {
  for (let errors = 0; ; errors++) {
    notes.note('errors', errors)
    try {
      await redis.set('key', 'value')
      await redis.set('other', 'value')
      notes.note('told', true)
      return
    } catch {}
  }
}`
  const errorsOf = (seen: unknown): number => (seen as { errors?: number } | null)?.errors ?? 0

  test.each([
    [1, null],
    [2, null],
    [3, null],
    [1, SERVER],
    [2, CLIENT],
  ])('is lost once, whichever message it was, and opened anew: %i losses', (drops, crashes) => {
    const system = room(STUBBORN, crashes, 'every-write', drops)
    const limit = drops + (crashes?.roles.includes('server') ? (crashes.limit as number) : 0)
    const exploration = exploreSystem({
      ...system,
      properties: [
        {
          id: 'no-more-errors-than-losses',
          kind: 'always',
          violated: (view) => {
            const errors = errorsOf(view[0]!.seen)
            return errors > limit ? { errors } : null
          },
        },
        {
          id: 'told',
          kind: 'eventually',
          reached: (view) => (view[0]!.seen as { told?: boolean } | null)?.told === true,
        },
      ],
    })
    expect(exploration).toMatchObject({ complete: true, findings: [], failure: null })
    expect(exploration.depth).toBeLessThan(80)
  })

  test('leaves the news of what was lost: how often the other end had closed it, and whether it was open again', () => {
    const of = (...types: readonly string[]): unknown =>
      CONNECTIONS.broken(types.map((type) => ({ from: 'A', type, fields: { connection: 'A' } }))).fields
    expect(of('request', 'request')).toEqual({ connection: 'A', lost: { closes: 0, open: true } })
    expect(of('close', 'open')).toEqual({ connection: 'A', lost: { closes: 1, open: true } })
    expect(of('open', 'close', 'open', 'close')).toEqual({
      connection: 'A',
      lost: { closes: 2, open: false },
    })
    // As good as if nothing but the data had been lost.
    expect(of('request', 'close')).toEqual({ connection: 'A' })
  })

  test('and at the end both know so: nothing more is said', () => {
    const run = new Run(room(STUBBORN, null, 'every-write', 1))
    deliver(run, 'redis')
    take(
      run,
      run.handActions().find(({ kind }) => kind === 'drop')!,
    )
    for (let enabled = run.enabled(); enabled.length > 0; enabled = run.enabled()) {
      run.take(enabled[0]!)
      expect(run.length).toBeLessThan(20)
    }
    expect(keysOf(run)).toEqual(['key', 'other'])
    const [news] = run.record.steps.filter(
      ({ action, node }) => action.kind === 'deliver' && action.message.type === 'close' && node === 'A',
    )
    expect(describeStep(news!, en, run.record)).toBe(
      'A learns that its connection to redis is closed, notes errors 1, connects to redis and asks redis SET key value.',
    )
    const closes = run.record.steps.flatMap(({ sent }) => sent.filter(({ type }) => type === 'close'))
    expect(closes.map(({ from }) => from)).toEqual(['A', 'redis'])
  })
})

test('a server that a hand crashes, though it was not meant to crash, comes back empty', () => {
  const run = new Run(lockClients(1))
  deliver(run, 'redis')
  take(run, { kind: 'crash', node: 'redis' }, { kind: 'restart', node: 'redis' })
  expect(keysOf(run)).toEqual([])
})

describe('a process that crashes and restarts', () => {
  test('names what it draws anew, and its old connection comes to nothing', () => {
    const run = new Run(
      room(`export async function main({ redis }) { await redis.set(crypto.randomUUID(), 'value') }`, CLIENT),
    )
    deliver(run, 'redis')
    const [first] = keysOf(run)
    // The answer to the first process is on its way when the second begins.
    take(run, { kind: 'crash', node: 'A' }, { kind: 'restart', node: 'A' })
    take(run, { kind: 'crash', node: 'A' }, { kind: 'restart', node: 'A' })
    for (let enabled = run.enabled(); enabled.length > 0; enabled = run.enabled()) run.take(enabled[0]!)
    const keys = keysOf(run)
    expect(keys).toHaveLength(3)
    expect(new Set(keys).size).toBe(3)
    expect(keys).toContain(first)
    const { ended } = run.record.frames.at(-1)!.nodes[0]!.state as unknown as ShownProcess
    expect(ended).toMatchObject({ kind: 'returned' })
  })
})
