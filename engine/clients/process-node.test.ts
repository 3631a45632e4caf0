/**
 * Processes and servers as nodes: explored, simulated, replayed and driven by hand like any others, with and without clocks.
 */
import { describe, expect, test } from 'vitest'
import { Run } from '../drivers/run.ts'
import { compared } from '../testing/compared-run.ts'
import { type LockOptions, lockClients } from '../testing/redis-lock.ts'
import { exploreSystem, simulateSystem } from '../testing/search.ts'
import type { ShownProcess } from './process-node.ts'

const EXACT = { latencies: [1] }

describe('clients that wait for a lock in a loop are explored completely', () => {
  test.each<[string, number, LockOptions, number]>([
    ['two clients, a lock that does not expire', 2, {}, 51],
    ['three clients, a lock that does not expire', 3, {}, 342],
    ['three clients with clocks', 3, { time: EXACT }, 359],
    ['two clients with clocks, answers late or not', 2, { time: { latencies: [1, 5] } }, 2_014],
  ])('%s: %i clients, no two hold it', (_, clients, options, states) => {
    expect(exploreSystem(lockClients(clients, options))).toMatchObject({
      complete: true,
      states,
      findings: [],
      failure: null,
    })
  })
})

describe('what goes wrong is found, with the lines that did it', () => {
  test('a lock that may expire at any moment is shared', () => {
    const [finding] = exploreSystem(lockClients(2, { expiry: 1_000 })).findings
    expect(finding?.actions.map(({ kind }) => kind)).toEqual([
      'deliver',
      'deliver',
      'fire',
      'deliver',
      'deliver',
    ])
  })

  test('with clocks it is not, as long as nobody pauses', () => {
    expect(exploreSystem(lockClients(2, { expiry: 1_000, time: EXACT }))).toMatchObject({
      complete: true,
      findings: [],
    })
  })

  test('a pause longer than the lock lasts is enough', () => {
    const pauses = { roles: ['client'], milliseconds: [2_000], limit: 1 }
    const system = lockClients(2, { expiry: 1_000, time: { ...EXACT, pauses } })
    const [finding] = exploreSystem(system).findings
    const run = new Run(system)
    for (const action of finding!.actions) run.take(action)
    expect(finding!.actions.filter(({ kind }) => kind === 'pause')).toHaveLength(1)
    expect(run.record.frames.at(-1)!.now).toBeGreaterThan(1_000)
  })

  test('a pause that is shorter is not', () => {
    const pauses = { roles: ['client'], milliseconds: [900], limit: 1 }
    expect(exploreSystem(lockClients(2, { expiry: 1_000, time: { ...EXACT, pauses } }))).toMatchObject({
      complete: true,
      findings: [],
    })
  })

  test('a jump of the server’s clock is enough too', () => {
    const jumps = { roles: ['server'], milliseconds: [2_000], limit: 1 }
    const { findings } = exploreSystem(lockClients(2, { expiry: 1_000, time: { ...EXACT, jumps } }))
    expect(findings[0]?.actions.some(({ kind }) => kind === 'jump')).toBe(true)
  })

  test('a server’s clock that is set back keeps the lock longer, and takes it from nobody', () => {
    const jumps = { roles: ['server'], milliseconds: [-2_000], limit: 2 }
    expect(exploreSystem(lockClients(2, { expiry: 1_000, time: { ...EXACT, jumps } }))).toMatchObject({
      complete: true,
      findings: [],
      failure: null,
    })
  })
})

describe('a request may be carried out and its answer lost', () => {
  test('then the process is told that the connection is gone, and ends with that error', () => {
    const system = lockClients(1, { turns: 1, drops: 1 })
    const run = new Run(system)
    run.take(run.enabled()[0]!)
    // The lock is taken, and the answer is on its way.
    run.take(run.handActions().find(({ kind }) => kind === 'drop')!)
    run.take(run.enabled().find((action) => action.kind === 'deliver' && action.to === 'A')!)
    const [process, server] = run.record.frames.at(-1)!.nodes
    expect((process!.state as unknown as ShownProcess).ended).toMatchObject({
      kind: 'thrown',
      error: { message: 'Socket closed unexpectedly' },
    })
    expect(JSON.stringify(server!.state)).toContain('"key":"lock"')
  })

  test('and every interleaving of that is looked at', () => {
    expect(exploreSystem(lockClients(2, { turns: 1, drops: 1 }))).toMatchObject({
      complete: true,
      findings: [],
    })
  })
})

describe('crashes', () => {
  test('a process that crashes holding a lock without an expiry leaves it locked for good', () => {
    const crashes = { roles: ['client'], limit: 1, restart: 'never' } as const
    const system = lockClients(2, { turns: 1, crashes })
    const exploration = exploreSystem({
      ...system,
      properties: [
        {
          id: 'done',
          kind: 'eventually',
          reached: (view) =>
            view.some(({ seen }) => (seen as { ended?: string } | null)?.ended === 'returned'),
        },
      ],
    })
    expect(exploration.findings[0]?.loopFrom).toBeGreaterThan(0)
  })

  test('a server that crashes and comes back has told its clients, and they go on', () => {
    const crashes = { roles: ['server'], limit: 1, restart: 'at once' } as const
    expect(exploreSystem(lockClients(2, { turns: 1, crashes }))).toMatchObject({
      complete: true,
      findings: [],
    })
  })
})

describe('simulated step by step as the explorer and a run by hand have it', () => {
  const crashes = { roles: ['client', 'server'], limit: 2, restart: 'later' } as const
  test.each<[string, LockOptions]>([
    ['without clocks', { expiry: 1_000, drops: 2, crashes }],
    [
      'with clocks',
      {
        expiry: 200,
        drops: 1,
        crashes,
        time: {
          latencies: [1, 4],
          drift: { A: 20 },
          pauses: { roles: ['client'], milliseconds: [300], limit: 1 },
          jumps: { roles: ['server'], milliseconds: [150, -120], limit: 3 },
        },
      },
    ],
  ])('%s', (_, options) => {
    let taken = 0
    for (let seed = 1; seed <= 8; seed++) taken += compared(lockClients(2, options), seed, 60)
    expect(taken).toBeGreaterThan(100)
  })

  test('the same seed gives the same run', () => {
    const system = lockClients(3, {
      expiry: 100,
      time: {
        latencies: [1],
        spread: { kind: 'exponential', from: 1, mean: 20 },
        pauses: { roles: ['client'], milliseconds: [150], limit: 2 },
      },
    })
    const bounds = { runs: 200, stepsMax: 400, seed: 1 }
    const first = simulateSystem(system, bounds)
    expect(first.seed).not.toBeNull()
    expect(simulateSystem(system, bounds)).toEqual(first)
  })
})
