/** The reductions: they change how much is looked at, and nothing that is found. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ActorModel } from '../actors/actor-model.ts'
import { Behaviour } from '../actors/behaviour.ts'
import { fields, number } from '../actors/fields.ts'
import { LiveMessages } from '../actors/live-messages.ts'
import { SymmetricModel } from '../actors/symmetry.ts'
import type { AnyNodeDefinition, System } from '../actors/system.ts'
import { paxos } from '../testing/paxos.ts'
import { peersSystem, peersTables } from '../testing/peers.ts'
import { small } from '../testing/small-systems.ts'
import { UNBOUNDED, exploreToEnd, toEnd } from '../testing/search.ts'
import { tableSystem, tables } from '../testing/table-protocol.ts'
import { twoPhaseCommit } from '../testing/two-phase-commit.ts'
import type { ExploreBounds } from './explore.ts'
import {
  ALL_REDUCTIONS,
  NO_REDUCTIONS,
  type ReducedExploration,
  type Reductions,
  exploreReduced,
  isReducible,
} from './reduce.ts'
import { Run } from './run.ts'

const SYMMETRY: Reductions = { symmetry: true, partialOrder: false }
const PARTIAL_ORDER: Reductions = { symmetry: false, partialOrder: true }

function reduced(
  system: System,
  reductions: Reductions,
  bounds: Partial<ExploreBounds> = {},
): ReducedExploration {
  return toEnd(exploreReduced(system, { ...UNBOUNDED, ...bounds }, reductions))
}

/** Whether a property was decided, and in how many steps. */
function lengths({ findings, complete, failure }: ReducedExploration): unknown {
  return {
    // What else is found on the way to a violation depends on the order of states of one length.
    found: findings.map(({ property, actions }) => [property, actions.length]).sort(),
    // Loops are found when all states are known, dead ends before, unless their goal was reached on the way there first.
    complete: complete || findings.length > 0,
    failure: failure && [failure.fault.code, failure.actions.length],
  }
}

/** Takes each run that was found, action by action, and looks at what it comes to. */
function replayed(system: System, { findings }: ReducedExploration): void {
  for (const { property, actions, loopFrom } of findings) {
    const run = new Run(system)
    for (const action of actions) run.take(action)
    const holds = (run.inspection & (1 << property)) !== 0
    const { kind } = system.properties[property]!
    expect(holds).toBe(kind === 'sometimes')
    if (kind === 'eventually' && loopFrom === undefined) expect(run.atRest).toBe(true)
  }
}

