/** What the explorer finds, where it stops, and which behaviours each kind of fault adds. */
import { describe, expect, test } from 'vitest'
import { ActorModel } from '../actors/actor-model.ts'
import type { Crashes, SystemProperty } from '../actors/system.ts'
import { type Action, successorRows } from '../model.ts'
import { paxos } from '../testing/paxos.ts'
import { exploreSystem, exploredRows } from '../testing/search.ts'
import { counter, openRole, pingPong, pinger, ponger, seen, small } from '../testing/small-systems.ts'
import { twoPhaseCommit } from '../testing/two-phase-commit.ts'

const answered: SystemProperty = {
  id: 'answered',
  kind: 'eventually',
  reached: (view) => seen(view, 'A')['pongs'] === 1,
}

interface Echo {
  reply(type: string, fields: unknown): void
}

const kinds = (actions: readonly Action[]): string[] => actions.map(({ kind }) => kind)

describe('properties', () => {
  test('“always” gives a shortest run to a violation, and stops there', () => {
    const violated: SystemProperty = {
      id: 'silence',
      kind: 'always',
      violated: (view) => (seen(view, 'A')['pongs'] === 1 ? { pongs: 1 } : null),
    }
    const { findings, complete } = exploreSystem(pingPong({ properties: [violated] }))
    expect(complete).toBe(false)
    expect(findings.map(({ actions }) => kinds(actions))).toEqual([['deliver', 'deliver']])
  })

  test('“always” that is broken at once gives a run without steps', () => {
    const never: SystemProperty = { id: 'never', kind: 'always', violated: () => ({}) }
    const { findings, states, depth } = exploreSystem(pingPong({ properties: [never] }))
    expect(findings[0]?.actions).toEqual([])
    expect({ states, depth }).toEqual({ states: 1, depth: 0 })
  })

  test('“sometimes” gives a shortest witness, and goes on', () => {
    const pinged: SystemProperty = {
      id: 'pinged',
      kind: 'sometimes',
      reached: (view) => seen(view, 'B')['pings'] === 1,
    }
    const { findings, complete, states } = exploreSystem(pingPong({ properties: [pinged] }))
    expect(findings.map(({ actions }) => kinds(actions))).toEqual([['deliver']])
    expect({ complete, states }).toEqual({ complete: true, states: 3 })
  })

  test('“sometimes” that no run reaches has no witness, and everything was seen', () => {
    const twice: SystemProperty = {
      id: 'twice',
      kind: 'sometimes',
      reached: (view) => seen(view, 'B')['pings'] === 2,
    }
    expect(exploreSystem(pingPong({ properties: [twice] }))).toMatchObject({ findings: [], complete: true })
  })

  test('“eventually” fails at a dead end short of the goal', () => {
    const deaf = { ...ponger, on: { ping: () => undefined } }
    const { findings } = exploreSystem(small({ A: pinger, B: deaf }, { properties: [answered] }))
    // The ping has not arrived, and nothing will come of it.
    expect(findings.map(({ actions }) => kinds(actions))).toEqual([[]])
  })

  test('“eventually” holds where every run ends with the goal met', () => {
    expect(exploreSystem(pingPong({ properties: [answered] }))).toMatchObject({
      findings: [],
      complete: true,
    })
  })

  test('“eventually” takes a message that changes nothing, again and again, for a dead end', () => {
    const network = { duplicates: 'unlimited', drops: 0 } as const
    const deaf = { ...ponger, on: { ping: () => undefined } }
    const { findings } = exploreSystem(small({ A: pinger, B: deaf }, { network, properties: [answered] }))
    expect(findings[0]?.actions).toEqual([])
  })
})

describe('a step that changes nothing', () => {
  test('is no way out of a dead end, even if it sends what is under way already', () => {
    const network = { duplicates: 'unlimited', drops: 0 } as const
    const deaf = { ...pinger, on: {} }
    const stuck: SystemProperty = { id: 'never', kind: 'eventually', reached: () => false }
    const echo = {
      ...ponger,
      on: { ping: (_state: unknown, _message: unknown, ctx: Echo) => ctx.reply('pong', {}) },
    }
    const listening = { ...deaf, on: { pong: () => undefined } }
    const { findings } = exploreSystem(small({ A: listening, B: echo }, { network, properties: [stuck] }))
    expect(findings.map(({ actions }) => kinds(actions))).toEqual([['deliver']])
  })
})

