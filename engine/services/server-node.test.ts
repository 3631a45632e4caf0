/** What a crash, of a server or of a process, does to connections, disks and names. */
import { describe, expect, test } from 'vitest'
import type { Crashes, System } from '../actors/system.ts'
import { notes } from '../clients/notes.ts'
import { type ShownProcess, processNode } from '../clients/process-node.ts'
import { Run } from '../drivers/run.ts'
import type { Action } from '../model.ts'
import { compiled } from '../testing/clients/compiled.ts'
import { exploreSystem } from '../testing/search.ts'
import { redisLink } from './redis/link.ts'
import { type RedisState, redisServer } from './redis/server.ts'
import { connectionsOf, serverNode } from './server-node.ts'
import { CONNECTIONS, PROCESS_SENDS, SERVER_SENDS } from './wire.ts'

function room(source: string, crashes: Crashes, persistence: 'none' | 'every-write' = 'every-write'): System {
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
    network: { duplicates: 0, drops: 0, streams: CONNECTIONS },
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