describe('symmetry', () => {
  test.each([
    ['two-phase commit with 3 participants', twoPhaseCommit(3), 80, 288],
    ['two-phase commit with 5 participants', twoPhaseCommit(5), 314, 8_832],
    ['two-phase commit with 7 participants', twoPhaseCommit(7), 920, 296_448],
    ['Paxos with 3 acceptors', paxos(2), 3_087, 16_549],
    ['Paxos with 3 acceptors and crashes', paxos(1, { crashes: CRASHES() }), null, null],
  ])('%s', (_, system, representatives, states) => {
    const whole = reduced(system, NO_REDUCTIONS)
    const found = reduced(system, SYMMETRY)
    expect(found.complete).toBe(true)
    expect(found.represented).toBe(whole.states)
    expect(found.states).toBe(representatives ?? orbits(system))
    if (system.nodes.length < 7 && whole.states < 5_000) expect(found.states).toBe(orbits(system))
    if (states !== null) expect(whole.states).toBe(states)
  })

  test('tells the nodes apart that differ, and no others', () => {
    const proposer = (to: readonly string[]): AnyNodeDefinition => ({
      init(ctx) {
        for (const node of to) ctx.send(node, 'ping', {})
        return {}
      },
      on: {},
    })
    const counter: AnyNodeDefinition = {
      init: () => ({ pings: 0 }),
      on: { ping: (state) => void state.pings++ },
    }
    const system = small({ X: counter, Y: counter, Z: counter, P: proposer(['X', 'Z']) })
    expect(reduced(system, SYMMETRY).symmetric).toEqual([['X', 'Z']])
  })

  test('is not used for an answer that looks at names, which would else get a wrong verdict', () => {
    const voters = ['V1', 'V2', 'V3']
    const trusted = voters.map((odd) => {
      const system = oddVoter(odd)
      const whole = reduced(system, NO_REDUCTIONS)
      expect(whole.findings).toHaveLength(1)
      const found = reduced(system, SYMMETRY)
      expect(lengths(found)).toEqual(lengths(whole))
      replayed(system, found)
      expect(found.symmetric).toEqual([voters.filter((voter) => voter !== odd)])
      // The same search with the nodes taken for interchangeable, and nothing verified.
      return exploreToEnd(new SymmetricModel(new ActorModel(system), [[1, 2, 3]], true)).findings.length
    })
    expect(trusted).toContain(0)
  })

  test('finds a violation that only one of the interchangeable nodes shows to the property', () => {
    const system = twoPhaseCommit(4)
    const named: System = {
      ...system,
      properties: [
        {
          id: 'not the third alone',
          kind: 'always',
          violated: (view) =>
            view.find(({ id }) => id === 'RM3')!.seen === 'committed' &&
            view.every(({ id, seen }) => id === 'RM3' || seen !== 'committed')
              ? {}
              : null,
        },
      ],
    }
    const found = reduced(named, SYMMETRY)
    expect(found.symmetric).toEqual([['RM1', 'RM2', 'RM3', 'RM4']])
    expect(found.findings).toHaveLength(1)
    expect(lengths(found)).toEqual(lengths(reduced(named, NO_REDUCTIONS)))
    replayed(named, found)
  })

  test('is not used where the system has a history of its own', () => {
    const system: System = {
      ...twoPhaseCommit(2),
      history: { initial: [], record: () => null, after: () => [] },
    }
    expect(reduced(system, ALL_REDUCTIONS).symmetric).toEqual([])
  })
})

describe('dead messages', () => {
  test('leave the verdict as it is where a message is ignored first and taken later', () => {
    // B ignores `ping` until its timer has fired: a ping that came before is not dead.
    const system = lateListener()
    const whole = reduced(system, NO_REDUCTIONS)
    expect(whole.findings).toHaveLength(1)
    expect(lengths(reduced(system, PARTIAL_ORDER))).toEqual(lengths(whole))
    // Without what is found out when the timer has fired, the violation would be missed.
    const behaviour = new Behaviour(system)
    const live = new LiveMessages(system, behaviour, new Set())
    live.step = () => undefined
    expect(exploreToEnd(new ActorModel(system, { behaviour, live })).findings).toEqual([])
  })

  test('are not presumed from what one of several equal nodes was seen to do', () => {
    const system = greeted()
    const whole = reduced(system, NO_REDUCTIONS)
    expect(whole.findings).toHaveLength(1)
    const found = reduced(system, ALL_REDUCTIONS)
    expect(found.symmetric).toEqual([['B', 'C', 'D']])
    expect(lengths(found)).toEqual(lengths(whole))
    replayed(system, found)
  })

  test('are presumed by what all equal nodes were seen to do', () => {
    const system = greeted()
    const behaviour = new Behaviour(system)
    const live = new LiveMessages(system, behaviour, new Set())
    const seen = system.nodes.map(() => new Set<string>())
    live.step = (node, from, to) => void seen[node]!.add(`${from} ${to}`)
    exploreToEnd(new SymmetricModel(new ActorModel(system, { behaviour, live }), [[1, 2, 3]]))
    expect(seen[1]!.size).toBeGreaterThan(4)
    expect(seen[2]).toEqual(seen[1])
    expect(seen[3]).toEqual(seen[1])
  })

  test('are compared with their images, although they are never delivered', () => {
    // All pings but one are dead from the start. Whoever exchanges two senders and leaves dead messages out, may have none.
    const sender = (n: number): AnyNodeDefinition => ({
      init(ctx) {
        ctx.send('C', 'ping', { n })
        return {}
      },
      on: {},
    })
    const listener: AnyNodeDefinition = {
      init: () => ({ heard: 0 }),
      on: { ping: (state, { n }) => void (state.heard = n === 1 ? 1 : state.heard) },
    }
    for (const numbers of [
      [1, 2, 2],
      [2, 1, 2],
      [2, 2, 1],
    ]) {
      const system = small(
        {
          C: listener,
          ...Object.fromEntries(numbers.map((n, index) => [`S${index}`, sender(n)])),
        },
        {
          properties: [
            {
              id: 'deaf',
              kind: 'always',
              violated: (view) => ((view[0]!.seen as { heard: number }).heard > 0 ? {} : null),
            },
          ],
        },
      )
      const found = reduced(system, ALL_REDUCTIONS)
      expect(found.findings).toHaveLength(1)
      replayed(system, found)
    }
  })

  test('of Paxos with three proposers make up most of its states', () => {
    const found = reduced(paxos(3), ALL_REDUCTIONS)
    expect(found).toMatchObject({ states: 7_270, represented: 39_208, complete: true })
  })
})