describe('bounds', () => {
  test('the bound on states is named when it is hit', () => {
    expect(exploreSystem(twoPhaseCommit(3), { statesMax: 100 })).toMatchObject({
      complete: false,
      hit: 'states',
    })
  })

  test('the bound on steps is named when it is hit', () => {
    expect(exploreSystem(twoPhaseCommit(3), { stepsMax: 100 })).toMatchObject({
      complete: false,
      hit: 'steps',
    })
  })

  test('a bound that is just enough is not hit', () => {
    const { states, steps } = exploreSystem(twoPhaseCommit(3))
    const exploration = exploreSystem(twoPhaseCommit(3), { statesMax: states, stepsMax: steps })
    expect(exploration).toMatchObject({ complete: true, hit: null })
    expect(exploreSystem(twoPhaseCommit(3), { statesMax: states - 1 }).states).toBe(states)
  })

  test('a violation inside the bounds is found, and no bound is named', () => {
    const system = paxos(2, { broken: true })
    const { findings, hit } = exploreSystem(system)
    expect(findings.some(({ property }) => property === 0)).toBe(true)
    expect(hit).toBe(null)
  })
})

describe('a handler that throws', () => {
  const fragile = {
    ...ponger,
    on: {
      ping: () => {
        throw new Error('out of order')
      },
    },
  }

  test('ends the exploration with the run up to and including it', () => {
    const { failure, complete } = exploreSystem(small({ A: pinger, B: fragile }))
    expect(failure?.fault).toMatchObject({
      code: 'handler-threw',
      parameters: { node: 'B', handler: 'on.ping', message: 'Error: out of order' },
    })
    expect(kinds(failure!.actions)).toEqual(['deliver'])
    expect(complete).toBe(false)
  })

  test('is named with the crash that led to it, where it is the restart', () => {
    const node = { ...counter(1), restart: fragile.on.ping }
    const crashes: Crashes = { roles: ['node'], limit: 1, restart: 'at once' }
    const { failure } = exploreSystem(small({ A: node }, { crashes }))
    expect(failure?.fault.parameters).toMatchObject({ node: 'A', handler: 'restart' })
    expect(failure?.actions).toEqual([{ kind: 'crash', node: 'A', restarts: true }])
  })
})