describe('where messages keep their order, or there is a clock,', () => {
  const crowd = paxos(2)
  const ordered: System = {
    ...crowd,
    network: { ...crowd.network, streams: { of: ({ from }) => from, broken: ([first]) => first! } },
  }

  test.each([
    ['a system with streams', ordered],
    ['a system with clocks', { ...crowd, time: { latencies: [1] } }],
  ])('nothing of %s may be left out, and nothing is', (_, system) => {
    expect(isReducible(crowd)).toBe(true)
    expect(isReducible(system)).toBe(false)
    const bounds = { statesMax: 2_000 }
    const { model: _model, ...whole } = reduced(system, NO_REDUCTIONS, bounds)
    expect(reduced(system, ALL_REDUCTIONS, bounds)).toMatchObject({
      ...whole,
      symmetric: [],
      partialOrder: false,
    })
  })
})

describe('on random systems, with and without reductions', () => {
  for (const kind of ['always', 'sometimes', 'eventually'] as const) {
    test.each([
      ['equal peers', peersTables(false).map((table) => peersSystem(table, kind))],
      ['peers of which one may differ', peersTables(true).map((table) => peersSystem(table, kind))],
      ['different nodes', tables.map((table) => tableSystem(table, kind))],
    ] as const)(`the same is found for “${kind}”: %s`, (name, systems) => {
      let decided = 0
      let smaller = 0
      fc.assert(
        fc.property(systems, (system) => {
          const whole = reduced(system, NO_REDUCTIONS, { statesMax: 3_000 })
          if (whole.hit !== null) return
          for (const reductions of [SYMMETRY, PARTIAL_ORDER, ALL_REDUCTIONS]) {
            const found = reduced(system, reductions)
            expect(lengths(found)).toEqual(lengths(whole))
            replayed(system, found)
            if (reductions === SYMMETRY && found.complete) expect(found.represented).toBe(whole.states)
            if (found.states < whole.states) smaller++
          }
          if (whole.findings.length > 0) decided++
        }),
        { numRuns: 150, seed: 20261122, endOnFailure: true },
      )
      expect(decided).toBeGreaterThan(5)
      if (name === 'equal peers') expect(smaller).toBeGreaterThan(100)
    })
  }
})

function CRASHES(): NonNullable<System['crashes']> {
  return { roles: ['acceptor'], limit: 'unlimited', restart: 'at once' }
}

/**
 * The number of states that differ by more than an exchange of nodes of one role, by renaming them in the text of each
 * state: right for systems that keep names in sorted lists and in fields only, and for no more than a few nodes.
 */
function orbits(system: System): number {
  const model = new ActorModel(system)
  const texts = new Set<string>()
  const inspect = model.inspect.bind(model)
  const roles = [...new Set(system.nodes.map(({ role }) => role))]
  const several = roles.filter((role) => role === 'acceptor' || role === 'resource manager')
  const names: string[] = system.nodes
    .filter(({ role }) => several.some((other) => other === role))
    .map(({ id }) => id)
  const renamings = permutations(names).map(
    (images) => new Map(names.map((name, index) => [name, images[index]!])),
  )
  model.inspect = (row) => {
    const state = system.nodes.map(({ id }, node) => [
      id,
      model.behaviour.locals.values[model.localAt(node, row[node]!)],
      model.inboxAt(node, row[node]!).map((message) => model.messageData(message)),
    ])
    const all = renamings.map((renaming) => JSON.stringify(renamed(state, renaming)))
    texts.add(all.sort()[0]!)
    return inspect(row)
  }
  exploreToEnd(model)
  return texts.size
}

/** A value with names replaced and every list sorted. */
function renamed(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return names.get(value) ?? value
  if (Array.isArray(value)) {
    const items = value.map((item) => renamed(item, names))
    return items.sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))
  }
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, item]) => [names.get(key) ?? key, renamed(item, names)])
  return Object.fromEntries(entries.sort(([one], [other]) => (one! < other! ? -1 : 1)) as [string, unknown][])
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]]
  return items.flatMap((first, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [first, ...rest]),
  )
}

/** Three voters answer a candidate, one of them otherwise than the rest, who have a majority. */
function oddVoter(odd: string): System {
  const voter: AnyNodeDefinition = {
    init: () => ({}),
    on: { ask: (_state, _message, ctx) => ctx.reply('vote', { n: ctx.self === odd ? 1 : 0 }) },
  }
  const candidate: AnyNodeDefinition = {
    init(ctx) {
      ctx.broadcast('voter', 'ask', {})
      return { against: 0 }
    },
    on: { vote: (state, { n }) => void (state.against += n) },
  }
  return {
    nodes: [
      { id: 'C', role: 'candidate', definition: candidate },
      ...['V1', 'V2', 'V3'].map((id) => ({ id, role: 'voter', definition: voter })),
    ],
    roles: {
      candidate: {
        sends: { ask: fields({}) },
        observe: ({ state }) => (state as { against: number }).against,
      },
      voter: { sends: { vote: fields({ n: number }) }, observe: () => null },
    },
    network: { duplicates: 0, drops: 0 },
    crashes: null,
    properties: [{ id: 'unanimous', kind: 'always', violated: (view) => (view[0]!.seen === 0 ? null : {}) }],
  }
}

function lateListener(): System {
  const sender: AnyNodeDefinition = {
    init(ctx) {
      ctx.send('B', 'ping', {})
      return {}
    },
    on: {},
  }
  const listener: AnyNodeDefinition = {
    init(ctx) {
      ctx.setTimer('listen')
      return { listening: false, heard: false }
    },
    on: { ping: (state) => void (state.heard = state.listening) },
    timers: { listen: (state) => void (state.listening = true) },
  }
  return small(
    { A: sender, B: listener },
    {
      properties: [
        {
          id: 'deaf',
          kind: 'always',
          violated: (view) => ((view[1]!.seen as { heard: boolean }).heard ? {} : null),
        },
      ],
    },
  )
}

/** A greets the first node that says hello. A node that is greeted after it has begun to listen hears it. */
function greeted(): System {
  const greeter: AnyNodeDefinition = {
    init: () => ({ greeted: false }),
    on: {
      pong(state, _message, ctx) {
        if (state.greeted) return
        state.greeted = true
        ctx.reply('ping', {})
      },
    },
  }
  const listener: AnyNodeDefinition = {
    init(ctx) {
      ctx.setTimer('hello')
      return { listening: false, heard: false }
    },
    on: { ping: (state) => void (state.heard = state.listening) },
    timers: {
      hello(_state, ctx) {
        ctx.send('A', 'pong', {})
        ctx.setTimer('listen')
      },
      listen: (_state, ctx) => ctx.setTimer('still'),
      still: (_state, ctx) => ctx.setTimer('soon'),
      soon: (state) => void (state.listening = true),
    },
  }
  return small(
    { A: greeter, B: listener, C: listener, D: listener },
    {
      properties: [
        {
          id: 'deaf',
          kind: 'always',
          violated: (view) => (view.some(({ seen }) => (seen as { heard?: boolean }).heard) ? {} : null),
        },
      ],
    },
  )
}