describe('faults', () => {
  /** The counts of pings and pongs that can be reached, as `pings pongs`. */
  const reached = (options: Parameters<typeof pingPong>[0]): string[] => {
    const { model, rows } = exploredRows(pingPong(options))
    const counts = rows.map((row) => {
      const view = model.view(row)
      return `${seen(view, 'B')['pings'] ?? '-'} ${seen(view, 'A')['pongs'] ?? '-'}`
    })
    return [...new Set(counts)].sort()
  }

  test('a network without duplicates delivers each message at most once', () => {
    expect(reached({})).toEqual(['0 0', '1 0', '1 1'])
  })

  test('one duplicate means one more copy in the whole run', () => {
    expect(reached({ network: { duplicates: 1, drops: 0 } })).toEqual([
      '0 0',
      '1 0',
      '1 1',
      '1 2',
      '2 0',
      '2 1',
      '2 2',
    ])
  })

  test('with unlimited duplicates a message may arrive again and again', () => {
    const endless = exploreSystem(pingPong({ network: { duplicates: 'unlimited', drops: 0 } }), {
      statesMax: 50,
    })
    expect(endless.hit).toBe('states')
  })

  test('a lost message leads to a dead end, as often as losses are allowed and no more', () => {
    const twice = {
      ...pinger,
      init: (ctx: Parameters<typeof pinger.init>[0]) => {
        ctx.send('B', 'ping', { number: 1 })
        ctx.send('B', 'ping', { number: 2 })
        return { pongs: 0 }
      },
    }
    const some: SystemProperty = {
      id: 'some',
      kind: 'eventually',
      reached: (view) => Number(seen(view, 'A')['pongs']) > 0,
    }
    const explore = (drops: number) =>
      exploreSystem(small({ A: twice, B: ponger }, { network: { duplicates: 0, drops }, properties: [some] }))
    expect(explore(1)).toMatchObject({ findings: [], complete: true })
    expect(kinds(explore(2).findings[0]!.actions)).toEqual(['drop', 'drop'])
  })

  test('a limit on one kind of fault does not count the others', () => {
    const crashes: Crashes = { roles: ['node'], limit: 'unlimited', restart: 'later' }
    const network = { duplicates: 0, drops: 1 }
    const exploration = exploreSystem(small({ A: counter(2) }, { network, crashes }), { statesMax: 1_000 })
    expect(exploration).toMatchObject({
      complete: true,
      states: exploreSystem(small({ A: counter(2) }, { crashes })).states,
    })
  })

  const crashed = (restart: Crashes['restart'], limit: Crashes['limit']) => {
    const { model, rows } = exploredRows(
      small({ A: counter(2) }, { crashes: { roles: ['node'], limit, restart } }),
    )
    return rows.map((row) => {
      const { up, state, disk, timers } = model.behaviour.locals.values[model.localAt(0, row[0]!)]!
      return { up, state, disk, timers }
    })
  }

  test('a crash leaves the disk and nothing else', () => {
    expect(crashed('later', 1)).toContainEqual({ up: false, state: null, disk: { count: 1 }, timers: [] })
  })

  test('a crash may come between two writes of a disk', () => {
    const writer = {
      ...counter(0),
      init(ctx: Parameters<typeof pinger.init>[0]) {
        ctx.setTimer('tick')
        return {}
      },
      timers: {
        tick(_state: unknown, ctx: Parameters<typeof pinger.init>[0]) {
          for (const half of [1, 2, 3]) ctx.persist({ half })
        },
      },
      restart: (disk: unknown) => disk ?? {},
    }
    const { model, rows } = exploredRows(
      small({ A: writer }, { crashes: { roles: ['node'], limit: 1, restart: 'at once' } }),
    )
    const halves = rows.map((row) => seen(model.view(row), 'A')['half'] ?? 0)
    expect([...new Set(halves)].sort()).toEqual([0, 1, 2, 3])
  })

  test('a node that restarts at once is never seen down', () => {
    const states = crashed('at once', 'unlimited')
    expect(states.every(({ up }) => up)).toBe(true)
    expect(states).toContainEqual({
      up: true,
      state: { count: 1, restarted: true },
      disk: { count: 1 },
      timers: ['tick'],
    })
  })

  test('a node that never restarts stays down', () => {
    const states = crashed('never', 1)
    expect(states.some(({ up }) => !up)).toBe(true)
    expect(states.every(({ state }) => state === null || !('restarted' in (state as object)))).toBe(true)
  })

  test('a limit on crashes is kept, and without one a node may crash again', () => {
    const restarts = (limit: Crashes['limit']): number => {
      const node = {
        ...counter(0),
        restart: (disk: { restarts: number } | null, ctx: { persist(disk: unknown): void }) => {
          const restarts = Math.min((disk?.restarts ?? 0) + 1, 5)
          ctx.persist({ restarts })
          return { restarts }
        },
      }
      const { model, rows } = exploredRows(
        small({ A: node }, { crashes: { roles: ['node'], limit, restart: 'later' } }),
      )
      return Math.max(...rows.map((row) => Number(seen(model.view(row), 'A')['restarts'] ?? 0)))
    }
    expect([restarts(1), restarts(3), restarts('unlimited')]).toEqual([1, 3, 5])
  })

  test('only nodes of the named roles crash', () => {
    const system = pingPong({ crashes: { roles: ['steady'], limit: 1, restart: 'never' } })
    const steady = { id: 'C', role: 'steady', definition: counter(0) }
    const roles = { ...system.roles, steady: openRole() }
    const { model, rows } = exploredRows({ ...system, nodes: [...system.nodes, steady], roles })
    const down = (node: number): boolean =>
      rows.some((row) => !model.behaviour.locals.values[model.localAt(node, row[node]!)]!.up)
    expect([down(0), down(1), down(2)]).toEqual([false, false, true])
  })

  test('a timer that was cancelled does not fire, and one that was set twice fires once', () => {
    const node = {
      init(ctx: Parameters<typeof pinger.init>[0]) {
        ctx.setTimer('once')
        ctx.setTimer('once')
        ctx.setTimer('never')
        ctx.cancelTimer('never')
        return { fired: [] }
      },
      on: {},
      timers: {
        once: (state: { fired: string[] }) => void state.fired.push('once'),
        never: (state: { fired: string[] }) => void state.fired.push('never'),
      },
    }
    const { model, rows } = exploredRows(small({ A: node }))
    expect(rows.map((row) => seen(model.view(row), 'A')['fired'])).toEqual([[], ['once']])
  })
})

test('the order of a state’s actions depends on the state alone, not on what was explored before', () => {
  const actionsOf = (model: ActorModel): Action[] => {
    const row = model.initial()[0]!
    return Array.from({ length: successorRows(model, row).length }, (_, index) => model.actionAt(row, index))
  }
  const chatter = {
    init(ctx: Parameters<typeof pinger.init>[0]) {
      for (const number of [3, 1, 2]) ctx.send('B', 'ping', { number })
      return {}
    },
    on: {},
  }
  const system = small({ A: chatter, B: { ...ponger, on: { ping: () => undefined } } })
  const fresh = new ActorModel(system)
  const used = new ActorModel(system)
  // Another order of numbers: as if these messages had been met elsewhere first.
  for (const number of [2, 3, 1]) used.behaviour.message('A', 'ping', { number })
  expect(actionsOf(used)).toEqual(actionsOf(fresh))
})
